/**
 * One arm of a run: a space in the engine, two host processes and an oracle. Sends calls by turns, remembers what was sent and what came, and
 * has replies judged when the clock has stopped. Nothing here times or counts.
 */
import type { Call, Oracle } from "../../prompts/workload.ts"
import type { Counts, Space } from "../engines/engine.ts"
import type { Rejection } from "../evidence.ts"
import type { Host, Reply, Traffic } from "./hosts.ts"
import type { Prints } from "./printed.ts"
import type { Arm as ArmName } from "./protocol.ts"
import { NO_TRAFFIC } from "./relay.ts"

/** What an arm needs of a host. */
export type ArmHost = Pick<
  Host,
  | "start"
  | "leadTo"
  | "load"
  | "takePrinted"
  | "call"
  | "stop"
  | "cont"
  | "turn"
  | "holdReplies"
  | "passReplies"
  | "kill"
  | "quiet"
  | "refuse"
  | "quietSinceMs"
  | "longestPauseMs"
  | "traffic"
  | "takeKeys"
  | "statements"
  | "takeNewStatements"
  | "refusals"
>

export interface Arm {
  name: ArmName
  space: Space
  hosts: readonly [ArmHost, ArmHost]
  oracle: Oracle
  bundle: string
  /** What a write may leave to be done after its reply. */
  runsOn: RunsOn
  /** Where what the processes print is kept; left out: nowhere. */
  prints?: Prints
}

export interface RunsOn {
  /** How long the question lets a write's work go on. */
  lagMs: number
  /** For so long nothing may be at the engine before the work is taken to be done: background work pauses between its requests. */
  pauseMs: number
  /** So long after a reply its work has begun: what looks now and then whether there is any. 0: within `pauseMs`. */
  begunMs: number
}

export interface Operations {
  /** How long after its acknowledgement a write may stay invisible. */
  lagMs: number
  isWrite(operation: string): boolean
  limitMs(operation: string): number
  names: string[]
}

/** A call that was sent, with its place in the driver's order of events, so that the oracle can judge it later. */
export interface Sent {
  call: Call
  reply: Reply
  sentAt: number
  repliedAt: number
}

/** How long a module may take to be imported and connected. */
export const CONNECT_DEADLINE_MS = 10_000

/** So much apart are two events that the clock cannot tell apart. */
const TICK_MS = 0.001
let last = 0

/** The driver's clock, milliseconds, never twice the same: it orders events, and a lag can be told by it. */
function nextMoment(): number {
  last = Math.max(last + TICK_MS, performance.now())
  return last
}

/** Sends one call and tells the oracle. The arm must have its turn. Where the question permits a lag, a write ends with its reply. */
export async function send(arm: Arm, host: 0 | 1, call: Call, operations: Operations): Promise<Sent> {
  const write = operations.isWrite(call.operation)
  const sentAt = nextMoment()
  if (write) arm.oracle.sent(call, sentAt)
  const reply = await arm.hosts[host].call(call.operation, call.args, {
    limitMs: operations.limitMs(call.operation),
    runsOn: write && operations.lagMs > 0,
  })
  const repliedAt = nextMoment()
  if (write) arm.oracle.settled(call, repliedAt, reply.ok)
  return { call, reply, sentAt, repliedAt }
}

/** Gives the arm its turn: both hosts run and their traffic passes. */
export async function takeTurn(arm: Arm): Promise<void> {
  for (const host of arm.hosts) host.turn(true)
  await Promise.all(arm.hosts.map((host) => host.cont()))
}

/** An engine gives up on a request of its own accord long before. */
const ENDLESS_MS = 20_000

/**
 * Resolves once nothing of this host is at the engine. Where that does not come about, because a process sends its next request before the last one is
 * answered, again and again, the arm is over: a turn must end, and the driver would wait for ever.
 */
export async function quietInTime(host: Pick<ArmHost, "quiet" | "refuse">): Promise<void> {
  const timer = setTimeout(
    () =>
      host.refuse({
        stage: "quota",
        message: `For ${ENDLESS_MS / 1000} s after its calls there was always a request of it at the engine: loops that ask on and on, or retries without end, are not taken here.`,
      }),
    ENDLESS_MS,
  )
  try {
    await host.quiet()
  } finally {
    clearTimeout(timer)
  }
}

