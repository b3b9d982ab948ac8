/** How well a ratio of p99s is known, on the stretch in which a budget criterion tells ratios apart. */
import { P99_RATIO } from "../../prompts/question.ts"
import type { Interval } from "../evidence.ts"

const { fullTo, noneFrom } = P99_RATIO
const place = (ratio: number) => Math.log(Math.min(noneFrom, Math.max(fullTo, ratio)) / fullTo)

/** Half the width of an interval as a share of that stretch, in ln: 0 where both its ends lie outside on one side. 1 where there is no interval yet. */
export function halfWidth({ value, low, high }: Interval): number {
  if (!(value > 0)) return 1
  return (place(high) - place(low)) / 2 / Math.log(noneFrom / fullTo)
}

/** Half-width of the mean of figures that are measured apart: their variances add. */
export function halfWidthOfMean(intervals: Interval[]): number {
  return Math.sqrt(intervals.reduce((sum, one) => sum + halfWidth(one) ** 2, 0)) / intervals.length
}
