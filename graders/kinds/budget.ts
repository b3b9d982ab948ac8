/**
 * Budget: the slowest calls at peak against the strong reference's in the same traffic, each operation alike, but no more than the counted work of the mix
 * leaves room for. Absolute times are shown, never scored.
 */
import { PEAK_FEWEST_CALLS, PEAK_RATIO, PEAK_WORK } from "../../prompts/question.ts"
import type { Peak } from "../../sandboxes/evidence.ts"
import { candidateMix, referenceMix } from "../cost.ts"
import { fallingInLn } from "../curves.ts"
import { list, number, percent } from "../figures.ts"
import { type Judge, nothing, notJudged } from "../judged.ts"
import { lastStage, type Measured, STRONG, stoppedAt } from "../measured.ts"

/** Share of an operation's points for its slow tail against the strong reference's. */
export const budgetShare = (ratio: number) => fallingInLn(ratio, PEAK_RATIO.fullTo, PEAK_RATIO.noneFrom)

/** Share of the points that is within reach of a design whose mix makes the engine do so many times strong's work. */
export const roomFor = (workRatio: number) => fallingInLn(workRatio, PEAK_WORK.fullTo, PEAK_WORK.noneFrom)

export const budget: Judge<"budget"> = (criterion, measured) => {
  const { evidence, question } = measured
  const { peak } = evidence
  const stopped = stoppedAt(evidence)
  if (!peak)
    return stopped
      ? nothing(`The peak was not sent, because the run stopped at ${stopped.label} (${stopped.stopped}).`)
      : notJudged("Not judged: the run holds no peak traffic.")
  if (peak.skipped) return nothing(`The peak was not sent: ${peak.skipped}.`)
  const missing = question.operations.filter(({ name }) => !peak.operations.some((one) => one.operation === name))
  if (missing.length > 0)
    return notJudged(`Not judged: the peak holds no calls of ${list(missing.map(({ name }) => name))}.`)
  const fewest = PEAK_FEWEST_CALLS * (peak.rateShare ?? 1)
  // What the others would be worth goes to these.
  const often = peak.operations.filter(({ candidate, strong }) => Math.min(candidate.count, strong.count) >= fewest)
  if (often.length === 0)
    return notJudged(`Not judged: no operation was called ${number(fewest)} times by each at peak.`)
  const uncertain = often.find((one) => !(ratioOf(one).value > 0))
  if (uncertain) return notJudged(`Not judged: no ratio of ${uncertain.operation} could be formed at peak.`)
  const each = criterion.points / often.length
  const workRatio = workRatioOf(measured)
  const most = workRatio === null ? 1 : roomFor(workRatio)
  const share = (ratio: number) => Math.min(most, budgetShare(ratio))
  let points = 0
  // Operations are measured apart, so their variances add.
  let below = 0
  let above = 0
  const operations = often.map((one) => {
    const ratio = ratioOf(one)
    const earned = each * share(ratio.value)
    points += earned
    below += (earned - each * share(ratio.high)) ** 2
    above += (each * share(ratio.low) - earned) ** 2
    return { operation: one.operation, tailRatio: ratio, p99Ratio: one.p99Ratio, points: earned, outOf: each }
  })
  const said = operations.map(
    ({ operation, tailRatio: { value, low, high } }) =>
      `${operation} ${number(value)} times (${number(low)} to ${number(high)})`,
  )
  return {
    points,
    interval: { low: points - Math.sqrt(below), high: points + Math.sqrt(above) },
    reason: `The slowest calls at peak (95th to 99.5th percentile) beside the strong reference's: ${list(said)}; full marks reach to ${PEAK_RATIO.fullTo} times, none are left at ${PEAK_RATIO.noneFrom}.${most < 1 ? limitedBy(workRatio!, most) : ""}`,
    evidence: { operations, workRatio, roomShare: most },
  }
}

const limitedBy = (workRatio: number, most: number): string =>
  ` One engine serves both, and strong's calls wait behind these: as the stated mix takes ${number(workRatio)} times its work, at most ${percent(most)} of the points are in reach (all up to ${PEAK_WORK.fullTo} times, none from ${PEAK_WORK.noneFrom}).`

/** The stated mix at the largest size, in strong's; null where either is not known. */
function workRatioOf(measured: Measured): number | null {
  const stage = lastStage(measured.evidence)
  const own = stage && candidateMix(measured, stage)
  const strong = stage && referenceMix(measured, STRONG, stage)
  return own && strong ? own / strong : null
}

/** Reports of earlier versions have the ratio of the p99s alone. */
const ratioOf = ({ tailRatio, p99Ratio }: Peak["operations"][number]) => tailRatio ?? p99Ratio
