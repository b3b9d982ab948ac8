/** How a call's figure grows along an axis that varies from call to call, at the largest finished size. Gives figures, not points. */
import type { Axis } from "../prompts/question.ts"
import { candidateCallCurve } from "./call-curve.ts"
import type { Point } from "./curves.ts"
import type { Figure } from "./figure.ts"
import { endOf, type Growth } from "./growth-fit.ts"
import type { Measured } from "./measured.ts"

/** Places down to this share of the largest say how steeply it grows there: at smaller ones a call may not have come to its full size. */
const NEAR_THE_LARGEST = 0.2

/**
 * The steepest line from a place near the largest to the largest. Calls of one run stand side by side, so a curve that grows up to the last place but
 * one, and is flat from there, has been made so where it is looked at: what costs the same at both costs less before.
 */
export function endOfCalls(curve: Point[], target: number): ReturnType<typeof endOf> {
  const largest = curve.at(-1)
  if (!largest) return null
  const lines = curve
    .slice(0, -1)
    .filter(({ n }, index) => n >= NEAR_THE_LARGEST * largest.n || index === curve.length - 2)
    .flatMap((point) => endOf([point, largest], target) ?? [])
  // Of lines alike the one through the two largest.
  return lines.reduceRight<ReturnType<typeof endOf>>(
    (steepest, line) => (steepest && steepest.carriedOn >= line.carriedOn ? steepest : line),
    null,
  )
}

/** Carried on to the scale that the statement names, or to its bound; null where calls at fewer than two places were counted. */
export function candidateCallGrowth(measured: Measured, axis: Axis, figure: Figure): Growth | null {
  const curve = candidateCallCurve(measured, axis, figure)
  const target = axis.boundedAt ?? axis.scale
  const end = endOfCalls(curve, target)
  const bound =
    axis.boundedAt === undefined
      ? null
      : `the statement bounds this at ${axis.boundedAt.toLocaleString("en-US")} ${axis.unit}`
  return end && { curve, ...end, target, bound }
}
