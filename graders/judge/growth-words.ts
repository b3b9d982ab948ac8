/** Words for how something grows, from a closed set, and the powers that they stand for. */
import { POWER, type Range } from "../claims/tolerances.ts"

/** A logarithm over the sizes of a run looks like a small power, and "bounded" means what stays. */
export const GROWTH_WORDS: Record<string, Range> = {
  constant: { low: 0, high: 0 },
  logarithmic: { low: 0, high: 0.25 },
  linear: { low: 0.75, high: 1.1 },
  quadratic: { low: 1.75, high: 2.25 },
  bounded: { low: 0, high: 0 },
  unbounded: { low: 2 * POWER, high: Number.POSITIVE_INFINITY },
}

/** Whether somebody can mean both. */
export const areAlike = (word: string, power: Range): boolean => {
  const named = GROWTH_WORDS[word]
  return named !== undefined && named.low - POWER <= power.high && power.low <= named.high + POWER
}
