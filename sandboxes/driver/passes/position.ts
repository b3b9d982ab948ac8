/**
 * Times the candidate beside the references, one call outstanding in the whole pod, in balanced turns. Every read is preceded by a write to the
 * arm's other process that changes its answer. Figures only: what a position is worth is decided elsewhere.
 */
import type { Position } from "../../evidence.ts"
import { CYCLE, ladderOf, leftOutChance, type Round } from "../../measurement/ladder.ts"
import { ascending, median, midmean, quantile } from "../../measurement/statistics.ts"
import { type Arm, endTurn, runOn, type Sent, send, takeTurn, trafficOf, workDone } from "../arm.ts"
import { ARMS, type Arm as ArmName } from "../protocol.ts"
import { judge, type Run } from "../run.ts"
import { noteUnread } from "./work.ts"

const CAP_SECONDS = 12
const FEWEST_ROUNDS = 48
const CHECK_EVERY = 2 * CYCLE.length
const HALF_WIDTH = 0.02
/** Below this it looks as if the candidate worked on between its calls: nobody is cleared or accused by few rounds. */
const LOOKS_LIKE_HOGGING = 0.95
const ROUNDS_TO_TELL = 64 * CYCLE.length
/** Burn-in: medians of the strong reference over so many turns, and how near three of them in a row must be. */
const BURN_IN_TURNS = 100
const BURN_IN_AGREEMENT = 0.03
const MOST_BURN_IN_SECONDS = 5
/** The anchor is slow and soon warm: it has a turn in so many. */
const ANCHOR_TURN_EVERY = 16
/** Which quantile of a call's CPU stands for it: what else the machine does makes it dearer, never cheaper (see work.ts). */
const UNDISTURBED = 0.25
/** Pairs of warm-up and burn-in come from far behind those of the rounds, so that answers keep their size. */
const WARM_UP_FROM = 100_000

const isWhole = (round: number) => CYCLE[round % CYCLE.length].length === ARMS.length
const BALANCED = CYCLE.filter((order) => order.length === ARMS.length)

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
  const timed: Timed[] = []
  let candidateTurnMs = 0

  async function turn(name: ArmName, pair: number, round: number): Promise<Timed> {
    const arm = arms[name]
    const probe = run.workload.pair(pair)
    const host = (pair % 2) as 0 | 1
    const other = (1 - host) as 0 | 1
    await arm.space.cpuNanos() // a cheap untimed call between arms
    const turnStarted = performance.now()
    await takeTurn(arm)
    for (const call of probe.before) await send(arm, other, call, run.operations)
    await runOn(arm)
    const read = trafficOf(arm).replyBytes
    const cpu = await arm.space.cpuNanos()
    const sent = await send(arm, host, probe.call, run.operations)
    await workDone(arm, run.operations.isWrite(probe.call.operation))
    const cpuMicros = ((await arm.space.cpuNanos()) - cpu) / 1000
    await endTurn(arm)
    if (name === "candidate") {
      candidateTurnMs += performance.now() - turnStarted
      noteUnread(run, sent, trafficOf(arm).replyBytes - read)
    }
    const ms = sent.reply.ok ? sent.reply.quietMs - sent.reply.sentMs : Number.NaN
    return { arm: name, round, sent, ms, cpuMicros }
  }
  const warm = await burnIn(run, (name, pair) => turn(name, WARM_UP_FROM + pair, -1))
  if (warm.surelySlower)
    return skipped(run, stage, {
      ...warm,
      reason: Number.isFinite(warm.candidate)
        ? `warmed up, one call took ${warm.candidate.toFixed(1)} ms, longer than the anchor's ${warm.anchor.toFixed(1)} ms`
        : `most of its calls failed while it was warmed up`,
    })

  const cpuStart = await hostCpuNanos()
  candidateTurnMs = 0
  const started = performance.now()
  let rounds: Round[] = []
  for (let round = 0; ; round++) {
    for (const index of CYCLE[round % CYCLE.length]) timed.push(await turn(ARMS[index], round, round))
    const seconds = (performance.now() - started) / 1000
    if ((round + 1) % CHECK_EVERY !== 0 && seconds < CAP_SECONDS) continue
    rounds = toRounds(timed, round + 1)
    const { ladder, leftOut } = ladderOf(rounds)
    run.progress("position", seconds / CAP_SECONDS, `${round + 1} rounds, ladder ${ladder.value.toFixed(2)}`)
    if (seconds >= CAP_SECONDS) break
    const told = leftOut.value >= LOOKS_LIKE_HOGGING || round + 1 >= ROUNDS_TO_TELL
    if (round + 1 >= FEWEST_ROUNDS && told && (ladder.high - ladder.low) / 2 <= HALF_WIDTH) break
  }
  const elapsedMs = performance.now() - started
  const cpuEnd = await hostCpuNanos()
  for (const name of ARMS) {
    const mine = timed.filter((one) => one.arm === name)
    const wrong = judge(run, arms[name], mine, stage, "position")
    for (const [index, one] of mine.entries()) if (wrong[index]) one.ms = Number.NaN
  }
  rounds = toRounds(timed, rounds.length)
  // What is shown is what the ladder is made of: rounds in which nobody is left out.
  const of = (name: ArmName) => timed.filter((one) => one.arm === name && isWhole(one.round))
  const msOf = (name: ArmName) => of(name).map((one) => (Number.isFinite(one.ms) ? one.ms : warm.anchor))
  const figures = <T>(pick: (name: ArmName) => T) =>
    Object.fromEntries(ARMS.map((name) => [name, pick(name)])) as Record<ArmName, T>
  return {
    operation: run.question.position.operation,
    stage,
    ...ladderOf(rounds),
    leftOutChance: leftOutChance(rounds),
    rounds: rounds.filter((_, round) => isWhole(round)).length,
    times: figures(msOf),
    midmeans: figures((name) => midmean(msOf(name))),
    baseMs: midmean([...msOf("strong"), ...msOf("control")]),
    cpuMicros: figures((name) => quantile(ascending(of(name).map((one) => one.cpuMicros)), UNDISTURBED)),
    cpuQuantile: UNDISTURBED,
    offTurnCpuShare: offTurnShare(cpuStart, cpuEnd, elapsedMs, candidateTurnMs),
    skipped: null,
  }
}

