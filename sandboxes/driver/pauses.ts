/** How long an arm's work in the background pauses between its requests, learned from the correctness script, where it is in nobody's way. */
import type { Arm, RunsOn } from "./arm.ts"

/** Until it is known, and at most. */
const UNKNOWN_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 100
/** A pause may be twice as long as any that was seen, and a little more. */
const FACTOR = 2
const LEAST_PAUSE_MS = 5

export const unknownPause = (lagMs: number): RunsOn => ({ lagMs, pauseMs: lagMs > 0 ? UNKNOWN_PAUSE_MS : 0 })

/** Before the script: what the load left behind says nothing of how one write's work pauses. */
export function forgetPauses({ hosts, runsOn }: Pick<Arm, "hosts" | "runsOn">): void {
  for (const host of hosts) host.longestPauseMs(runsOn.lagMs)
}

/** After the script. An arm that has shown no work in the background is given no time for it; what an earlier script showed is kept. */
export function learnPause({ hosts, runsOn }: Pick<Arm, "hosts" | "runsOn">, first: boolean): void {
  if (runsOn.lagMs === 0) return
  const longest = Math.max(...hosts.map((host) => host.longestPauseMs(runsOn.lagMs)))
  const learned = longest === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FACTOR * longest + LEAST_PAUSE_MS)
  runsOn.pauseMs = first ? learned : Math.max(learned, runsOn.pauseMs)
}
