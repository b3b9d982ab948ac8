/**
 * Budget: the slowest calls at peak against the strong reference's in the same traffic, each operation alike, but no more than the counted work of the mix
 * leaves room for. Absolute times are shown, never scored.
 */
import { fewestCallsAtPeak, isScoredAtPeak, PEAK_LOAD, PEAK_RATIO } from "../../prompts/question.ts"
import type { Peak } from "../../sandboxes/evidence.ts"
import { engineLoad } from "../cost.ts"
import { fallingInLn } from "../curves.ts"
import { list, number, percent } from "../figures.ts"
import { type Judge, nothing, notJudged } from "../judged.ts"
import { lastStage, NOT_READ, stoppedAt, unread } from "../measured.ts"
import { PEAK_WORK_TOLERANCE, workAtPeak } from "../peak-work.ts"

/** Share of an operation's points for its slow tail against the strong reference's. */
export const budgetShare = (ratio: number) => fallingInLn(ratio, PEAK_RATIO.fullTo, PEAK_RATIO.noneFrom)

/** Share of the points that is within reach of a design whose mix takes so many seconds of engine CPU a second. */
export const roomFor = (load: number) => fallingInLn(load, PEAK_LOAD.fullTo, PEAK_LOAD.noneFrom)

export const budget: Judge<"budget"> = (criterion, measured) => {
  const { evidence, question } = measured
  const { peak } = evidence
  const stopped = stoppedAt(evidence)
  if (!peak)
    return stopped
      ? nothing(`The peak was not sent, because the run stopped at ${stopped.label} (${stopped.stopped}).`)
      : notJudged("Not judged: the run holds no peak traffic.")
  const stage = lastStage(evidence)
  const load = stage ? engineLoad(measured, stage) : null
  const most = load === null ? 1 : roomFor(load)
  if (peak.skipped && peak.rateShare !== undefined && most > 0)
    return notJudged(`Not judged: this machine is too slow to send the peak (${peak.skipped}).`)
  if (peak.skipped) return nothing(`The peak was not sent: ${peak.skipped}.`)
  const missing = question.operations.filter(({ name }) => !peak.operations.some((one) => one.operation === name))
  if (missing.length > 0)
    return notJudged(`Not judged: the peak holds no calls of ${list(missing.map(({ name }) => name))}.`)
  const fewest = fewestCallsAtPeak(peak.rateShare ?? 1)
  const rates = new Map(question.operations.map((one) => [one.name, one]))
  // What the others would be worth goes to these.
  const often = peak.operations.filter(({ operation }) => isScoredAtPeak(rates.get(operation)!))
  const seldom = often.find(({ candidate, strong }) => Math.min(candidate.count, strong.count) < fewest)
  if (often.length === 0 || seldom)
    return notJudged(
      `Not judged: ${seldom ? `${seldom.operation} was not called` : "no operation is called"} ${number(fewest)} times by each at peak.`,
    )
  const uncertain = often.find((one) => !(ratioOf(one).value > 0))
  if (uncertain) return notJudged(`Not judged: no ratio of ${uncertain.operation} could be formed at peak.`)
  if (often.some(({ operation }) => unread(evidence, operation))) return nothing(NOT_READ)
  const each = criterion.points / often.length
  const failing = mostFailing(peak)
  const times = stage ? workAtPeak(measured, stage) : null
  const hosts =
    peak.hostMicros && peak.hostMicros.strong > 0 ? peak.hostMicros.candidate / peak.hostMicros.strong : null
  const beyond = Math.max(1, (times ?? 1) / PEAK_WORK_TOLERANCE, (hosts ?? 1) / PEAK_HOST_TOLERANCE)
  const share = (ratio: number) => Math.min(most, budgetShare(ratio * beyond)) * (1 - (failing?.share ?? 0))
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
    reason: `The slowest calls at peak (95th to 99.5th percentile) beside the strong reference's: ${list(said)}; full marks reach to ${PEAK_RATIO.fullTo} times, none are left at ${PEAK_RATIO.noneFrom}; both had the same traffic on this machine, whose own speed is not scored.${most < 1 ? limitedBy(load!, most) : ""}${beyond > 1 ? beyondBy(beyond, times, hosts) : ""}${failing ? ` ${percent(failing.share)} of the calls of ${failing.operation} failed at peak, beyond strong's; that share of the points is lost.` : ""}`,
    evidence: {
      operations,
      engineCpuSecondsPerSecond: load,
      shareInReach: most,
      workAtPeak: times,
      hostCpuAtPeak: hosts,
      failing,
    },
  }
}

/**
 * Its processes may use so many times the CPU of strong's, call for call: sorting and merging is work that a design may do there. What they burn beyond that keeps
 * the engine and strong's processes from the same cores, and makes any ratio of the two look good.
 */
export const PEAK_HOST_TOLERANCE = 4

function beyondBy(beyond: number, times: number | null, hosts: number | null): string {
  return times !== null && times / PEAK_WORK_TOLERANCE === beyond
    ? ` At peak its calls made the engine do ${number(times)} times what the same calls did when they were counted one by one; what is beyond ${PEAK_WORK_TOLERANCE} times makes the ratios so much worse.`
    : ` At peak its own processes used ${number(hosts!)} times the CPU of strong's, call for call; what is beyond ${PEAK_HOST_TOLERANCE} times makes the ratios so much worse.`
}

/** A few calls may fail in any run. */
const FEWEST_FAILED = 3
const FAILED_TOLERANCE = 0.01

/**
 * The operation of which most calls failed at peak, beyond strong's, also where it is called too seldom to be scored: what is refused there leaves room for
 * what is scored. null: none did.
 */
function mostFailing({ operations }: Peak): { operation: string; share: number } | null {
  const failed = operations
    .filter(({ candidate }) => candidate.failed >= FEWEST_FAILED)
    .map(({ operation, candidate, strong }) => ({
      operation,
      share: candidate.failed / candidate.count - (strong.count > 0 ? strong.failed / strong.count : 0),
    }))
    .filter(({ share }) => share > FAILED_TOLERANCE)
  return failed.reduce<(typeof failed)[number] | null>(
    (most, one) => (most && most.share >= one.share ? most : one),
    null,
  )
}

const limitedBy = (load: number, most: number): string =>
  ` By its counts the stated mix takes ${number(load)} s of engine CPU a second, and it is stated for two cores: at most ${percent(most)} of the points are in reach (all up to ${PEAK_LOAD.fullTo} s, none from ${PEAK_LOAD.noneFrom} s), for strong's calls wait behind these in the same engine.`

/** Reports of earlier versions have the ratio of the p99s alone. */
const ratioOf = ({ tailRatio, p99Ratio }: Peak["operations"][number]) => tailRatio ?? p99Ratio
