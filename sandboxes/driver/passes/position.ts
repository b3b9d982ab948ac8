/**
 * Times the candidate beside the references, one call outstanding in the whole pod, in balanced turns. Every read is preceded by a write to the
 * arm's other process that changes its answer. Figures only: what a position is worth is decided elsewhere.
 */
import type { Position } from "../../evidence.ts"
import { BALANCED_ORDERS, ladderOf, type Round } from "../../measurement/ladder.ts"
import { median, midmean } from "../../measurement/statistics.ts"
import { type Arm, endTurn, runOn, type Sent, send, takeTurn, trafficOf, workDone } from "../arm.ts"
import { ARMS, type Arm as ArmName } from "../protocol.ts"
import { judge, type Run } from "../run.ts"
import { noteUnread } from "./work.ts"

const CAP_SECONDS = 12
const FEWEST_ROUNDS = 48
const CHECK_EVERY = 16
const HALF_WIDTH = 0.02
const LEAVE_OUT_EVERY = 4
const WARM_UP_CALLS = 24
const BURN_IN_CALLS = 200
const BURN_IN_AGREEMENT = 0.03
const MOST_BURN_IN_SECONDS = 3
const LONGEST_AGEING_MS = 1200
/** Pairs of warm-up and burn-in come from far behind those of the rounds, so that answers keep their size. */
const WARM_UP_FROM = 100_000

export type Arms = Record<ArmName, Arm>

interface Timed {
  arm: ArmName
  round: number
  sent: Sent
  ms: number
  cpuMicros: number
}

export async function position(
  run: Run,
  arms: Arms,
  stage: string,
  hostCpuNanos: () => Promise<number[]>,
): Promise<Position> {
  let pairs = WARM_UP_FROM
  const timed: Timed[] = []
  let candidateTurnMs = 0

  async function turn(name: ArmName, pair: number, round: number): Promise<Timed> {
    const arm = arms[name]
    const probe = run.workload.pair(pair)
    const host = (pair % 2) as 0 | 1
    const other = (1 - host) as 0 | 1
    await run.engine.cpuNanos() // a cheap untimed call between arms
    const turnStarted = performance.now()
    await takeTurn(arm)
    for (const call of probe.before) await send(arm, other, call, run.operations)
    await runOn(arm)
    const read = trafficOf(arm).replyBytes
    const cpu = await run.engine.cpuNanos()
    const sent = await send(arm, host, probe.call, run.operations)
    await workDone(arm, run.operations.isWrite(probe.call.operation))
    const cpuMicros = ((await run.engine.cpuNanos()) - cpu) / 1000
    await endTurn(arm)
    if (name === "candidate") {
      candidateTurnMs += performance.now() - turnStarted
      noteUnread(run, sent, trafficOf(arm).replyBytes - read)
    }
    const ms = sent.reply.ok ? sent.reply.quietMs - sent.reply.sentMs : Number.NaN
    return { arm: name, round, sent, ms, cpuMicros }
  }
  const warmUp = async (name: ArmName, calls: number) => {
    const all: Timed[] = []
    for (let i = 0; i < calls; i++) all.push(await turn(name, pairs++, -1))
    return all
  }

  let age = 0
  const burntIn = await burnIn(run, async () => {
    age++
    await turn("control", pairs++, -1)
    return turn("strong", pairs++, -1)
  })
  const anchorWarm = await warmUp("anchor", WARM_UP_CALLS / 4)
  const candidateWarm = await warmUp("candidate", WARM_UP_CALLS)
  const anchorMedian = median(anchorWarm.map((one) => one.ms))
  const candidateMedian = median(
    candidateWarm.map((one) => (Number.isFinite(one.ms) ? one.ms : Number.POSITIVE_INFINITY)),
  )
  if (candidateMedian > anchorMedian)
    return skipped(run, stage, {
      candidate: candidateMedian,
      strong: burntIn,
      control: burntIn,
      anchor: anchorMedian,
      reason: `warmed up, one call took ${candidateMedian.toFixed(1)} ms, longer than the anchor's ${anchorMedian.toFixed(1)} ms`,
    })

  // A process that has answered ten times as many calls is faster: the candidate's are made as old as the references'.
  const agedAt = performance.now() + LONGEST_AGEING_MS
  for (let calls = WARM_UP_CALLS; calls < age && performance.now() < agedAt; calls++)
    await turn("candidate", pairs++, -1)

  const cpuStart = await hostCpuNanos()
  candidateTurnMs = 0
  const started = performance.now()
  let rounds: Round[] = []
  for (let round = 0; ; round++) {
    const leaveOut = round % LEAVE_OUT_EVERY === LEAVE_OUT_EVERY - 1
    for (const index of BALANCED_ORDERS[round % BALANCED_ORDERS.length]) {
      const name = ARMS[index]
      // Nobody but the candidate is left out, or the base would be compared with itself beside other neighbours.
      if (leaveOut && name === "candidate") continue
      timed.push(await turn(name, round, round))
    }
    const seconds = (performance.now() - started) / 1000
    if ((round + 1) % CHECK_EVERY !== 0 && seconds < CAP_SECONDS) continue
    rounds = toRounds(timed, round + 1)
    const { ladder } = ladderOf(rounds)
    run.progress("position", seconds / CAP_SECONDS, `${round + 1} rounds, ladder ${ladder.value.toFixed(2)}`)
    if (seconds >= CAP_SECONDS) break
    if (round + 1 >= FEWEST_ROUNDS && (ladder.high - ladder.low) / 2 <= HALF_WIDTH) break
  }
  const elapsedMs = performance.now() - started
  const cpuEnd = await hostCpuNanos()
  for (const name of ARMS) {
    const mine = timed.filter((one) => one.arm === name)
    const wrong = judge(run, arms[name], mine, stage, "position")
    for (const [index, one] of mine.entries()) if (wrong[index]) one.ms = Number.NaN
  }
  rounds = toRounds(timed, rounds.length)
  const of = (name: ArmName) => timed.filter((one) => one.arm === name)
  const figures = <T>(pick: (name: ArmName) => T) =>
    Object.fromEntries(ARMS.map((name) => [name, pick(name)])) as Record<ArmName, T>
  return {
    operation: run.question.position.operation,
    stage,
    ...ladderOf(rounds),
    rounds: rounds.length,
    times: figures((name) => of(name).map((one) => (Number.isFinite(one.ms) ? one.ms : anchorMedian))),
    midmeans: figures((name) => midmean(of(name).map((one) => (Number.isFinite(one.ms) ? one.ms : anchorMedian)))),
    cpuMicros: figures((name) => median(of(name).map((one) => one.cpuMicros))),
    offTurnCpuShare: offTurnShare(cpuStart, cpuEnd, elapsedMs, candidateTurnMs),
    skipped: null,
  }
}

