/** The shapes by which a figure becomes a share of a criterion's points: pure, monotone, without cliffs. Knows no criterion. */

const share = (value: number) => Math.min(1, Math.max(0, value))

/** 1 up to `fullTo`, falling in ln(ratio) to 0 at `noneFrom`. A ratio of 0 or less counts as full. */
export function fallingInLn(ratio: number, fullTo: number, noneFrom: number): number {
  if (ratio <= fullTo) return 1
  if (ratio >= noneFrom) return 0
  return share(Math.log(noneFrom / ratio) / Math.log(noneFrom / fullTo))
}

/** 1 up to `fullTo`, falling in proportion to 0 at `noneFrom`. */
export function falling(value: number, fullTo: number, noneFrom: number): number {
  return share((noneFrom - value) / (noneFrom - fullTo))
}

/** Between two sizes a figure may differ by this share without growing: what is stored and answered is not equally long at each. */
const AS_GOOD_AS_FLAT = 0.005

/**
 * a + b n through two sizes, carried on to `target`. The slope is never taken below 0 and the result never below the figure at the
 * larger size: a design that happened to get cheaper is not promised to become free.
 */
export function extrapolate(small: Point, large: Point, target: number): number {
  return large.value + slopeOf(small, large) * Math.max(0, target - large.n)
}

function slopeOf(small: Point, large: Point): number {
  if (large.n <= small.n) return 0
  return Math.max(0, (large.value - small.value * (1 + AS_GOOD_AS_FLAT)) / (large.n - small.n))
}

/** A figure at a size of the data. */
export interface Point {
  n: number
  value: number
}

/** The exponent of the line through two sizes where it is judged: by which power of the size it grows there. Explains a curve; never scored. */
export function exponentAt(small: Point, large: Point, judged: Point): number {
  return judged.value <= 0 ? 0 : (slopeOf(small, large) * judged.n) / judged.value
}

/** An exponent in words. */
export function inWords(power: number): string {
  if (power < 0.1) return "stays flat"
  if (power < 0.6) return "grows slowly"
  if (power <= 1.25) return "grows in proportion"
  return "grows faster than the data"
}
