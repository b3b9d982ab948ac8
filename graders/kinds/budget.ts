/** Budget: the slowest calls at peak against the strong reference's in the same traffic, each operation alike. Absolute times are shown, never scored. */
import { PEAK_FEWEST_CALLS, PEAK_RATIO } from "../../prompts/question.ts"
import type { Peak } from "../../sandboxes/evidence.ts"
import { fallingInLn } from "../curves.ts"
import { list, number } from "../figures.ts"
import { type Judge, nothing, notJudged } from "../judged.ts"
import { stoppedAt } from "../measured.ts"

/** Share of an operation's points for its slow tail against the strong reference's. */
export const budgetShare = (ratio: number) => fallingInLn(ratio, PEAK_RATIO.fullTo, PEAK_RATIO.noneFrom)

export const budget: Judge<"budget"> = (criterion, { evidence, question }) => {
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
  // What the others would be worth goes to these.
  const often = peak.operations.filter(
    ({ candidate, strong }) => Math.min(candidate.count, strong.count) >= PEAK_FEWEST_CALLS,
  )
  if (often.length === 0)
    return notJudged(`Not judged: no operation was called ${PEAK_FEWEST_CALLS} times by each at peak.`)
  const uncertain = often.find((one) => !(ratioOf(one).value > 0))
  if (uncertain) return notJudged(`Not judged: no ratio of ${uncertain.operation} could be formed at peak.`)
  const each = criterion.points / often.length
  let points = 0
  // Operations are measured apart, so their variances add.
  let below = 0
  let above = 0
  const operations = often.map((one) => {
    const ratio = ratioOf(one)
    const earned = each * budgetShare(ratio.value)
    points += earned
    below += (earned - each * budgetShare(ratio.high)) ** 2
    above += (each * budgetShare(ratio.low) - earned) ** 2
    return { operation: one.operation, tailRatio: ratio, p99Ratio: one.p99Ratio, points: earned, outOf: each }
  })
  const said = operations.map(
    ({ operation, tailRatio: { value, low, high } }) =>
      `${operation} ${number(value)} times (${number(low)} to ${number(high)})`,
  )
  return {
    points,
    interval: { low: points - Math.sqrt(below), high: points + Math.sqrt(above) },
    reason: `The slowest calls at peak (95th to 99.5th percentile) beside the strong reference's: ${list(said)}; full marks reach to ${PEAK_RATIO.fullTo} times, none are left at ${PEAK_RATIO.noneFrom}.`,
    evidence: { operations },
  }
}

/** Reports of earlier versions have the ratio of the p99s alone. */
const ratioOf = ({ tailRatio, p99Ratio }: Peak["operations"][number]) => tailRatio ?? p99Ratio