/** Lets the arm run until nothing of it is at the engine, and, where a lag is permitted, its work is done or the lag is over. */
export async function runOn({ hosts, runsOn: { lagMs, pauseMs } }: Pick<Arm, "hosts" | "runsOn">): Promise<void> {
  const deadline = performance.now() + lagMs
  for (;;) {
    await Promise.all(hosts.map(quietInTime))
    const left = Math.min(Math.max(...hosts.map((host) => host.quietSinceMs())) + pauseMs, deadline) - performance.now()
    if (pauseMs === 0 || left <= 0) return
    await new Promise((resolve) => setTimeout(resolve, left))
  }
}

/** The same, also where the work begins only some time after the reply: takes too long to be done at every turn. */
export async function runOnFromReply(arm: Arm): Promise<void> {
  const { begunMs } = arm.runsOn
  if (begunMs > 0) await new Promise((resolve) => setTimeout(resolve, begunMs))
  await runOn(arm)
}

/**
 * A machine that shares its processor may let a process wait for longer than it ever paused before (21 of 122 copies of one post were counted with no call). Where nothing
 * is timed any more, work in the background is given more time to show that it goes on.
 */
const COUNTED_PAUSE_MS = 50

/** As `runOn`, for what is counted and not timed. */
export async function surelyDone({ hosts, runsOn }: Arm): Promise<void> {
  if (runsOn.pauseMs === 0) return
  await runOn({ hosts, runsOn: { ...runsOn, pauseMs: Math.max(runsOn.pauseMs, COUNTED_PAUSE_MS) } })
}

/** Up to here engine CPU is the call's. An idle engine uses some as well, so what a read leaves to be done is not waited for. */
export async function workDone(arm: Arm, write: boolean, ended: (arm: Arm) => Promise<void> = runOn): Promise<void> {
  if (write) await ended(arm)
  else await Promise.all(arm.hosts.map(quietInTime))
}

/** Ends the turn once the arm's work is done: both hosts are stopped and nothing passes. */
export async function endTurn(arm: Arm): Promise<void> {
  await runOn(arm)
  await Promise.all(arm.hosts.map((host) => host.stop()))
  for (const host of arm.hosts) host.turn(false)
}

/** Where prints are kept, asks both processes for theirs. Leaves the arm with its turn: a stopped process says nothing. */
export async function takePrinted(arm: Arm): Promise<void> {
  const { hosts, prints } = arm
  if (!prints) return
  await takeTurn(arm)
  const texts = await Promise.all(hosts.map((host) => host.takePrinted()))
  prints.add(0, texts[0])
  prints.add(1, texts[1])
}

/**
 * Kills both processes and starts them anew, so that nothing they remembered is left. Leaves the arm with its turn.
 * A module that cannot be loaded again is the candidate's rejection.
 */
export async function renew(
  arm: Arm,
  operations: Operations,
  which: readonly (0 | 1)[] = [0, 1],
): Promise<Rejection | null> {
  await takeTurn(arm)
  const results = await Promise.all(
    which.map(async (index) => {
      const host = arm.hosts[index]
      await host.kill()
      host.leadTo(arm.space)
      await host.start("run", CONNECT_DEADLINE_MS)
      return host.load({
        bundle: arm.bundle,
        engines: { [arm.space.engine]: arm.space.clientSettings },
        operations: operations.names,
        deadlineMs: CONNECT_DEADLINE_MS,
      })
    }),
  )
  for (const result of results) if (!result.ok) return result.rejected
  return null
}

export function trafficOf(arm: Arm): Traffic {
  const total = { ...NO_TRAFFIC }
  for (const host of arm.hosts) {
    const one = host.traffic()
    total.roundTrips += one.roundTrips
    total.waves += one.waves
    total.requestBytes += one.requestBytes
    total.replyBytes += one.replyBytes
    total.largestValueBytes = Math.max(total.largestValueBytes, one.largestValueBytes)
    total.systemReads += one.systemReads
  }
  return total
}

/** The engine's counts and the relay's together, as totals so far. */
export async function countsOf(arm: Arm): Promise<Counts> {
  const traffic = trafficOf(arm)
  return {
    ...(await arm.space.counts()),
    roundTrips: traffic.roundTrips,
    waves: traffic.waves,
    requestKiB: traffic.requestBytes / 1024,
    replyKiB: traffic.replyBytes / 1024,
  }
}

export function subtract(after: Counts, before: Counts): Counts {
  const counted = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)] as const)
  // Totals only grow. What has taken away from them has found a hole in our counting, and no figure of the run is worth anything.
  const less = counted.find(([, value]) => value < 0)
  if (less) throw new Error(`the count of ${less[0]} fell by ${-less[1]}`)
  return Object.fromEntries(counted)
}
