/** How a figure grows along one axis, for the candidate and for the references, carried on to the real scale. Gives figures, not points. */
import type { Axis } from "../prompts/question.ts"
import type { OperationWork, StageEvidence } from "../sandboxes/evidence.ts"
import { referenceCallCurve } from "./call-curve.ts"
import { candidateCallGrowth, endOfCalls } from "./call-growth.ts"
import { candidateCost, candidateMix, referenceMix } from "./cost.ts"
import { referenceCost } from "./counted.ts"
import { exponentAt, extrapolate, type Point } from "./curves.ts"
import { endsBy, filledTables, GONE_AFTER, isBounded } from "./expiry.ts"
import type { Figure } from "./figure.ts"
import { cameLaterInPieces } from "./late-table.ts"
import { dearer, withLost } from "./lost-calls.ts"
import {
  alongAxis,
  finished,
  isTime,
  lostShare,
  type Measured,
  referenceCounts,
  STRONG,
  weakName,
  workOf,
} from "./measured.ts"
import { uncountedFactor } from "./uncounted.ts"

export interface Growth {
  /** The axis as far as it was finished, with the measured figure. */
  curve: Point[]
  /** The two largest sizes of what is judged: a line through them is carried on. */
  through: [Point, Point]
  /** The figure at the size that is judged. */
  carriedOn: number
  /** By which power of the size it grows there. Explains the figure; never scored. */
  power: number
  /** The size that is judged, in the axis' unit. */
  target: number
  /** Why it is judged at a bound and not at the statement's scale; null where it is not. */
  bound: string | null
  /** The table that is judged, where it came after the smaller size in many pieces alike (`late-table.ts`). */
  cameLater?: string
}

/** The candidate's figure at a size; null where it was not measured. */
export function candidateFigure(measured: Measured, figure: Figure, stage: StageEvidence): number | null {
  if (figure.measure === "largest-partition-bytes") return stage.storage?.largestPartitionBytes ?? null
  if (!figure.operation) return figure.measure === "cost" ? candidateMix(measured, stage) : null
  if (figure.measure === "cost") return candidateCost(measured, stage, figure.operation)?.charged ?? null
  const work = workOf(stage, figure.operation)
  if (work?.counts.rows === undefined || work.calls === 0) return null
  const rows = Math.max(
    dearer(work, (counts) => counts.rows ?? 0),
    rowsInBytes(measured, work),
  )
  const own = rows * uncountedFactor(measured, stage, figure.operation)
  const weak = referenceCounts(measured, weakName(measured), stage.id, figure.operation)?.rows ?? null
  return withLost(own, weak, lostShare(measured.evidence, work))
}

/**
 * A row, or a value under a key, may hold any number of events. What is read of it grows with them: as many times as the bytes have grown since the smallest size, so many
 * times what strong reads there. 0 where that is not known.
 */
function rowsInBytes(measured: Measured, work: OperationWork): number {
  const first = finished(measured.evidence)[0]
  const least = workOf(first, work.operation)?.counts.readKiB
  const strong = first && referenceCounts(measured, STRONG, first.id, work.operation)?.rows
  return least && strong ? (strong * dearer(work, (counts) => counts.readKiB ?? 0)) / least : 0
}

/** A reference's figure at a size; null where it is not stored. */
export function referenceFigure(
  measured: Measured,
  figure: Figure,
  reference: string,
  stage: StageEvidence,
): number | null {
  const stored = measured.references?.references[reference]?.[stage.id]
  if (!stored) return null
  if (figure.measure === "largest-partition-bytes") return stored.storage.largestPartitionBytes
  if (!figure.operation) return figure.measure === "cost" ? referenceMix(measured, reference, stage) : null
  if (figure.measure === "cost") return referenceCost(measured, reference, stage.id, figure.operation)
  return stored.operations[figure.operation]?.rows ?? null
}

/** Where a line through the two largest of these sizes ends, and how steeply; null where fewer than two are known. */
export function endOf(curve: Point[], target: number): Pick<Growth, "through" | "carriedOn" | "power"> | null {
  const [small, large] = curve.slice(-2)
  if (!small || !large) return null
  const carriedOn = extrapolate(small, large, target)
  return { through: [small, large], carriedOn, power: exponentAt(small, large, { n: target, value: carriedOn }) }
}

function curveOf(stages: StageEvidence[], axis: string, figure: (stage: StageEvidence) => number | null): Point[] {
  return stages.flatMap((stage) => {
    const value = figure(stage)
    return value === null ? [] : [{ n: stage.at[axis]!, value }]
  })
}

const WHY = { expiry: "what is stored expires", closing: "nothing more is written under a key after some weeks" }

/**
 * A bound on the axis holds where the statement itself ends it, or where what a design stores expires within `GONE_AFTER` times the retention
 * or is closed by the calendar (`end` says which): then nothing goes on growing after that, and the design is judged there.
 */
