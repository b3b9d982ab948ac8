/**
 * Sends the stated mix at the stated rate, open loop: calls leave when the schedule says, whatever came back. Each arrival goes by lot to the
 * candidate or to the strong reference. Latency is taken from the intended time, so waiting in a queue is part of it. In stretches, until the
 * ratios of the slow tails are known well enough or the time for it is up.
 */
import { createHmac } from "node:crypto"
import { fewestCallsAtPeak, isScoredAtPeak, PEAK_LOAD, PEAK_SECONDS } from "../../../prompts/question.ts"
import type { Call } from "../../../prompts/workload.ts"
import type { Interval, OperationWork, Peak } from "../../evidence.ts"
import { blockBootstrap } from "../../measurement/bootstrap.ts"
import { openLoop, until } from "../../measurement/open-loop.ts"
import { halfWidthOfMean } from "../../measurement/ratio-scale.ts"
import { poissonSchedule } from "../../measurement/schedule.ts"
import { ascending, median, quantile, slowTail } from "../../measurement/statistics.ts"
import { type Arm, countsOf, endTurn, runOn, send, subtract, takeTurn } from "../arm.ts"
import { judge, type Run } from "../run.ts"
import { forgetKeys, hottestKey } from "./peak-keys.ts"
import { type Arrived, columnsOf, latency } from "./peak-latency.ts"
import {
  arrivalsOf,
  isWithin,
  type PhasedArrival,
  phaseEvidence,
  secondsOf,
  type Window,
  windowsOf,
} from "./peak-phases.ts"

const FIRST_STRETCH_SECONDS = 5
const STRETCH_SECONDS = 3
/** Known well enough: half the 95% interval of the operations' mean, as a share of the scale on which ratios are told apart. */
const HALF_WIDTH = 0.04
/** The mix is sent for so long before calls count: of 600 calls, the six slowest would be those that found a process just started. */
const WARM_UP_MS = 1500
/**
 * A design that needs more engine CPU than this is sent slower: with half of the arrivals it then keeps half a core busy, and nothing piles up, in an engine
 * with one thread either. Points do not hang on it: what no two cores can bear is told by the counts, which are the same on every machine.
 */
const MOST_NEEDED = PEAK_LOAD.fullTo
const LEAST_RATE_SHARE = 0.1
const MOST_OUTSTANDING = 3000
const LONGEST_DRAIN_MS = 10_000
/** The first calls must not find the generator still setting up. */
const LEAD_MS = 20
const TAIL_FACTOR = 4

