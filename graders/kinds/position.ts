/** Position: where a timed call stands between the strong reference (0) and the anchor (1). Takes the ladder as measured. */

import type { Position } from "../../sandboxes/evidence.ts"
import { falling } from "../curves.ts"
import { milliseconds, number, percent } from "../figures.ts"
import { type Judge, nothing, notJudged } from "../judged.ts"
import { NOT_READ, stoppedAt, unread } from "../measured.ts"

const FULL_TO = 0.05
const NONE_FROM = 1
/** With the candidate left out, strong may be this much faster before it looks like hogging: what is gained by less is a fraction of a point. */
const LEFT_OUT_TOLERANCE = 0.1
/** Nobody may be accused by chance: twice the distance to the end of the 95% interval, about four standard deviations, must lie below 1. */
const LEFT_OUT_INTERVALS = 2
/** And it must be this unlikely by the signs of its pairs alone: an interval from a dozen calls takes more for granted. */
const LEFT_OUT_CHANCE = 0.0005
/**
 * Strong is at least this many times as fast without the candidate: then no points are left. Below it the candidate is compared with strong as it is without
 * it, which takes away what hogging gains and no more: beside two to five busy processes strong ran, by the run, 18% faster to 39% slower without an innocent
 * design, far beyond chance, and in four of 33 such runs it was accused.
 */
const SURELY_HOGS = 2
/** Of the time between its turns, a candidate's hosts may burn this share. */
export const OFF_TURN_TOLERANCE = 0.05

/** Share of the points for a place on the ladder. */
export const positionShare = (ladder: number) => falling(ladder, FULL_TO, NONE_FROM)

/** Evidence of before, whose rounds without the candidate were compared with whole ones: that accuses the innocent. */
const isOfBefore = ({ times }: Position) => times.strong.length !== times.candidate.length

/** True where it slows strong down so much that no busy machine explains it. */
export const hogs = (seen: Position): boolean => slowsStrong(seen) && seen.leftOut.high * SURELY_HOGS <= 1

/** True where strong runs faster, beyond chance and the tolerance, when the candidate is not there. */
function slowsStrong(seen: Position): boolean {
  const { value, high } = seen.leftOut
  if (isOfBefore(seen) || (seen.leftOutChance ?? 0) >= LEFT_OUT_CHANCE) return false
  return value + LEFT_OUT_INTERVALS * (high - value) < 1 && value < 1 - LEFT_OUT_TOLERANCE
}

/**
 * The place on the ladder whose foot is strong's time without the candidate, at the end of its interval that is kinder to the candidate. What slows strong
 * slows the anchor as well, which is never seen without the candidate: the ladder is moved, and as high as it was.
 */
function besideUndisturbed({ ladder, leftOut, midmeans, baseMs }: Position): Position["ladder"] {
  const height = Math.log(midmeans.anchor / (baseMs ?? midmeans.strong))
  const lower = height > 0 ? -Math.log(leftOut.high) / height : 0
  const place = (value: number) => value + lower
  return { value: place(ladder.value), low: place(ladder.low), high: place(ladder.high) }
}

export const position: Judge<"position"> = (criterion, { evidence, question }) => {
  const seen = evidence.position
  const stopped = stoppedAt(evidence)
  if (!seen)
    return stopped
      ? nothing(`Calls were not timed, because the run stopped at ${stopped.label} (${stopped.stopped}).`)
      : notJudged("Not judged: the run holds no timed calls.")
  const figures = {
    operation: seen.operation,
    stage: seen.stage,
    ladder: seen.ladder,
    rounds: seen.rounds,
    midmeansMs: seen.midmeans,
    leftOut: seen.leftOut,
    leftOutChance: seen.leftOutChance ?? null,
    offTurnCpuShare: seen.offTurnCpuShare,
  }
  if (seen.skipped) return nothing(`No rounds were timed: ${seen.skipped}.`, figures)
  if (unread(evidence, seen.operation)) return nothing(NOT_READ, figures)
  if (hogs(seen))
    return nothing(
      `The strong reference ran ${percent(1 - seen.leftOut.value)} faster in rounds without this design than in rounds without a second strong one (${percent(1 - seen.leftOut.high)} at least): it works on between its own calls.`,
      figures,
    )
  if (seen.offTurnCpuShare > OFF_TURN_TOLERANCE)
    return nothing(
      `Its processes used ${percent(seen.offTurnCpuShare)} of the CPU time between their own calls, where ${percent(OFF_TURN_TOLERANCE)} is allowed.`,
      figures,
    )
  const { baseMs } = seen
  const undisturbed = slowsStrong(seen)
  const { value, low, high } = undisturbed ? besideUndisturbed(seen) : seen.ladder
  const base =
    baseMs === undefined
      ? `strong ${milliseconds(seen.midmeans.strong)}`
      : `strong and its control together ${milliseconds(baseMs)}`
  const anchor = question.position.anchor[evidence.engine] ?? "the anchor"
  const without = undisturbed
    ? ` Strong ran at least ${percent(1 - seen.leftOut.high)} faster in rounds without this design, so the place is beside strong as it is there.`
    : ""
  return {
    points: criterion.points * positionShare(value),
    interval: { low: criterion.points * positionShare(high), high: criterion.points * positionShare(low) },
    reason: `A call of ${seen.operation} took ${milliseconds(seen.midmeans.candidate)}, ${base}, ${anchor} ${milliseconds(seen.midmeans.anchor)} (midmeans of ${number(seen.rounds)} rounds): ${percent(value)} of the way from strong to ${anchor}, in ln of time (${percent(low)} to ${percent(high)}); full marks reach to ${percent(FULL_TO)} of it, none are left at ${percent(NONE_FROM)}.${without}`,
    evidence: baseMs === undefined ? figures : { ...figures, baseMs },
  }
}
