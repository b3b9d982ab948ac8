/**
 * What the calls of the peak made the engine do, beside what the same calls did when they were counted one by one. A design could keep work for the peak alone:
 * there it slows down the strong reference's calls in the same engine as much as its own, which makes any ratio of the two look good.
 */
import type { StageEvidence } from "../sandboxes/evidence.ts"
import { dearestCall, withoutWaiting } from "./cost.ts"
import { costOf } from "./counted.ts"
import { type Measured, workOf } from "./measured.ts"

/** Three strong references did 0.76, 0.88 and 0.98 times what their counted calls did. Twice is far beyond what other users, and statements prepared anew, can make of it. */
export const PEAK_WORK_TOLERANCE = 2

/** How many times as much was done at peak; null where it was not counted, or nothing can be expected. */
export function workAtPeak(measured: Measured, stage: StageEvidence): number | null {
  const done = measured.evidence.peak?.work
  if (!done) return null
  let expected = 0
  for (const { operation, mixed, inPhases } of done.calls) {
    const work = workOf(stage, operation)
    if (!work || work.calls === 0) {
      if (mixed + inPhases > 0) return null
      continue
    }
    const each = costOf(withoutWaiting(work.counts), measured.weights)
    // A phase sends what is dearest: the post of whoever is followed most.
    expected += mixed * each + inPhases * Math.max(each, dearestCall(measured, stage, operation))
  }
  return expected > 0 ? costOf(withoutWaiting(done.counts), measured.weights) / expected : null
}
