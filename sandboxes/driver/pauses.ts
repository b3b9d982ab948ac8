/** How long an arm's work in the background pauses between its requests, learned from the correctness script, where it is in nobody's way. */
import type { Arm, RunsOn } from "./arm.ts"

/** Until it is known, and at most. */
const UNKNOWN_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 100
/** A pause may be twice as long as any that was seen, and a little more. */
const FACTOR = 2
const LEAST_PAUSE_MS = 5
/**
 * What pauses longer looks for its work now and then. A counted write is waited for until it must have looked, or its work would be counted with another's:
 * by which of them the timer came, the same design scored differently. Longer than this a run has no time for.
 */
const LATEST_BEGUN_MS = 800
const BEGUN_FACTOR = 1.2
const BEGUN_MORE_MS = 20

export const unknownPause = (lagMs: number): RunsOn => ({
  lagMs,
  pauseMs: lagMs > 0 ? UNKNOWN_PAUSE_MS : 0,
  begunMs: 0,
})

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
  const begun =
    longest > LONGEST_PAUSE_MS / FACTOR ? Math.min(LATEST_BEGUN_MS, BEGUN_FACTOR * longest + BEGUN_MORE_MS) : 0
  runsOn.begunMs = first ? begun : Math.max(begun, runsOn.begunMs)
}
