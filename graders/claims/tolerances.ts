/** How far a claim may lie from what was counted and still be right, each with its reason. A careful reader's eye, in one place. */
import type { Assertion } from "../judge/judgement.ts"

/**
 * Counts of a call are means over a fixed list of calls: a window of 24 hours touches two days in nearly all of them, which makes 1.96 out of
 * "two". A quarter of one is that, and never another whole number.
 */
const MEAN_OF_CALLS = 0.25

/**
 * "A post writes one row for each follower" forgets the author's own row: with 8 followers that is 8 for 9. Where counts are small, the quarter
 * above is the smaller of the two and one more is one too many.
 */
const EXACTLY = 0.15

/** "About ten" is said of 8 and of 13; of 6 it is not. */
const ABOUT = 0.35

/**
 * Bytes are reckoned from the fields' lengths. What an engine adds to them (names of cells, nodes of a skip list) or takes away (differences of
 * timestamps) is not the writer's to know: the 200 bytes of an event lie in 145 on Cassandra and in 215 in Redis. Twice either way covers both.
 */
export const BYTES_FACTOR = 2

/** Rows in a partition are not counted but reckoned from its bytes and those of a row as it is read, which are stored more tightly. */
export const ROWS_FACTOR = 2

/** "At most a million" is true of two and says nothing: a bound may lie this many times above what it bounds. */
export const LOOSEST_BOUND = 10

/** Powers come from a line through two sizes; below this one is flat. Cost per call repeats within a few per cent. */
export const POWER = 0.15

/** The largest partition may end this much above its size today and be called bounded: the figure is carried on, and single users differ. */
export const BOUNDED_GROWTH = 1.5

const nearness = (claimed: number, share: number) => Math.max(MEAN_OF_CALLS, Math.abs(claimed) * share)

export type Fit = "holds" | "does not hold" | "too loose"

/**
 * Whether counted figures (all of `low` to `high` occur) bear out a claim. One number must be met by all of them; a range must hold them all and
 * not be wider than they are by more than a loose bound is.
 */
export function fits({ low, high, hedge }: Pick<Assertion, "low" | "high" | "hedge">, figure: Range): Fit {
  const least = low ?? high
  const most = high ?? low
  if (least === null || most === null) return "does not hold"
  const share = hedge === "about" ? ABOUT : EXACTLY
  const above = figure.high <= most + nearness(most, share)
  const below = figure.low >= least - nearness(least, share)
  if (hedge === "at most")
    return !above ? "does not hold" : most > LOOSEST_BOUND * Math.max(figure.high, 1) ? "too loose" : "holds"
  if (hedge === "at least") return !below ? "does not hold" : least * LOOSEST_BOUND < figure.low ? "too loose" : "holds"
  if (!above || !below) return "does not hold"
  return most > LOOSEST_BOUND * Math.max(least, figure.high, 1) ? "too loose" : "holds"
}

export interface Range {
  low: number
  high: number
}

/** The same for figures that are known or reckoned only within a factor: bytes and rows of a partition. */
export function fitsWithin(claim: Pick<Assertion, "low" | "high" | "hedge">, figure: number, factor: number): Fit {
  const least = claim.low ?? claim.high
  const most = claim.high ?? claim.low
  if (least === null || most === null) return "does not hold"
  const above = figure <= most * factor
  const below = figure >= least / factor
  if (claim.hedge === "at most")
    return !above ? "does not hold" : most > LOOSEST_BOUND * factor * figure ? "too loose" : "holds"
  if (claim.hedge === "at least")
    return !below ? "does not hold" : least * LOOSEST_BOUND * factor < figure ? "too loose" : "holds"
  if (!above || !below) return "does not hold"
  return most > LOOSEST_BOUND * factor * Math.max(least, 1) ? "too loose" : "holds"
}
