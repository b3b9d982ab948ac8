/** What calls that failed or came back wrong are charged: failing must not pay. Awards nothing. */
import { extrapolate, type Point } from "./curves.ts"

/**
 * A wrong or failed call stands at what the weak reference's call costs, but never below what it really cost. `lost` is the share of such calls;
 * without a weak figure the own one stands.
 */
export function withLost(own: number, weak: number | null, lost: number): number {
  return lost > 0 && weak !== null ? own * (1 - lost) + lost * Math.max(own, weak) : own
}

/**
 * What a design that does this at smaller places comes to at `n`: by the line through the last two, or in proportion to one; null where there is none.
 * Whoever refuses the calls that would cost most has shown what they would have cost.
 */
export function carriedFrom(smaller: Point[], n: number): number | null {
  const [last, before] = smaller.slice(-2).reverse()
  if (!last) return null
  return before ? extrapolate(before, last, n) : (last.value * n) / last.n
}

type Counts = Record<string, number>

/** The figure of calls of which some failed: of all of them, or of the good ones alone, whichever is more. */
export function dearer(
  work: { counts: Counts; goodCounts?: Counts | undefined },
  figure: (counts: Counts) => number,
): number {
  return work.goodCounts ? Math.max(figure(work.counts), figure(work.goodCounts)) : figure(work.counts)
}
