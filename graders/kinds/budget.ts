/** Budget: p99 at peak against the strong reference's in the same traffic, each operation alike. Absolute times are shown, never scored. */
import { P99_RATIO } from "../../prompts/question.ts"
import { fallingInLn } from "../curves.ts"
import { list, number } from "../figures.ts"
import { type Judge, nothing, notJudged } from "../judged.ts"
import { stoppedAt } from "../measured.ts"

/** Of fewer calls the p99 is nearly their slowest, which is chance; they are shown, and what they would be worth goes to the others. */
const FEWEST_CALLS = 60

/** Share of an operation's points for its p99 against the strong reference's. */
export const budgetShare = (ratio: number) => fallingInLn(ratio, P99_RATIO.fullTo, P99_RATIO.noneFrom)

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
  const often = peak.operations.filter(
    ({ candidate, strong }) => Math.min(candidate.count, strong.count) >= FEWEST_CALLS,
  )
  if (often.length === 0) return notJudged(`Not judged: no operation was called ${FEWEST_CALLS} times by each at peak.`)
  const uncertain = often.find((one) => !(one.p99Ratio.value > 0))
  if (uncertain) return notJudged(`Not judged: no p99 of ${uncertain.operation} could be formed at peak.`)
  const each = criterion.points / often.length
  let points = 0
  // Operations are measured apart, so their variances add.
  let below = 0
  let above = 0
  const operations = often.map((one) => {
    const earned = each * budgetShare(one.p99Ratio.value)
    points += earned
    below += (earned - each * budgetShare(one.p99Ratio.high)) ** 2
    above += (each * budgetShare(one.p99Ratio.low) - earned) ** 2
    return { operation: one.operation, p99Ratio: one.p99Ratio, points: earned, outOf: each }
  })
  const said = operations.map(
    ({ operation, p99Ratio: { value, low, high } }) =>
      `${operation} ${number(value)} times (${number(low)} to ${number(high)})`,
  )
  return {
    points,
    interval: { low: points - Math.sqrt(below), high: points + Math.sqrt(above) },
    reason: `p99 at peak beside the strong reference's: ${list(said)}; full marks reach to ${P99_RATIO.fullTo} times, none are left at ${P99_RATIO.noneFrom}.`,
    evidence: { operations },
  }
}