/** Calls to the strong reference until three medians in a row agree within 3%, or the time for it is up. Returns the last median, ms. */
async function burnIn(run: Run, call: () => Promise<Timed>): Promise<number> {
  const started = performance.now()
  const medians: number[] = []
  for (;;) {
    const times: number[] = []
    for (let i = 0; i < BURN_IN_CALLS && performance.now() - started < MOST_BURN_IN_SECONDS * 1000; i++)
      times.push((await call()).ms)
    medians.push(median(times))
    const last = medians.slice(-3)
    run.progress(
      "burn-in",
      Math.min(1, (performance.now() - started) / 1000 / MOST_BURN_IN_SECONDS),
      `strong p50 ${last.at(-1)?.toFixed(2)} ms`,
    )
    const agree = last.length === 3 && Math.max(...last) / Math.min(...last) <= 1 + BURN_IN_AGREEMENT
    if (agree || performance.now() - started >= MOST_BURN_IN_SECONDS * 1000) return last.at(-1) ?? Number.NaN
  }
}

/** A failed or wrong call of the candidate stands as the anchor's: failing must not be cheap. */
function toRounds(timed: Timed[], count: number): Round[] {
  const anchors = timed.filter((one) => one.arm === "anchor").map((one) => one.ms)
  const asAnchor = midmean(anchors)
  const rounds: Round[] = Array.from({ length: count }, () => ({
    candidate: null,
    strong: Number.NaN,
    control: Number.NaN,
    anchor: null,
  }))
  for (const { arm, round, ms } of timed) rounds[round][arm] = Number.isFinite(ms) ? ms : asAnchor
  return rounds
}

/** Both processes of an arm run in its turn, each on at most one core; what is beyond that was burnt while it should have stood still. */
function offTurnShare(before: number[], after: number[], elapsedMs: number, turnMs: number): number {
  const burntMs = (after[0] + after[1] - before[0] - before[1]) / 1e6
  const offTurnMs = Math.max(1, elapsedMs - turnMs)
  return Math.max(0, burntMs - 2 * turnMs) / offTurnMs
}

function skipped(
  run: Run,
  stage: string,
  medians: { candidate: number; strong: number; control: number; anchor: number; reason: string },
): Position {
  const { reason, ...midmeans } = medians
  const finite = {
    ...midmeans,
    candidate: Number.isFinite(midmeans.candidate)
      ? midmeans.candidate
      : run.operations.limitMs(run.question.position.operation),
  }
  return {
    operation: run.question.position.operation,
    stage,
    ladder: { value: 1, low: 1, high: 1 },
    rounds: 0,
    times: { candidate: [], strong: [], control: [], anchor: [] },
    midmeans: finite,
    cpuMicros: { candidate: 0, strong: 0, control: 0, anchor: 0 },
    leftOut: { value: 1, low: 1, high: 1 },
    offTurnCpuShare: 0,
    skipped: reason,
  }
}
