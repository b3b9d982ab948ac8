/** What a call makes the engine do, failures and uncounted work charged. Awards nothing. */
import type { StageEvidence } from "../sandboxes/evidence.ts"
import { candidateCallCurve } from "./call-curve.ts"
import { costOf, referenceCost } from "./counted.ts"
import { dearer, withLost } from "./lost-calls.ts"
import { lostShare, type Measured, weakName, workOf } from "./measured.ts"
import { uncountedFactor } from "./uncounted.ts"

export interface CallCost {
  /** By the counts alone. */
  counted: number
  /** What engine CPU shows beyond the counts; 1: nothing. */
  uncounted: number
  /** Share of failed and wrong calls. */
  lost: number
  /** What is scored. */
  charged: number
}

/** Cost of the candidate's call at a finished size; null where the run holds no counts of it. */
export function candidateCost(measured: Measured, stage: StageEvidence, operation: string): CallCost | null {
  const work = workOf(stage, operation)
  if (!work || work.calls === 0) return null
  const counted = costOf(work.counts, measured.weights)
  const uncounted = uncountedFactor(measured, stage, operation)
  const lost = lostShare(measured.evidence, work)
  const own = dearer(work, (counts) => costOf(counts, measured.weights)) * uncounted
  const weak = referenceCost(measured, weakName(measured), stage.id, operation)
  const instead = weak === null || lost === 0 ? weak : Math.max(weak, dearestCall(measured, stage, operation))
  return { counted, uncounted, lost, charged: withLost(own, instead, lost) }
}

/** At the dearest place of any axis along which this operation's calls vary; 0 where there is none. */
export function dearestCall(measured: Measured, stage: StageEvidence, operation: string): number {
  const curves = measured.question.axes
    .filter(({ callsOf }) => callsOf === operation)
    .map((axis) => candidateCallCurve(measured, axis, { measure: "cost" }, stage))
  return Math.max(0, ...curves.flat().map(({ value }) => value))
}

/** What only the caller waits for: no work of the engine's. */
const CALLERS_WAITING = "waves"
export const withoutWaiting = ({ [CALLERS_WAITING]: _, ...counts }: Record<string, number>): Record<string, number> =>
  counts

/**
 * Seconds of engine CPU that the stated mix takes each second by its counts at a size: no storage, and nothing charged for what failed. null where some
 * operation has no figure.
 */
export function engineLoad(measured: Measured, stage: StageEvidence): number | null {
  let micros = 0
  for (const { name, perSecond } of measured.question.operations) {
    const work = workOf(stage, name)
    if (!work || work.calls === 0) return null
    micros += perSecond * costOf(withoutWaiting(work.counts), measured.weights) * uncountedFactor(measured, stage, name)
  }
  return micros / 1e6
}

/** Cost per second of the stated mix, storage included. `null`: some operation has no figure. */
export function mixCost(
  { question, weights }: Measured,
  costPerCall: (operation: string) => number | null,
  liveBytes: number | null,
): number | null {
  let total = ((liveBytes ?? 0) / 1024) * weights.storedKiB
  for (const operation of question.operations) {
    const cost = costPerCall(operation.name)
    if (cost === null) return null
    total += operation.perSecond * cost
  }
  return total
}

/** The stated mix of a reference at a size, storage included unless the candidate's is not known either. */
export function referenceMix(measured: Measured, reference: string, stage: StageEvidence): number | null {
  const stored = measured.references?.references[reference]?.[stage.id]?.storage.liveBytes
  if (stored === undefined) return null
  return mixCost(measured, (name) => referenceCost(measured, reference, stage.id, name), stage.storage ? stored : null)
}

/** The stated mix of the candidate at a size, with the weak reference's storage never assumed: bytes are what was stored. */
export function candidateMix(measured: Measured, stage: StageEvidence): number | null {
  return mixCost(
    measured,
    (name) => candidateCost(measured, stage, name)?.charged ?? null,
    stage.storage?.liveBytes ?? null,
  )
}
