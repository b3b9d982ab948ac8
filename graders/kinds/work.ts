/** Work: what the stated mix makes the engine do per second at the largest size, storage included, as a ratio to the strong reference's. */
import type { StageEvidence } from "../../sandboxes/evidence.ts"
import { candidateCost, candidateMix, referenceMix } from "../cost.ts"
import { strongCost } from "../counted.ts"
import { fallingInLn } from "../curves.ts"
import { number } from "../figures.ts"
import { type Judge, type Judged, nothing, notJudged } from "../judged.ts"
import { lastStage, type Measured, NO_REFERENCES, STRONG, stoppedAt, weakName } from "../measured.ts"

/** Up to here a design costs as little as the strong one. */
const FULL_TO = 1.25
/** From here on it earns nothing, or from the weak reference's ratio where that is nearer. */
const NONE_FROM = 10

/** The ratio that earns nothing. A weak reference within the full marks' reach says nothing and is left out. */
export function noneFrom(weakRatio: number | null): number {
  return weakRatio !== null && weakRatio > FULL_TO ? Math.min(NONE_FROM, weakRatio) : NONE_FROM
}

/** Share of the points for a ratio to the strong reference's work. */
export const workShare = (ratio: number, weakRatio: number | null) => fallingInLn(ratio, FULL_TO, noneFrom(weakRatio))

export const work: Judge<"work"> = (criterion, measured) => {
  const stopped = stoppedAt(measured.evidence)
  if (stopped)
    return nothing(
      `The run stopped at ${stopped.label} (${stopped.stopped}); a size that cannot be finished counts as the weak reference's.`,
    )
  const stage = lastStage(measured.evidence)
  if (!stage) return notJudged("The run holds no finished size.")
  if (!measured.references) return notJudged(`Not judged: ${NO_REFERENCES}.`)
  const candidate = candidateMix(measured, stage)
  const strong = referenceMix(measured, STRONG, stage)
  const weak = referenceMix(measured, weakName(measured), stage)
  if (candidate === null) return notJudged(`The run holds no counts of some operation at ${stage.label}.`)
  if (strong === null || strong <= 0) return notJudged(`Not judged: ${NO_REFERENCES}.`)
  const ratio = candidate / strong
  const weakRatio = weak === null ? null : weak / strong
  return {
    points: criterion.points * workShare(ratio, weakRatio),
    reason: `At ${stage.label} the stated mix costs ${number(ratio)} times the strong reference's work; full marks reach to ${FULL_TO}, none are left at ${number(noneFrom(weakRatio))}.`,
    evidence: {
      stage: stage.id,
      unit: measured.weights.unit,
      costPerSecond: candidate,
      strongCostPerSecond: strong,
      weakCostPerSecond: weak,
      ratio,
      weakRatio,
      operations: perOperation(measured, stage.id),
      stored: storedAt(measured, stage),
    },
  }
}

/** What is stored has its part in the mix: the weight of a KiB, once a second. */
function storedAt({ weights, references }: Measured, stage: StageEvidence): Judged["evidence"] {
  const strong = references?.references[STRONG]?.[stage.id]?.storage.liveBytes ?? null
  const cost = (bytes: number | null) => (bytes === null ? null : (bytes / 1024) * weights.storedKiB)
  const own = stage.storage?.liveBytes ?? null
  return { bytes: own, costPerSecond: cost(own), strongBytes: strong, strongCostPerSecond: cost(strong) }
}

function perOperation(measured: Measured, stageId: string): Judged["evidence"] {
  const stage = measured.evidence.stages.find((one) => one.id === stageId)!
  return measured.question.operations.map((operation) => {
    const cost = candidateCost(measured, stage, operation.name)
    return {
      operation: operation.name,
      callsPerSecond: operation.perSecond,
      counted: cost?.counted ?? null,
      uncountedFactor: cost?.uncounted ?? null,
      lostShare: cost?.lost ?? null,
      charged: cost?.charged ?? null,
      strong: strongCost(measured, stage.id, operation.name),
    }
  })
}
