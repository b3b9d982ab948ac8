/** Agreement of two markers who give points: quadratic weighted kappa, mean absolute error, and who is the milder. */
import type { Rule } from "./figure.ts"

/** Points that two gave for the same answer. */
export interface Pair {
  first: number
  second: number
}

/** What the figures need of some pairs: count, sums, sums of squares, squared, absolute and signed differences. */
export function sumsOf(pairs: readonly Pair[]): number[] {
  const sums = [0, 0, 0, 0, 0, 0, 0, 0]
  for (const { first, second } of pairs) {
    const difference = first - second
    const terms = [1, first, second, first ** 2, second ** 2, difference ** 2, Math.abs(difference), difference]
    for (const [index, term] of terms.entries()) sums[index]! += term
  }
  return sums
}

/**
 * Quadratic weighted kappa (Cohen 1968): 1 minus the mean squared difference over that of the same points paired at random. Summed over pairs
 * instead of over a table of categories: the weights are differences of the points themselves, so that halves and means need no rounding, and
 * for whole points it is what a table gives. It equals Lin's concordance coefficient (Lin 1989) and, for many answers, the intraclass correlation
 * (Fleiss and Cohen 1973). NaN where both always gave the same one number.
 */
export function quadraticWeightedKappa([n, first, second, firstSquared, secondSquared, squared]: number[]): number {
  const atRandom = firstSquared! / n! + secondSquared! / n! - (2 * first! * second!) / n! ** 2
  // What rounding leaves of nothing is nothing.
  if (atRandom < 1e-9 * (1 + (firstSquared! + secondSquared!) / n!)) return Number.NaN
  return 1 - squared! / n! / atRandom
}

const none = (sums: ArrayLike<number>) => (sums[0] === 0 ? "there are no points to compare" : null)

const varies = (n: number, sum: number, squares: number) => squares / n - (sum / n) ** 2 > 1e-9 * (1 + squares / n)

export const WEIGHTED_KAPPA: Rule = {
  value: (sums) => quadraticWeightedKappa(Array.from(sums)),
  whyNone(sums) {
    const [n, first, second, firstSquared, secondSquared] = Array.from(sums)
    if (n === 0) return none(sums)
    if (n === 1) return "one answer shows no spread of points"
    // The formula gives 0 or nothing there, however near the two are.
    if (!varies(n!, first!, firstSquared!) || !varies(n!, second!, secondSquared!))
      return "one side gave the same points every time"
    return null
  },
}

export const MEAN_ABSOLUTE_ERROR: Rule = { value: (sums) => sums[6]! / sums[0]!, whyNone: none }

/** Mean of the first's points less the second's: above 0 the first is milder. */
export const MEAN_DIFFERENCE: Rule = { value: (sums) => sums[7]! / sums[0]!, whyNone: none }
