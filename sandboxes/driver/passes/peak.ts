/**
 * Sends the stated mix at the stated rate, open loop: calls leave when the schedule says, whatever came back. Each arrival goes by lot to the
 * candidate or to the strong reference. Latency is taken from the intended time, so waiting in a queue is part of it.
 */
import { createHmac } from "node:crypto"
import type { Call } from "../../../prompts/workload.ts"
import type { Interval, OperationWork, Peak } from "../../evidence.ts"
import { blockBootstrap } from "../../measurement/bootstrap.ts"
import { openLoop, until } from "../../measurement/open-loop.ts"
import { poissonSchedule } from "../../measurement/schedule.ts"
import { ascending, median, quantile } from "../../measurement/statistics.ts"
import { type Arm, endTurn, runOn, send, takeTurn } from "../arm.ts"
import { judge, type Run } from "../run.ts"
import { type Arrived, latency } from "./peak-latency.ts"
import { arrivalsOf, isWithin, type PhasedArrival, phaseEvidence, secondsOf, windowsOf } from "./peak-phases.ts"

const SECONDS = 8
/** The mix is sent for so long before calls count: of 600 calls, the six slowest would be those that found a process just started. */
const WARM_UP_MS = 1500
/** Above this share of all cores, arrivals pile up without end and nothing could be compared. */
const MOST_UTILISATION = 0.8
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
): Promise<Peak> {
  const mix = run.question.operations.map(({ name, perSecond }) => ({ operation: name, perSecond }))
  const needed = mix.reduce((sum, { operation, perSecond }) => {
    const cpu = work.find((one) => one.operation === operation)?.cpuMicros ?? 0
    return sum + (perSecond * cpu) / 1e6
  }, 0)
  const cores = navigator.hardwareConcurrency
  if (needed > cores * MOST_UTILISATION)
    return notRun(
      `at the stated rates these calls need ${needed.toFixed(1)} s of engine CPU each second; this machine has ${cores} cores`,
    )

  const { phases } = run.question
  const seconds = SECONDS + secondsOf(phases)
  const windows = windowsOf(phases, seconds)
  const arrivals = poissonSchedule(mix, seconds + WARM_UP_MS / 1000, uniform(Buffer.from(run.job.key, "hex")))
  // Times before 0 are the warm-up.
  const schedule: PhasedArrival[] = [
    ...arrivals.map((arrival) => ({ ...arrival, atMs: arrival.atMs - WARM_UP_MS })),
    ...arrivalsOf(windows),
  ].sort((a, b) => a.atMs - b.atMs)
  const pair = [arms.candidate, arms.strong] as const
  const turns = pair.map((arm) => turnsOf(arm))
  const arrived: Arrived[] = []
  const pending = new Set<Promise<void>>()
  let overrun: string | null = null
  const lags = await openLoop(
    schedule,
    performance.now() + LEAD_MS + WARM_UP_MS,
    ({ atMs, operation, index, arm, phase }, due, position) => {
      if (pending.size > MOST_OUTSTANDING) {
        overrun = `after ${(atMs / 1000).toFixed(1)} s more than ${MOST_OUTSTANDING} calls were waiting for an answer`
        return false
      }
      turns[arm].enter()
      const call = phase ? phaseCall(run, phase, index) : run.workload.peak(operation, index)
      const one = send(pair[arm], (position % 2) as 0 | 1, call, run.operations).then((sent) => {
        turns[arm].leave()
        arrived.push({ operation, arm, phase, atMs, dueMs: due, latencyMs: sent.reply.repliedMs - due, sent })
        pending.delete(one)
      })
      pending.add(one)
      if (position % 100 === 0)
        run.progress(
          "peak",
          Math.max(0, atMs) / 1000 / seconds,
          `${arrived.length} calls answered, ${pending.size} on their way`,
        )
      return true
    },
  )
  await Promise.race([Promise.all(pending), until(performance.now() + LONGEST_DRAIN_MS)])
  await Promise.all(turns.map((turn) => turn.settled()))
  for (const [arm, side] of pair.entries())
    judge(
      run,
      side,
      arrived.filter((one) => one.arm === arm),
      stage,
      "peak",
    )
  if (overrun) return notRun(overrun)
  const sorted = ascending(lags.filter((_, index) => schedule[index].atMs >= 0))
  // What is sent while something special happens is watched by itself.
  const mixed = arrived.filter((one) => one.atMs >= 0 && one.phase === undefined && !isWithin(windows, one.atMs))
  return {
    seconds: SECONDS,
    operations: run.question.operations.map(({ name, perSecond, budgetP99Ms, limitMs }) => {
      // In the order of their intended times, so that neighbours in the series are neighbours in time.
      const mine = mixed
        .filter((one) => one.operation === name)
        .map((one) => ({ ...one, latencyMs: one.sent.reply.ok ? one.latencyMs : Math.max(one.latencyMs, limitMs) }))
        .sort((a, b) => a.dueMs - b.dueMs)
      const of = (arm: 0 | 1) => mine.filter((one) => one.arm === arm)
      return {
        operation: name,
        perSecond,
        budgetP99Ms,
        candidate: latency(of(0)),
        strong: latency(of(1)),
        p99Ratio: blockBootstrap(mine.length, (indices) => p99(mine, indices, 0) / p99(mine, indices, 1)),
        p99: finite(blockBootstrap(mine.length, (indices) => p99(mine, indices, 0))),
      }
    }),
    generatorLagMs: { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? 0 },
    tailShare: tailShare(mixed, 0) - tailShare(mixed, 1),
    ...(windows.length > 0 && { phases: phaseEvidence(windows, arrived) }),
    skipped: null,
  }
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

function p99(all: Arrived[], indices: Int32Array, arm: 0 | 1): number {
  const values: number[] = []
  for (const index of indices) if (all[index].arm === arm) values.push(all[index].latencyMs)
  return quantile(ascending(values), 0.99)
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
  return Number.isFinite(value) ? { value, low, high } : { value: 0, low: 0, high: 0 }
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
