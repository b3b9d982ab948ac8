/** Loads one stage through the candidate's own write operations, with bounded concurrency, by both of its processes. */
import type { Call } from "../../../prompts/workload.ts"
import type { Rejection } from "../../evidence.ts"
import { renew, type Sent, send, takeTurn } from "../arm.ts"
import { storedTooMuch } from "../quotas.ts"
import { type Run, StageStopped } from "../run.ts"

const CONCURRENCY = 32
/** If none of the first calls succeeds, the operation does not work at all. */
const FIRST_CALLS = 64
const MOST_RESTARTS = 12
/** So often the engine is asked how much is stored. */
const LOOK_EVERY_CALLS = 100
const SHOW_EVERY_CALLS = 500
/** A stage may take ten times what the strong reference needs on the slowest machine that we support (1,500 calls a second). */
const SLOWEST_PER_SECOND = 150
const SHORTEST_LIMIT_SECONDS = 10
/** What is not stored costs nothing to keep and to read: a design that loses more of its writes than this has not been given this size. */
const MOST_FAILED_SHARE = 0.01

export interface Loaded {
  calls: number
  failed: number
  seconds: number
  perSecond: number
}

/** Rejects where no call works; throws `StageStopped` where the candidate cannot finish in time, or too many of its calls fail. */
export async function load(run: Run, stage: string): Promise<Loaded | { rejected: Rejection }> {
  const calls = run.workload.load(stage)
  const limitMs = Math.max(SHORTEST_LIMIT_SECONDS, calls.length / SLOWEST_PER_SECOND) * 1000
  const started = performance.now()
  const hosts = restarts(run)
  let next = 0
  let settled = 0
  let failed = 0
  let succeeded = 0
  let rejected: Rejection | null = null
  let stopped: string | null = null
  let firstFailure: Sent | null = null
  let looking = false
  show()
  await takeTurn(run.candidate)

  async function lookAtStored(): Promise<void> {
    if (looking) return
    looking = true
    rejected ??= storedTooMuch(await run.candidate.space.liveBytes(), run.givenBytes)
    looking = false
  }

  function show(): void {
    const perSecond = settled / ((performance.now() - started) / 1000)
    const figures = `${settled.toLocaleString("en")} events, ${Math.round(perSecond).toLocaleString("en")}/s`
    run.progress(`load ${stage}`, settled / calls.length, settled === 0 ? "" : figures)
  }

  async function worker(index: number): Promise<void> {
    const host = (index % 2) as 0 | 1
    while (next < calls.length && !rejected && !stopped) {
      const call = calls[next++]
      await hosts.ready(host)
      run.givenBytes += JSON.stringify(call.args).length
      const sent = await send(run.candidate, host, call, run.operations)
      settled++
      // Before anything is waited for: meanwhile others go on counting, and the round number would be missed.
      if (settled % SHOW_EVERY_CALLS === 0) show()
      if (settled % LOOK_EVERY_CALLS === 0) await lookAtStored()
      if (sent.reply.ok) succeeded++
      else {
        firstFailure ??= sent
        if (sent.reply.why !== "died" && sent.reply.why !== "timeout") failed++
        else {
          // With its process die all calls that are under way there, by our hand: one has failed.
          if (!hosts.restarting(host)) failed++
          const again = await hosts.restart(host)
          // Where nothing ever worked, the first failure says more than that the process could not be started after it.
          if (again) rejected ??= succeeded === 0 ? neverWorked(call, firstFailure) : again
        }
      }
      if (succeeded === 0 && (settled >= FIRST_CALLS || settled === calls.length || hosts.count() > 2))
        rejected ??= neverWorked(call, firstFailure)
      const elapsed = performance.now() - started
      if (hosts.count() > MOST_RESTARTS)
        stopped ??= `its process had to be started anew ${hosts.count()} times while this size was loaded (last: ${failureText(sent)})`
      if (elapsed > limitMs && settled < calls.length)
        stopped ??= `loading ${calls.length.toLocaleString("en")} calls took longer than ${Math.round(limitMs / 1000)} s: ${settled.toLocaleString("en")} were done`
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, (_, index) => worker(index)))
  if (rejected) return { rejected }
  if (stopped) throw new StageStopped(stopped)
  const first = firstFailure as Sent | null
  if (first && failed > MOST_FAILED_SHARE * settled)
    throw new StageStopped(
      `${failed.toLocaleString("en")} of ${settled.toLocaleString("en")} calls failed while this size was loaded, ${CONCURRENCY} at a time (the first, \`${first.call.operation}\`: ${failureText(first)})`,
    )
  const seconds = (performance.now() - started) / 1000
  return { calls: settled, failed, seconds, perSecond: settled / seconds }
}

/** Starts a host's process anew after it died or hung; callers that come meanwhile wait for the same restart. */
function restarts(run: Run) {
  const under = new Map<0 | 1, Promise<Rejection | null>>()
  let count = 0
  return {
    ready: async (host: 0 | 1) => void (await under.get(host)),
    count: () => count,
    restarting: (host: 0 | 1) => under.has(host),
    restart(host: 0 | 1): Promise<Rejection | null> {
      const running = under.get(host)
      if (running) return running
      count++
      const restart = renew(run.candidate, run.operations, [host]).finally(() => under.delete(host))
      under.set(host, restart)
      return restart
    },
  }
}

export function neverWorked(call: Call, failure: Sent | null): Rejection {
  const reply = failure?.reply
  if (!reply || reply.ok) return { stage: "run", message: `${call.operation} never succeeded.` }
  return {
    stage: "run",
    message: `${call.operation} failed on every call: ${failureText(failure)}`,
    ...(reply.file ? { file: reply.file } : {}),
    ...(reply.line ? { line: reply.line } : {}),
    excerpt: `${call.operation}(${JSON.stringify(call.args).slice(1, -1).slice(0, 300)})`,
  }
}

export function failureText({ reply, call }: Sent): string {
  if (reply.ok) return "it answered"
  switch (reply.why) {
    case "threw":
      return `it threw: ${reply.message}`
    case "timeout":
      return `${call.operation} did not answer within its limit (${reply.message})`
    case "died":
      return `the process ended during the call (${reply.message})`
    case "too-large":
      return `the answer is too large (${reply.message})`
    case "garbled":
      return `the answer could not be read (${reply.message})`
    default:
      return reply.why satisfies never
  }
}
