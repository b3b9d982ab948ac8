/** Counts exactly what a fixed list of calls makes the engine do at one size, call by call, with nothing else going on. */
import { deflateRawSync } from "node:zlib"
import type { Probe } from "../../../prompts/workload.ts"
import type { Counts } from "../../engines/engine.ts"
import type { OperationWork } from "../../evidence.ts"
import { ascending, mean, quantile } from "../../measurement/statistics.ts"
import {
  type Arm,
  countsOf,
  endTurn,
  quietInTime,
  renew,
  runOnFromReply,
  type Sent,
  send,
  subtract,
  surelyDone,
  takeTurn,
  workDone,
} from "../arm.ts"
import { movedKiB, noteBeside } from "../beside-calls.ts"
import { judge, type Run, StageStopped, stopWhereLate } from "../run.ts"
import { failureText } from "./load.ts"

const MOST_TIMEOUTS = 3
/** An answer of 128-bit ids cannot be deflated below what it says; less than half of that read from the engine means that it came from elsewhere. */
const LEAST_SHARE_READ = 0.5
/** Late work is what a load adds per call beyond both of these: what it costs to prepare a statement or look up a role once stays below. */
const LATE_WORK_SHARE = 0.05
const LATE_WORK_LEAST = 0.02
/**
 * Which quantile of the calls' CPU stands for them. On a machine that shares its processor and memory with others, bursts add some 450 µs to single
 * calls of 80 (Redis, once all of eight calls in a row), and never take any away: medians of the same calls at two sizes were up to 4 times
 * apart, and accused a design of work that it does not do.
 */
const UNDISTURBED = 0.1
const IDLE_MS = 1_500
/** A call that is not counted may move so many times what the dearest counted one of its kind does. */
const DEARER = 4

interface Counted {
  operation: string
  /** Where the call stands on axes that vary from call to call. */
  at: Record<string, number> | undefined
  sent: Sent
  counts: Counts
  cpuMicros: number
  /** What the engine used by itself meanwhile, by what it uses while nobody calls; left out of `cpuMicros`. */
  idleMicros: number
  ms: number
  /** It failed or came back wrong. */
  lost: boolean
}

/**
 * Throws `StageStopped` where calls do not answer in time at this size.
 * @param beforeKiB what the arm had moved before its processes were made for this
 */
