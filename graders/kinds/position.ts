/** Position: where a timed call stands between the strong reference (0) and the anchor (1). Takes the ladder as measured. */

import type { Position } from "../../sandboxes/evidence.ts"
import { falling } from "../curves.ts"
import { milliseconds, number, percent } from "../figures.ts"
import { type Judge, nothing, notJudged } from "../judged.ts"
import { stoppedAt } from "../measured.ts"

const FULL_TO = 0.05
const NONE_FROM = 1
/** With the candidate left out, strong may be this much faster before it looks like hogging: what is gained by less is a fraction of a point. */
const LEFT_OUT_TOLERANCE = 0.1
/** Nobody may be accused by chance: twice the distance to the end of the 95% interval, about four standard deviations, must lie below 1. */
const LEFT_OUT_INTERVALS = 2
/** And it must be this unlikely: of a dozen calls beside a busy machine the interval is too narrow by far, and one in seven designs was accused. */
const LEFT_OUT_CHANCE = 0.0005
/** Of the time between its turns, a candidate's hosts may burn this share. */
export const OFF_TURN_TOLERANCE = 0.05

/** Share of the points for a place on the ladder. */
export const positionShare = (ladder: number) => falling(ladder, FULL_TO, NONE_FROM)

/** Evidence of before, whose rounds without the candidate were compared with whole ones: that accuses the innocent. */
const isOfBefore = ({ times }: Position) => times.strong.length !== times.candidate.length

/** True where strong runs faster, beyond chance and the tolerance, when the candidate is not there. */
export function hogs(seen: Position): boolean {
  const { value, high } = seen.leftOut
  if (isOfBefore(seen) || (seen.leftOutChance ?? 0) >= LEFT_OUT_CHANCE) return false
  return value + LEFT_OUT_INTERVALS * (high - value) < 1 && value < 1 - LEFT_OUT_TOLERANCE
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
  const { value, low, high } = seen.ladder
  const { baseMs } = seen
  const base =
    baseMs === undefined
      ? `strong ${milliseconds(seen.midmeans.strong)}`
      : `strong and its control together ${milliseconds(baseMs)}`
  const anchor = question.position.anchor[evidence.engine] ?? "the anchor"
  return {
    points: criterion.points * positionShare(value),
    interval: { low: criterion.points * positionShare(high), high: criterion.points * positionShare(low) },
    reason: `A call of ${seen.operation} took ${milliseconds(seen.midmeans.candidate)}, ${base}, ${anchor} ${milliseconds(seen.midmeans.anchor)} (midmeans of ${number(seen.rounds)} rounds): ${percent(value)} of the way from strong to ${anchor}, in ln of time (${percent(low)} to ${percent(high)}); full marks reach to ${percent(FULL_TO)} of it, none are left at ${percent(NONE_FROM)}.`,
    evidence: baseMs === undefined ? figures : { ...figures, baseMs },
  }
}
