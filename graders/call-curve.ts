/** A call's figure at each place of an axis that varies from call to call. Gives figures, not points. */
import type { Axis } from "../prompts/question.ts"
import type { StageEvidence, Weights } from "../sandboxes/evidence.ts"
import { costOf } from "./counted.ts"
import type { Point } from "./curves.ts"
import type { Figure } from "./figure.ts"
import { carriedFrom, dearer, withLost } from "./lost-calls.ts"
import { lastStage, lostShare, type Measured, unread, weakName, workOf } from "./measured.ts"
import { uncountedFactor } from "./uncounted.ts"

interface Counted {
  at: Record<string, number>
  counts: Record<string, number>
}

/** Those that stand on the axis, smallest first: calls of one place are means already. */
const placed = <T extends Counted>(along: T[], axis: string): (T & { n: number })[] =>
  along
    .filter(({ at }) => at[axis] !== undefined)
    .map((one) => ({ ...one, n: one.at[axis]! }))
    .sort((a, b) => a.n - b.n)

const valueBy = (figure: Pick<Figure, "measure">, weights: Weights) => (counts: Counted["counts"]) =>
  figure.measure === "cost" ? costOf(counts, weights) : (counts[figure.measure] ?? 0)

/** The curve of a reference's calls at the largest finished size; empty where it is not stored. */
export function referenceCallCurve(measured: Measured, axis: Axis, figure: Figure, name: string): Point[] {
  const stage = lastStage(measured.evidence)
  return stage ? referenceCurveAt(measured, stage, axis, figure, name) : []
}

function referenceCurveAt(measured: Measured, stage: StageEvidence, axis: Axis, figure: Figure, name: string): Point[] {
  const stored = measured.references?.references[name]?.[stage.id]
  const value = valueBy(figure, measured.weights)
  return placed(stored?.along?.[axis.callsOf!] ?? [], axis.id).map(({ n, counts }) => ({ n, value: value(counts) }))
}

/** The curve of the candidate's calls at a finished size, the largest if none is said, failures and uncounted work charged; empty where none was counted. */
export function candidateCallCurve(
  measured: Measured,
  axis: Axis,
  figure: Figure,
  stage: StageEvidence | undefined = lastStage(measured.evidence),
): Point[] {
  const { evidence, weights } = measured
  const work = workOf(stage, axis.callsOf!)
  if (!stage || !work) return []
  const factor = uncountedFactor(measured, stage, work.operation)
  const neverAsked = unread(evidence, work.operation)
  const weakest = figure.weak?.[evidence.engine] ?? weakName(measured)
  const weak = referenceCurveAt(measured, stage, axis, figure, weakest)
  const curve: Point[] = []
  for (const { n, calls, lost, ...counted } of placed(work.along ?? [], axis.id)) {
    // Older evidence does not say where calls failed.
    const share = neverAsked || lost === undefined ? lostShare(evidence, work) : lost / calls
    const instead = [weak.find((point) => point.n === n)?.value ?? null, carriedFrom(curve, n)].filter(
      (one) => one !== null,
    )
    const own = dearer(counted, valueBy(figure, weights)) * factor
    curve.push({ n, value: withLost(own, instead.length > 0 ? Math.max(...instead) : null, share) })
  }
  return curve
}