export async function work(
  run: Run,
  arm: Arm,
  { id: stage, label }: { id: string; label: string },
  beforeKiB: number,
): Promise<OperationWork[]> {
  const probes = run.workload.probes(stage)
  const counted: Counted[] = []
  let timeouts = 0
  const placed = probes.map((probe, index) => ({ probe, host: (index % 2) as 0 | 1 }))
  const warmUps = placed.filter(isFirstOfItsKind)
  run.owners.sentBy(null)
  let lastCounts = await countsOf(arm)
  const beganKiB = movedKiB(lastCounts) - beforeKiB
  const moved: { operations: string[]; kib: number }[] = []
  const idleMicrosPerMs = arm.runsOn.begunMs > 0 ? await idleCpu(arm) : 0
  for (const [index, { probe, host }] of [...warmUps, ...placed].entries()) {
    run.progress(`work ${stage}`, index / probes.length, `${counted.length} calls counted`)
    stopWhereLate(run, `after ${counted.length} of the ${probes.length} calls that are counted`)
    const other = (1 - host) as 0 | 1
    const endedKiB = movedKiB(lastCounts)
    await takeTurn(arm)
    for (const call of probe.before) {
      await send(arm, other, call, run.operations)
      await runOnFromReply(arm)
      await surelyDone(arm)
      run.owners.sentBy(call.operation)
    }
    await quietInTime(arm.hosts[other])
    const before = await countsOf(arm)
    const cpuBefore = await arm.space.cpuNanos()
    arm.hosts[host].holdReplies()
    const sent = await send(arm, host, probe.call, run.operations)
    await workDone(arm, run.operations.isWrite(probe.operation), runOnFromReply)
    const heldMs = arm.hosts[host].passReplies()
    const cpuAfter = await arm.space.cpuNanos()
    if (run.operations.isWrite(probe.operation)) await surelyDone(arm)
    await endTurn(arm)
    run.owners.sentBy(probe.operation)
    lastCounts = await countsOf(arm)
    const counts = subtract(lastCounts, before)
    const isWarmUp = index < warmUps.length
    moved.push({
      operations: [...probe.before.map(({ operation }) => operation), ...(isWarmUp ? [probe.operation] : [])],
      kib: movedKiB(isWarmUp ? lastCounts : before) - endedKiB,
    })
    if (!sent.reply.ok && sent.reply.why !== "threw") {
      if (++timeouts >= MOST_TIMEOUTS) throw new StageStopped(`\`${probe.operation}\`: ${failureText(sent)}`)
      const rejected = await renew(arm, run.operations, [host])
      if (rejected) throw new StageStopped(rejected.message)
    }
    // The first calls of a process prepare statements and open connections: they are made, and not counted.
    if (isWarmUp) continue
    const endedMs = sent.reply.ok ? sent.reply.quietMs : sent.reply.repliedMs
    const ms = endedMs - sent.reply.sentMs - heldMs
    const waitedMs = run.operations.isWrite(probe.operation) ? arm.runsOn.begunMs : 0
    const idleMicros = idleMicrosPerMs * waitedMs
    const cpuMicros = Math.max(0, (cpuAfter - cpuBefore) / 1000 - idleMicros)
    counted.push({ operation: probe.operation, at: probe.at, sent, counts, cpuMicros, idleMicros, ms, lost: false })
  }
  noteBeside(run, `work at ${label}`, beganKiB + unexplainedKiB(moved, counted))
  const wrong = judge(run, arm, counted, stage, "work")
  for (const [index, one] of counted.entries()) {
    one.lost = !one.sent.reply.ok || wrong[index]!
    noteUnread(run, one.sent, one.counts.replyKiB * 1024)
  }
  return run.operations.names.map((operation) => {
    const mine = counted.filter((one) => one.operation === operation)
    const latencies = ascending(mine.map((one) => one.ms))
    return {
      operation,
      calls: mine.length,
      failed: mine.filter((one) => !one.sent.reply.ok).length,
      wrong: counted.filter((one, index) => one.operation === operation && wrong[index]).length,
      ...countsOfCalls(mine),
      ...usualOf(mine),
      ...(mine.some((one) => one.at) && { along: alongAxes(mine) }),
      returned: mean(
        mine.map((one) => (one.sent.reply.ok && Array.isArray(one.sent.reply.value) ? one.sent.reply.value.length : 0)),
      ),
      cpuMicros: undisturbed(mine),
      latencyMs: { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), max: latencies.at(-1) ?? Number.NaN },
    }
  })
}

/** What the engine uses while nobody calls, the arm's own looks for work included: microseconds of CPU a millisecond. A long wait for a write's work holds as much of it. */
async function idleCpu(arm: Arm): Promise<number> {
  await takeTurn(arm)
  await runOnFromReply(arm)
  const before = await arm.space.cpuNanos()
  const started = performance.now()
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
  const micros = ((await arm.space.cpuNanos()) - before) / 1000
  const perMs = micros / (performance.now() - started)
  await endTurn(arm)
  return perMs
}

type Placed = { probe: Probe; host: 0 | 1 }

/** The first call of its operation that this process gets: it prepares statements and opens connections, so it is made once more before all others. */
function isFirstOfItsKind({ probe, host }: Placed, index: number, all: Placed[]): boolean {
  return all.findIndex((one) => one.host === host && one.probe.operation === probe.operation) === index
}

/** Means of the calls that stand at the same place, in the order of the list. */
function alongAxes(counted: Counted[]): NonNullable<OperationWork["along"]> {
  const places = Map.groupBy(
    counted.filter((one) => one.at),
    (one) => JSON.stringify(one.at),
  )
  return [...places].map(([at, calls]) => ({
    at: JSON.parse(at),
    calls: calls.length,
    lost: calls.filter((one) => one.lost).length,
    ...countsOfCalls(calls),
  }))
}