function targetOf(axis: Axis, { question }: Measured, end: keyof typeof WHY | null): Pick<Growth, "target" | "bound"> {
  const { retentionDays } = question
  if (retentionDays === undefined)
    return axis.boundedAt === undefined
      ? { target: axis.scale, bound: null }
      : { target: axis.boundedAt, bound: `the statement bounds this at ${axis.boundedAt} ${axis.unit}` }
  const bound = GONE_AFTER * retentionDays
  if (!isTime(axis) || end === null || bound >= axis.scale) return { target: axis.scale, bound: null }
  return { target: bound, bound: `${WHY[end]}, so it is judged at ${bound} days` }
}

/** The candidate's growth; null where two sizes of the axis were not measured. */
export function candidateGrowth(measured: Measured, axis: Axis, figure: Figure): Growth | null {
  if (axis.callsOf) return candidateCallGrowth(measured, axis, figure)
  const stages = alongAxis(measured.evidence, axis.id).filter((stage) => !stage.stopped)
  const curve = curveOf(stages, axis.id, (stage) => candidateFigure(measured, figure, stage))
  if (figure.measure === "largest-partition-bytes") return partitionGrowth(measured, axis, stages, curve)
  const tables = filledTables(measured.evidence)
  const expires = tables.length > 0 && tables.every((table) => isBounded(measured, table))
  const goal = targetOf(axis, measured, expires ? "expiry" : null)
  const end = endOf(curve, goal.target)
  return end && { curve, ...end, ...goal }
}

/** Each table is carried on by itself, because each expires by itself; the largest at its target stands. */
function partitionGrowth(measured: Measured, axis: Axis, stages: StageEvidence[], curve: Point[]): Growth | null {
  let worst: Growth | null = null
  const names = new Set(stages.flatMap((stage) => stage.storage?.tables.map((table) => table.name) ?? []))
  for (const name of names) {
    const goal = targetOf(axis, measured, endsBy(measured, name))
    const { sizes, cameLater } = largestOf(measured, axis, stages, name)
    const end = endOf(sizes, goal.target)
    if (end !== null && (worst === null || end.carriedOn > worst.carriedOn))
      worst = { curve, ...end, ...goal, ...(cameLater && { cameLater: name }) }
  }
  return worst
}

/** A table's largest piece, size by size. One that came later in many pieces is taken to have been there at the smaller size. */
function largestOf(
  { evidence }: Measured,
  axis: Axis,
  stages: StageEvidence[],
  name: string,
): { sizes: Point[]; cameLater: boolean } {
  const stored = stages.filter(({ storage }) => storage !== null)
  const sizes = stored.map(({ at, storage }) => ({
    n: at[axis.id]!,
    value: storage!.tables.find((table) => table.name === name)?.largestPartitionBytes ?? 0,
  }))
  const [small, large] = stored.slice(-2)
  if (!small || !large || !cameLaterInPieces(finished(evidence), small, large, name)) return { sizes, cameLater: false }
  return { sizes: sizes.with(-2, { n: small.at[axis.id]!, value: sizes.at(-1)!.value }), cameLater: true }
}

/** A reference's figure at `target`; null where its counts are not stored for two sizes of the axis. */
export function referenceGrowth(
  measured: Measured,
  axis: Axis,
  figure: Figure,
  name: string,
  target: number,
): number | null {
  if (axis.callsOf) return endOfCalls(referenceCallCurve(measured, axis, figure, name), target)?.carriedOn ?? null
  const stages = alongAxis(measured.evidence, axis.id)
  const curve = curveOf(stages, axis.id, (stage) => referenceFigure(measured, figure, name, stage))
  return endOf(curve, target)?.carriedOn ?? null
}

/** A weak end must stand this far above strong to say anything. */
const LEAST_SPAN = 1.5
/** The span that is taken where no reference shows the weakness. */
export const PLAIN_SPAN = 10

export interface Ends {
  strong: number
  weak: number
  /** Whose figure `weak` is, at the axis' scale; null where no reference shows the weakness, and it is so many times strong's. */
  weakOf: string | null
}

/**
 * The figures that earn all and nothing at `target`: strong's, and the weak reference's at the real scale (it is bounded by nothing). A criterion
 * may name another reference. Where it does not show the weakness (an index keyed by event has small partitions), the worst of the references does.
 */
export function ends(measured: Measured, axis: Axis, figure: Figure, target: number): Ends | null {
  const strong = referenceGrowth(measured, axis, figure, STRONG, target)
  if (strong === null) return null
  const at = (name: string) => referenceGrowth(measured, axis, figure, name, axis.scale)
  const named = figure.weak?.[measured.evidence.engine] ?? weakName(measured)
  const weak = at(named)
  if (weak === null) return null
  if (weak > LEAST_SPAN * strong) return { strong, weak, weakOf: named }
  const all = Object.keys(measured.references?.references ?? {}).map((name) => ({ name, figure: at(name) ?? 0 }))
  const worst = all.reduce((most, one) => (one.figure > most.figure ? one : most))
  return worst.figure > LEAST_SPAN * strong
    ? { strong, weak: worst.figure, weakOf: worst.name }
    : { strong, weak: Math.max(strong, 1e-9) * PLAIN_SPAN, weakOf: null }
}
