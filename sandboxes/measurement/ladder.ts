/** Where a candidate stands between the strong reference (0) and the anchor (1), from calls that were timed in turn. */
import type { Interval } from "../evidence.ts"
import { blockBootstrap } from "./bootstrap.ts"
import { midmean } from "./statistics.ts"

/** One round of the position pass: each arm's timed call, milliseconds. The candidate is null where the round leaves it out. */
export interface Round {
  candidate: number | null
  strong: number
  control: number
  anchor: number | null
}

export interface Ladder {
  /** ln(candidate / base) / ln(anchor / base) of midmeans, base being strong and control pooled. */
  ladder: Interval
  /** Midmean of the base where the candidate is left out, over its midmean where it is there. */
  leftOut: Interval
}

export function ladderOf(rounds: Round[]): Ladder {
  return {
    ladder: blockBootstrap(rounds.length, (indices) => {
      const { base, candidate, anchor } = midmeans(rounds, indices)
      return Math.log(candidate / base) / Math.log(anchor / base)
    }),
    leftOut: blockBootstrap(rounds.length, (indices) => {
      const without: number[] = []
      const within: number[] = []
      for (const index of indices) {
        const round = rounds[index]
        const into = round.candidate === null ? without : within
        into.push(round.strong, round.control)
      }
      return midmean(without) / midmean(within)
    }),
  }
}

function midmeans(rounds: Round[], indices: Int32Array) {
  const candidate: number[] = []
  const base: number[] = []
  const anchor: number[] = []
  for (const index of indices) {
    const round = rounds[index]
    if (round.candidate !== null) candidate.push(round.candidate)
    if (round.anchor !== null) anchor.push(round.anchor)
    // Rounds without the candidate are no part of the base: they are what the base is compared with.
    if (round.candidate !== null) base.push(round.strong, round.control)
  }
  return { candidate: midmean(candidate), base: midmean(base), anchor: midmean(anchor) }
}

/**
 * Orders in which four arms take their turns so that each arm follows each other equally often (a Williams square). Source: Williams 1949.
 */
export const BALANCED_ORDERS: readonly (readonly number[])[] = [
  [0, 1, 3, 2],
  [1, 2, 0, 3],
  [2, 3, 1, 0],
  [3, 0, 2, 1],
]
