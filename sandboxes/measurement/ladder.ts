/** Where a candidate stands between the strong reference (0) and the anchor (1), from calls that were timed in turn. */
import type { Interval } from "../evidence.ts"
import { blockBootstrap, chanceOfLower } from "./bootstrap.ts"
import { midmean } from "./statistics.ts"

/** One round of the position pass: each arm's timed call, milliseconds; null where the round leaves the arm out, which only two can be. */
export interface Round {
  candidate: number | null
  strong: number
  control: number | null
  anchor: number
}

export interface Ladder {
  /** ln(candidate / base) / ln(anchor / base) of midmeans, base being strong and control pooled. */
  ladder: Interval
  /** Midmean of the strong reference where the candidate is left out, over its midmean where the control is left out instead; 1 of too few rounds. */
  leftOut: Interval
}

/**
 * Arms by number: 0 candidate, 1 strong, 2 control, 3 anchor. Four rounds in which each follows each other equally often (a Williams square; Williams
 * 1949); then one without the candidate and one without the control. These two differ in nothing else: in both the strong reference comes right
 * after the anchor. A call was found 10 to 25% faster right after one of the same kind than after one of another, and a round of three is
 * shorter than one of four, so a round with an arm less may be compared only with such a round.
 */
export const CYCLE: readonly (readonly number[])[] = [
  [0, 1, 3, 2],
  [1, 2, 0, 3],
  [2, 3, 1, 0],
  [3, 0, 2, 1],
  [2, 3, 1],
  [0, 3, 1],
]

/** Of fewer calls on either side an interval says nothing, and nobody is accused. */
const FEWEST_LEFT_OUT = 12
const enough = (rounds: Round[]) =>
  rounds.filter(({ candidate }) => candidate === null).length >= FEWEST_LEFT_OUT &&
  rounds.filter(({ control }) => control === null).length >= FEWEST_LEFT_OUT

export function ladderOf(rounds: Round[]): Ladder {
  return {
    ladder: blockBootstrap(rounds.length, (indices) => {
      const { base, candidate, anchor } = midmeans(rounds, indices)
      return Math.log(candidate / base) / Math.log(anchor / base)
    }),
    leftOut: enough(rounds)
      ? blockBootstrap(rounds.length, (indices) => {
          const strongOf = (left: "candidate" | "control") => {
            const times: number[] = []
            for (const index of indices) if (rounds[index][left] === null) times.push(rounds[index].strong)
            return midmean(times)
          }
          return strongOf("candidate") / strongOf("control")
        })
      : { value: 1, low: 1, high: 1 },
  }
}

/** How likely the strong reference is that much faster by chance where the candidate is left out; 1 of too few rounds. */
export const leftOutChance = (rounds: Round[]): number => (enough(rounds) ? chanceOfLower(pairs(rounds)) : 1)

/** ln of strong's time without the candidate over its time without the control, of neighbouring rounds: the machine was as busy for both. */
function pairs(rounds: Round[]): number[] {
  return rounds.flatMap((round, index) => {
    const next = rounds[index + 1]
    return round.candidate === null && next?.control === null ? [Math.log(round.strong / next.strong)] : []
  })
}

function midmeans(rounds: Round[], indices: Int32Array) {
  const candidate: number[] = []
  const base: number[] = []
  const anchor: number[] = []
  for (const index of indices) {
    const round = rounds[index]
    // Only where all are there does each have the same neighbours.
    if (round.candidate === null || round.control === null) continue
    candidate.push(round.candidate)
    anchor.push(round.anchor)
    base.push(round.strong, round.control)
  }
  return { candidate: midmean(candidate), base: midmean(base), anchor: midmean(anchor) }
}
