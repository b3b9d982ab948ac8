/**
 * A worker: takes ids from the queue, leases the submission's stage, does it, and keeps what came of it under its lease. Everything that can go wrong
 * on our side ends in the stage being due again, here or elsewhere; nothing of it is charged to the candidate.
 */
import { randomBytes } from "node:crypto"
import { hostname } from "node:os"
import type { Logger } from "pino"
import { type LoadedQuestion, readQuestion } from "../../prompts/load-question.ts"
import { PodFault } from "../../sandboxes/faults.ts"
import type { Runner } from "../broker/ask-broker.ts"
import type { Judging } from "../grade-submission.ts"
import type { Metrics } from "../metrics.ts"
import { type Job, type JobWorker, workOn } from "../queue.ts"
import { endCancelled, fail, type Lease, LostLease, lease, release } from "../store/attempts.ts"
import { isAway, type Store } from "../store/database.ts"
import { PRIORITY, type Stage } from "../store/tables.ts"
import { gradeStage } from "./grade-stage.ts"
import { Cancelled, Stopping, underLease } from "./keep-lease.ts"
import { runStage } from "./run-stage.ts"
import { progressInto } from "./show-progress.ts"

export interface WorkerParts {
  store: Store
  redisUrl: string
  queuePrefix?: string
  runner: Runner
  judging: Judging | undefined
  stateFolder: string
  log: Logger
  metrics: Metrics
}

/** Jobs at a time. Real measurements take turns on a machine anyway. */
const AT_ONCE = { run: 1, grade: 4 }

export interface RunningWorker {
  name: string
  /**
   * Takes nothing new; what waits for the machine, or is a sample, is given back at once, what else is under way may go on for so long, and is then
   * given back.
   */
  drain(graceMs: number): Promise<void>
}

const OUR_FAULT = "Something broke on our side. Nothing counts against you; we are running it again."

export function startWorker(parts: WorkerParts): RunningWorker {
  const { store, redisUrl, queuePrefix, log, metrics } = parts
  const name = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`
  const stop = new AbortController()
  /** Aborted as soon as the worker is told to stop: what has not begun does not begin. */
  const drain = new AbortController()
  const questions = new Map<string, Promise<LoadedQuestion>>()
  const questionOf = (id: string) => {
    const known = questions.get(id) ?? readQuestion(id)
    questions.set(id, known)
    known.catch(() => questions.delete(id))
    return known
  }

  async function work(stage: Stage, { submission, n }: Job): Promise<void> {
    if (drain.signal.aborted) return
    const leased = await lease(store.db, { submission, stage, n, worker: name })
    // Not due any more, or another has it: a job that the queue handed out twice.
    if (!leased) return
    const began = performance.now()
    const about = { submission, stage, n, token: leased.token }
    // Nobody waits for a sample: it is not finished where a worker is to stop.
    const untilStopped = leased.submission.priority === PRIORITY.sample ? drain.signal : stop.signal
    try {
      const verdict = await underLease(store.db, leased.token, untilStopped, (signal) =>
        stage === "run" ? run(leased, signal) : grade(leased, signal),
      )
      const seconds = (performance.now() - began) / 1000
      metrics.stageSeconds.observe({ stage }, seconds)
      metrics.verdicts.inc({ stage, verdict })
      log.info({ ...about, verdict, seconds }, "stage done")
    } catch (error) {
      await settle(leased, stage, error, about)
    }
  }

  async function run(leased: Lease, signal: AbortSignal): Promise<string> {
    const { db } = store
    const shown = progressInto(db, leased.token, (phases) => metrics.observePhases(leased.token, phases))
    try {
      const { kind, reused } = await runStage({
        db,
        runner: parts.runner,
        question: await questionOf(leased.submission.question),
        stateFolder: parts.stateFolder,
        lease: leased,
        onProgress: shown.onProgress,
        signal,
        whileWaiting: drain.signal,
      })
      metrics.evidence.inc({ from: reused ? "the same design before" : "a run" })
      return kind
    } finally {
      await shown.end()
    }
  }

  async function grade(leased: Lease, signal: AbortSignal): Promise<string> {
    const question = await questionOf(leased.submission.question)
    const report = await gradeStage({ db: store.db, question, judging: parts.judging, lease: leased, signal })
    metrics.observeReport(report)
    return report.rejected ? "rejected" : (report.measuredBand ?? "no band")
  }

  /** Says in the store what became of a stage that was not finished. Where even that fails, the lease runs out and a sweeper takes it back. */
  async function settle(leased: Lease, stage: Stage, error: unknown, about: Record<string, unknown>): Promise<void> {
    const { token } = leased
    try {
      if (error instanceof LostLease) {
        metrics.faults.inc({ kind: "lost lease" })
        log.warn(about, "the lease was lost; what was done is thrown away")
      } else if (error instanceof Cancelled) await endCancelled(store.db, token)
      else if (error instanceof Stopping) await release(store.db, token)
      else {
        metrics.faults.inc({ kind: error instanceof PodFault ? "sandbox" : isAway(error) ? "database" : stage })
        log.error({ ...about, err: error }, "our side failed")
        await fail(store.db, { token, fault: describe(error), remark: OUR_FAULT })
      }
    } catch (second) {
      if (!(second instanceof LostLease)) log.warn({ ...about, err: second }, "its end could not be written down")
    }
  }

  const working: JobWorker[] = (["run", "grade"] as const).map((stage) =>
    workOn(
      redisUrl,
      stage,
      { concurrency: AT_ONCE[stage], ...(queuePrefix !== undefined && { prefix: queuePrefix }) },
      (job) => work(stage, job).catch((error) => log.warn({ ...job, stage, err: error }, "a job could not be begun")),
    ),
  )
  const presence = store.present(name)
  log.info({ worker: name }, "worker started")
  return {
    name,
    async drain(graceMs) {
      const stopping = new Stopping("The worker is stopped.")
      drain.abort(stopping)
      const timer = setTimeout(() => stop.abort(stopping), graceMs)
      await Promise.all(working.map((one) => one.drain()))
      clearTimeout(timer)
      stop.abort(stopping)
      await presence.end()
      log.info({ worker: name }, "worker stopped")
    },
  }
}

/** For us, in the attempt's row: causes as well, no stack. */
function describe(error: unknown): string {
  const said: string[] = []
  for (let one: unknown = error; one instanceof Error && said.length < 4; one = one.cause) said.push(one.message)
  return (said.join(" <- ") || String(error)).slice(0, 2_000)
}
