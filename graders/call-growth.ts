/** How a call's figure grows along an axis that varies from call to call, at the largest finished size. Gives figures, not points. */
import type { Axis } from "../prompts/question.ts"
import type { Weights } from "../sandboxes/evidence.ts"
import { withLost } from "./cost.ts"
import { costOf } from "./counted.ts"
import type { Point } from "./curves.ts"
import { endOf, type Figure, type Growth } from "./growth-fit.ts"
import { lastStage, lostShare, type Measured, weakName, workOf } from "./measured.ts"
import { uncountedFactor } from "./uncounted.ts"

interface Counted {
  at: Record<string, number>
  counts: Record<string, number>
}

/** One point for each place on the axis, smallest first: calls of one place are means already. */
function curveOf(along: Counted[], axis: string, value: (counts: Counted["counts"]) => number): Point[] {
  const placed = along.filter(({ at }) => at[axis] !== undefined)
  return placed.map(({ at, counts }) => ({ n: at[axis]!, value: value(counts) })).sort((a, b) => a.n - b.n)
}

const valueBy = (figure: Figure, weights: Weights) => (counts: Counted["counts"]) =>
  figure.measure === "cost" ? costOf(counts, weights) : (counts[figure.measure] ?? 0)

/** The curve of a reference's calls; empty where it is not stored. */
export function referenceCallCurve(measured: Measured, axis: Axis, figure: Figure, name: string): Point[] {
  const stage = lastStage(measured.evidence)
  const stored = stage && measured.references?.references[name]?.[stage.id]
  return curveOf(stored?.along?.[axis.callsOf!] ?? [], axis.id, valueBy(figure, measured.weights))
}

/** The curve of the candidate's calls, failures and uncounted work charged; empty where none was counted. */
export function candidateCallCurve(measured: Measured, axis: Axis, figure: Figure): Point[] {
  const stage = lastStage(measured.evidence)
  const work = workOf(stage, axis.callsOf!)
  if (!stage || !work) return []
  const factor = uncountedFactor(measured, stage, work.operation)
  const lost = lostShare(measured.evidence, work)
  const weak = referenceCallCurve(measured, axis, figure, figure.weak?.[measured.evidence.engine] ?? weakName(measured))
  return curveOf(work.along ?? [], axis.id, valueBy(figure, measured.weights)).map(({ n, value }) => ({
    n,
    value: withLost(value * factor, weak.find((point) => point.n === n)?.value ?? null, lost),
  }))
}

/** Carried on to the scale that the statement names, or to its bound; null where calls at fewer than two places were counted. */
export function candidateCallGrowth(measured: Measured, axis: Axis, figure: Figure): Growth | null {
  const curve = candidateCallCurve(measured, axis, figure)
  const target = axis.boundedAt ?? axis.scale
  const end = endOf(curve, target)
  const bound =
    axis.boundedAt === undefined
      ? null
      : `the statement bounds this at ${axis.boundedAt.toLocaleString("en-US")} ${axis.unit}`
  return end && { curve, ...end, target, bound }
}