export async function peak(
  run: Run,
  arms: { candidate: Arm; strong: Arm },
  stage: string,
  work: OperationWork[],
  hostCpuNanos: () => Promise<number[]>,
): Promise<Peak> {
  const stated = run.question.operations.map(({ name, perSecond }) => ({ operation: name, perSecond }))
  const needed = stated.reduce((sum, { operation, perSecond }) => {
    const cpu = work.find((one) => one.operation === operation)?.cpuMicros ?? 0
    return sum + (perSecond * cpu) / 1e6
  }, 0)
  const rateShare = Math.min(1, MOST_NEEDED / needed)
  if (rateShare < LEAST_RATE_SHARE)
    return {
      ...notRun(
        `at the stated rates these calls need ${needed.toFixed(1)} s of engine CPU each second; this machine has ${navigator.hardwareConcurrency} cores`,
      ),
      rateShare,
    }
  const mix = stated.map(({ operation, perSecond }) => ({ operation, perSecond: perSecond * rateShare }))

  const { phases } = run.question
  // All that happens once happens in the first stretch, which is longer for it.
  const first = FIRST_STRETCH_SECONDS + secondsOf(phases)
  const most = PEAK_SECONDS + secondsOf(phases)
  const windows = windowsOf(phases, first)
  const arrivals = poissonSchedule(mix, most + WARM_UP_MS / 1000, uniform(Buffer.from(run.job.key, "hex")))
  // Times before 0 are the warm-up.
  const schedule: PhasedArrival[] = [
    ...arrivals.map((arrival) => ({ ...arrival, atMs: arrival.atMs - WARM_UP_MS })),
    ...arrivalsOf(windows),
  ].sort((a, b) => a.atMs - b.atMs)
  const pair = [arms.candidate, arms.strong] as const
  // Both as the candidate runs on: an arm that is seldom stopped waits less often for its turn.
  const turns = pair.map((arm) => turnsOf({ ...arm, runsOn: arms.candidate.runsOn }))
  const arrived: Arrived[] = []
  const pending = new Set<Promise<void>>()
  const lags: number[] = []
  let sentCalls = 0
  let overrun: string | null = null

  /** Sends what is due between two times of the schedule, and waits for the answers. */
  async function stretch(fromMs: number, toMs: number): Promise<void> {
    const due = schedule.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    const late = await openLoop(
      due,
      performance.now() + LEAD_MS - fromMs,
      ({ atMs, operation, index, arm, phase }, dueMs) => {
        if (pending.size > MOST_OUTSTANDING) {
          overrun = `after ${(atMs / 1000).toFixed(1)} s more than ${MOST_OUTSTANDING} calls were waiting for an answer`
          return false
        }
        turns[arm].enter()
        const call = phase ? phaseCall(run, phase, index) : run.workload.peak(operation, index)
        const one = send(pair[arm], (sentCalls++ % 2) as 0 | 1, call, run.operations).then((sent) => {
          turns[arm].leave()
          arrived.push({ operation, arm, phase, atMs, dueMs, latencyMs: sent.reply.repliedMs - dueMs, sent })
          pending.delete(one)
        })
        pending.add(one)
        if (sentCalls % 100 === 0)
          run.progress(
            "peak",
            Math.max(0, atMs) / 1000 / most,
            `${arrived.length} calls answered, ${pending.size} on their way`,
          )
        return true
      },
    )
    lags.push(...late.filter((_, index) => due[index].atMs >= 0))
    await Promise.race([Promise.all(pending), until(performance.now() + LONGEST_DRAIN_MS)])
  }

  const before = await countsOf(arms.candidate)
  const cpuBefore = await hostCpuNanos()
  const started = { atMs: Date.now() + LEAD_MS + WARM_UP_MS, dueMs: performance.now() + LEAD_MS + WARM_UP_MS }
  forgetKeys(pair)
  await stretch(-WARM_UP_MS, first * 1000)
  let seconds = first
  while (!overrun && pending.size === 0 && seconds < most && !isSettled(seriesOf(run, arrived, windows), rateShare)) {
    await stretch(seconds * 1000, (seconds + STRETCH_SECONDS) * 1000)
    seconds += STRETCH_SECONDS
  }
  await Promise.all(turns.map((turn) => turn.settled()))
  const cpuAfter = await hostCpuNanos()
  for (const [arm, side] of pair.entries())
    judge(
      run,
      side,
      arrived.filter((one) => one.arm === arm),
      stage,
      "peak",
    )
  if (overrun) return notRun(overrun)
  const counts = subtract(await countsOf(arms.candidate), before)
  const sorted = ascending(lags)
  return {
    seconds: seconds - secondsOf(phases),
    ...(rateShare < 1 && { rateShare }),
    startedAtMs: started.atMs,
    calls: columnsOf(arrived, started.dueMs),
    operations: seriesOf(run, arrived, windows).map(compared),
    generatorLagMs: { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? 0 },
    tailShare: tailShare(mixedOf(arrived, windows), 0) - tailShare(mixedOf(arrived, windows), 1),
    ...hottestKey(run.engine, pair, arrived),
    ...(windows.length > 0 && { phases: phaseEvidence(windows, arrived) }),
    work: { calls: callsOf(run, ofArm(arrived, 0)), counts },
    hostMicros: hostMicros(cpuBefore, cpuAfter, arrived),
    skipped: null,
  }
}

/** Slots come in pairs, in the order of the arms. */
function hostMicros(before: number[], after: number[], arrived: Arrived[]): NonNullable<Peak["hostMicros"]> {
  const perCall = (arm: 0 | 1) => {
    const [a, b] = [2 * arm, 2 * arm + 1]
    return (after[a] - before[a] + after[b] - before[b]) / 1000 / Math.max(1, ofArm(arrived, arm).length)
  }
  return { candidate: perCall(0), strong: perCall(1) }
}

const callsOf = ({ question }: Run, arrived: Arrived[]): NonNullable<Peak["work"]>["calls"] =>
  question.operations.map(({ name }) => {
    const own = arrived.filter((one) => one.operation === name)
    const inPhases = own.filter((one) => one.phase !== undefined).length
    return { operation: name, mixed: own.length - inPhases, inPhases }
  })

/** What is sent while something special happens is watched by itself. */
const mixedOf = (arrived: Arrived[], windows: Window[]): Arrived[] =>
  arrived.filter((one) => one.atMs >= 0 && one.phase === undefined && !isWithin(windows, one.atMs))

type Operation = Run["question"]["operations"][number]

/** Both arms' calls of one operation, in the order of their intended times, so that neighbours in the series are neighbours in time. */
interface Series {
  operation: Operation
  calls: Arrived[]
}

/** A failed call has waited for its limit at least. */
function seriesOf({ question }: Run, arrived: Arrived[], windows: Window[]): Series[] {
  const mixed = mixedOf(arrived, windows)
  return question.operations.map((operation) => ({
    operation,
    calls: mixed
      .filter((one) => one.operation === operation.name)
      .map((one) => (one.sent.reply.ok ? one : { ...one, latencyMs: Math.max(one.latencyMs, operation.limitMs) }))
      .sort((a, b) => a.dueMs - b.dueMs),
  }))
}