/**
 * All arms in turn, until three medians of the strong reference in a row agree within 3%, or the time for it is up. They must be of one age when
 * the rounds begin: the same code was found 40% slower in a process that had served 24 calls than in one that had served 600.
 * Returns the medians of the last calls, ms; Infinity where a candidate's calls fail. `surelySlower`: three in four of the candidate's calls took longer
 * than three in four of the anchor's. By medians alone a busy machine decided it: the anchor has few of these calls.
 */
async function burnIn(
  run: Run,
  turn: (name: ArmName, pair: number) => Promise<Timed>,
): Promise<Record<ArmName, number> & { surelySlower: boolean }> {
  const started = performance.now()
  const isOver = () => performance.now() - started >= MOST_BURN_IN_SECONDS * 1000
  const times: Record<ArmName, number[]> = { candidate: [], strong: [], control: [], anchor: [] }
  const recent = (name: ArmName, back = 0) => {
    const end = times[name].length - back * BURN_IN_TURNS
    return median(times[name].slice(Math.max(0, end - BURN_IN_TURNS), end))
  }
  const quartile = (name: ArmName, q: number) => quantile(ascending(times[name].slice(-BURN_IN_TURNS)), q)
  for (let pair = 0; ; ) {
    for (const index of BALANCED[pair % BALANCED.length]) {
      const name = ARMS[index]
      if (name === "anchor" && pair % ANCHOR_TURN_EVERY > 0) continue
      const { ms } = await turn(name, pair)
      times[name].push(Number.isFinite(ms) ? ms : Number.POSITIVE_INFINITY)
    }
    pair++
    if (pair % BURN_IN_TURNS > 0 && !isOver()) continue
    const last = [0, 1, 2].map((back) => recent("strong", back)).filter(Number.isFinite)
    const share = (performance.now() - started) / 1000 / MOST_BURN_IN_SECONDS
    run.progress("burn-in", Math.min(1, share), `strong p50 ${last[0]?.toFixed(2)} ms`)
    const agree = last.length === 3 && Math.max(...last) / Math.min(...last) <= 1 + BURN_IN_AGREEMENT
    if (agree || isOver())
      return {
        candidate: recent("candidate"),
        strong: recent("strong"),
        control: recent("control"),
        anchor: recent("anchor"),
        surelySlower: quartile("candidate", 0.25) > quartile("anchor", 0.75),
      }
  }
}

/** A failed or wrong call of the candidate stands as the anchor's: failing must not be cheap. */
function toRounds(timed: Timed[], count: number): Round[] {
  const anchors = timed.filter((one) => one.arm === "anchor").map((one) => one.ms)
  const asAnchor = midmean(anchors)
  const rounds: Round[] = Array.from({ length: count }, () => ({
    candidate: null,
    strong: Number.NaN,
    control: null,
    anchor: Number.NaN,
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
  medians: Record<ArmName, number> & { reason: string; surelySlower: boolean },
): Position {
  const { reason, surelySlower: _, ...midmeans } = medians
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
