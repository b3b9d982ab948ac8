/** Sums of scores. A part with a null in it has no sum: nulls neither count as zero nor shrink what is divided by. */
import type { Interval } from "../sandboxes/evidence.ts"
import type { Score, Subtotal } from "./report.ts"

export function subtotal(scores: Score[]): Subtotal {
  const outOf = scores.reduce((sum, score) => sum + score.outOf, 0)
  const points = sum(scores.map((score) => score.points))
  return {
    points,
    outOf,
    interval:
      points === null
        ? null
        : spread(
            points,
            scores.map((score) => score.interval),
          ),
  }
}

export const sum = (values: (number | null)[]): number | null =>
  values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0)

/** Criteria are measured apart, so their variances add; each side by itself, since points end at 0 and at the full marks. */
export function spread(value: number, intervals: (Interval | null)[]): Interval {
  let below = 0
  let above = 0
  for (const interval of intervals) {
    if (!interval) continue
    below += (interval.value - interval.low) ** 2
    above += (interval.high - interval.value) ** 2
  }
  return { value, low: value - Math.sqrt(below), high: value + Math.sqrt(above) }
}