const ofArm = (calls: Arrived[], arm: 0 | 1): Arrived[] => calls.filter((one) => one.arm === arm)

function compared({ operation: { name, perSecond, budgetP99Ms }, calls }: Series): Peak["operations"][number] {
  return {
    operation: name,
    perSecond,
    budgetP99Ms,
    candidate: latency(ofArm(calls, 0)),
    strong: latency(ofArm(calls, 1)),
    // Of a rare operation one arm may have had no call.
    p99Ratio: finite(ratioOf(calls, p99)),
    tailRatio: finite(ratioOf(calls, slowTail)),
    p99: finite(blockBootstrap(calls.length, (indices) => p99(sortedOf(calls, indices, 0)))),
  }
}

function isSettled(series: Series[], rateShare: number): boolean {
  const scored = series.filter(({ operation }) => isScoredAtPeak(operation))
  const enough = ({ calls }: Series) =>
    Math.min(ofArm(calls, 0).length, ofArm(calls, 1).length) >= fewestCallsAtPeak(rateShare)
  return (
    scored.length > 0 &&
    scored.every(enough) &&
    halfWidthOfMean(scored.map(({ calls }) => ratioOf(calls, slowTail))) <= HALF_WIDTH
  )
}

/** Candidate / strong of a statistic of the latencies, with its 95% interval. */
function ratioOf(calls: Arrived[], statistic: (ascending: Float64Array) => number): Interval {
  return blockBootstrap(
    calls.length,
    (indices) => statistic(sortedOf(calls, indices, 0)) / statistic(sortedOf(calls, indices, 1)),
  )
}

function phaseCall({ workload, question }: Run, phase: string, index: number): Call {
  if (!workload.phase) throw new Error(`the workload of ${question.id} has no calls for the phase "${phase}"`)
  return workload.phase(phase, index)
}

/**
 * Runs an arm while it has calls, and stops it when it has none. Stopping takes a moment in which the next call may come: one change at a time,
 * and then another look.
 */
function turnsOf(arm: Arm) {
  let active = 0
  let running = false
  let steering: Promise<void> | null = null
  const steer = async () => {
    while (running !== active > 0) {
      if (!running) await takeTurn(arm)
      else {
        // Work that goes on after a reply must not be cut off by every pause between two calls.
        await runOn(arm)
        if (active > 0) continue
        await endTurn(arm)
      }
      running = !running
    }
  }
  const look = () => {
    steering ??= steer().then(() => {
      steering = null
      // A call may have come or gone between the last look of the loop and here.
      if (running !== active > 0) look()
    })
  }
  return {
    enter(): void {
      active++
      look()
    },
    leave(): void {
      active--
      look()
    },
    /** Resolves when the arm stands still and nothing more changes. */
    async settled(): Promise<void> {
      while (steering) await steering
    },
  }
}

const p99 = (ascending: Float64Array): number => quantile(ascending, 0.99)

function sortedOf(all: Arrived[], indices: Int32Array, arm: 0 | 1): Float64Array {
  const values: number[] = []
  for (const index of indices) if (all[index].arm === arm) values.push(all[index].latencyMs)
  return ascending(values)
}

function tailShare(arrived: Arrived[], arm: 0 | 1): number {
  const operations = new Set(arrived.map((one) => one.operation))
  let above = 0
  let all = 0
  for (const operation of operations) {
    const limit =
      TAIL_FACTOR *
      median(arrived.filter((one) => one.arm === 1 && one.operation === operation).map((one) => one.latencyMs))
    for (const one of arrived) {
      if (one.arm !== arm || one.operation !== operation) continue
      all++
      if (one.latencyMs > limit) above++
    }
  }
  return all === 0 ? 0 : above / all
}

function finite({ value, low, high }: Interval): Interval {
  if (!Number.isFinite(value)) return { value: 0, low: 0, high: 0 }
  return { value, low: Number.isFinite(low) ? low : value, high: Number.isFinite(high) ? high : value }
}

function notRun(reason: string): Peak {
  return { seconds: 0, operations: [], generatorLagMs: { p50: 0, p99: 0, max: 0 }, tailShare: 0, skipped: reason }
}

/** Uniform numbers from the run's key: unknown before the run, the same when it is repeated with the same key. */
function uniform(key: Buffer): () => number {
  let block = 0
  let bytes = Buffer.alloc(0)
  return () => {
    if (bytes.length < 4) bytes = createHmac("sha256", key).update(`arrivals ${block++}`).digest()
    const value = bytes.readUInt32BE(0) / 2 ** 32
    bytes = bytes.subarray(4)
    return value
  }
}
