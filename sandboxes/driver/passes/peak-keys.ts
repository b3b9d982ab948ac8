/** Which key the candidate's commands named most at peak, and how often per call, beside the strong reference. Says nothing of what that means. */
import type { Engine } from "../../engines/engine.ts"
import type { Peak } from "../../evidence.ts"
import type { Arm } from "../arm.ts"
import type { Arrived } from "./peak-latency.ts"

/** What earlier passes asked for is no part of the peak. */
export function forgetKeys(arms: readonly Arm[]): void {
  for (const { hosts } of arms) for (const host of hosts) host.takeKeys()
}

/** Nothing where the engine does not show keys on the wire. Of the reference only how often, not which: a report does not tell its keys. */
export function hottestKey(
  { patternOf }: Engine,
  pair: readonly [Arm, Arm],
  arrived: Arrived[],
): Pick<Peak, "hottestKey"> {
  const [own, strong] = pair.map(mostNamed)
  const [ownCalls, strongCalls] = [0, 1].map((arm) => arrived.filter((one) => one.arm === arm).length)
  if (!patternOf || own.times === 0) return {}
  const pattern = patternOf(own.key)
  return { hottestKey: { pattern, perCall: own.times / ownCalls, strongPerCall: strong.times / strongCalls } }
}

/** Since this was asked last. */
function mostNamed({ hosts }: Arm): { key: string; times: number } {
  const total = new Map<string, number>()
  for (const host of hosts) for (const [key, times] of host.takeKeys()) total.set(key, (total.get(key) ?? 0) + times)
  let most = { key: "", times: 0 }
  for (const [key, times] of total) if (times > most.times) most = { key, times }
  return most
}