/** null where it could not be read, or where the engine used more by itself meanwhile: a small difference of large figures is none. */
function undisturbed(calls: Counted[]): number | null {
  if (calls.length === 0) return null
  const own = quantile(ascending(calls.map((one) => one.cpuMicros)), UNDISTURBED)
  return own < Math.max(...calls.map((one) => one.idleMicros)) ? null : own
}

/** A call that fails may cost nothing: those that do not are shown by themselves where there are both. */
function countsOfCalls(calls: Counted[]): Pick<OperationWork, "counts" | "goodCounts"> {
  const good = calls.filter((one) => !one.lost)
  const some = good.length > 0 && good.length < calls.length
  return {
    counts: meanCounts(calls.map((one) => one.counts)),
    ...(some && { goodCounts: meanCounts(good.map((one) => one.counts)) }),
  }
}

/**
 * What was moved besides the counted calls that the uncounted ones do not explain. One of these may be dearer than the dearest of its kind that was counted (the
 * post of an author with more followers), but not by far.
 */
function unexplainedKiB(moved: { operations: string[]; kib: number }[], counted: Counted[]): number {
  const dearest = new Map<string, number>()
  for (const { operation, counts } of counted)
    dearest.set(operation, Math.max(dearest.get(operation) ?? 0, movedKiB(counts)))
  const explained = (operations: string[]) =>
    operations.reduce((sum, operation) => sum + DEARER * (dearest.get(operation) ?? 0), 0)
  return moved.reduce((sum, { operations, kib }) => sum + Math.max(0, kib - explained(operations)), 0)
}

/** Where most calls are alike and a few are dear, the mean is like none of them. */
function usualOf(calls: Counted[]): Pick<OperationWork, "usual"> {
  const good = calls.filter((one) => !one.lost)
  if (good.length === 0) return {}
  const middle = Math.floor((good.length - 1) / 2)
  const names = Object.keys(good[0]!.counts)
  return {
    usual: Object.fromEntries(
      names.map((name) => [name, ascending(good.map(({ counts }) => counts[name] ?? 0))[middle]!]),
    ),
  }
}

export function noteUnread(run: Run, { reply, call }: Sent, readBytes: number): void {
  if (!reply.ok || run.operations.isWrite(call.operation)) return
  // Raw: the frame of a deflated text is longer than the whole reply that an empty answer comes from.
  const least = deflateRawSync(JSON.stringify(reply.value ?? null)).length * LEAST_SHARE_READ
  run.suspicions.unread.checked++
  if (readBytes >= least) return
  run.suspicions.unread.unread++
  run.suspicions.unread.example ??= `\`${call.operation}\` answered with at least ${Math.round(least)} bytes of information after reading ${Math.round(readBytes)} bytes from the engine`
}

function meanCounts(all: Counts[]): Counts {
  const names = new Set(all.flatMap((counts) => Object.keys(counts)))
  return Object.fromEntries([...names].map((name) => [name, mean(all.map((counts) => counts[name] ?? 0))]))
}

/** Work that the counted calls of a write do not explain (late, in the background, when a bucket closes) is added to them: the larger of both. */
export function chargeLoad(work: OperationWork[], write: string, perLoadedCall: Counts): OperationWork[] {
  const charged = (counted: Counts): Counts => {
    const counts = { ...counted }
    for (const [name, value] of Object.entries(perLoadedCall)) {
      // Waves of concurrent calls do not say which depend on each other; a statement prepared once per process is no late work.
      if (name !== "waves" && value > (counts[name] ?? 0) * (1 + LATE_WORK_SHARE) + LATE_WORK_LEAST)
        counts[name] = value
    }
    return counts
  }
  return work.map((one) =>
    one.operation === write
      ? { ...one, counts: charged(one.counts), ...(one.goodCounts && { goodCounts: charged(one.goodCounts) }) }
      : one,
  )
}
