/**
 * Leases: who works on a submission's stage, and until when it is believed to live. Every change that a worker makes names its token, and is refused
 * where the lease has passed to another: of two workers that think they have the same submission, one is right.
 */
import { and, eq, inArray, lt, or, sql } from "drizzle-orm"
import type { Report } from "../../graders/report.ts"
import type { Outcome } from "../../sandboxes/evidence.ts"
import { keepBlob, type Packed } from "./blobs.ts"
import { type Database, isPresent, type Transaction } from "./database.ts"
import { keepReport } from "./reports.ts"
import { enqueue, type SubmissionRow } from "./submissions.ts"
import {
  attempt,
  evidence,
  outbox,
  type PhaseProgress,
  PRIORITY,
  progress,
  type Stage,
  submission,
  turn,
} from "./tables.ts"
import { tell } from "./tell.ts"

/** A worker that has not been heard of for so long is dead, or as good as dead. */
export const LEASE_MS = 6_000
/** A worker says so often that it lives. */
export const RENEW_MS = 1_000
/** One whose connection has gone is not waited for so long: its process has ended. One that only lost the connection is heard of again before. */
const GONE_MS = 2_500
/** A worker that has nothing to do has begun a run within this time. */
const IDLE_WORKER_MS = 500
/** After so many failures on our side at one stage we stop, and say so. */
export const MOST_FAULTS = 8
/** How long the next try waits after a failure, the first of them, the second, and so on. */
const AGAIN_AFTER_MS = [0, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000] as const

export interface Lease {
  token: number
  submission: SubmissionRow
}

/** The lease has passed to somebody else, or the submission is gone: whatever this worker has done since is thrown away. */
export class LostLease extends Error {
  override name = "LostLease"
}

const FROM = { run: "queued", grade: "measured" } as const
const TO = { run: "running", grade: "grading" } as const

/** null: it is not due any more at this stage and try, or somebody else has it. */
export async function lease(
  db: Database,
  { submission: id, stage, n, worker }: { submission: string; stage: Stage; n: number; worker: string },
): Promise<Lease | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(submission)
      .where(and(eq(submission.id, id), eq(submission.state, FROM[stage]), eq(submission.tries, n)))
      .for("update")
    if (!row) return null
    const [made] = await tx
      .insert(attempt)
      .values({ submission: id, stage, n, worker, leaseUntil: sql`now() + ${LEASE_MS} * interval '1 ms'` })
      .onConflictDoNothing()
      .returning({ token: attempt.token })
    if (!made) return null
    await tx.delete(outbox).where(eq(outbox.submission, id))
    const [leased] = await tx
      .update(submission)
      .set({ state: TO[stage], changedAt: sql`now()` })
      .where(eq(submission.id, id))
      .returning()
    if (stage === "run")
      await tx
        .insert(turn)
        .values({ person: row.person })
        .onConflictDoUpdate({ target: turn.person, set: { startedAt: sql`now()` } })
    await tell(tx, "submission", id)
    await tell(tx, "queue")
    return { token: made.token, submission: leased! }
  })
}

/**
 * To be called often while working. "cancelled": the candidate has asked for the end. "in the way": it is a sample's run, and somebody's waits for
 * nothing but a worker.
 */
export async function renew(db: Database, token: number): Promise<"held" | "cancelled" | "in the way" | "lost"> {
  const [row] = await db
    .update(attempt)
    .set({ leaseUntil: sql`now() + ${LEASE_MS} * interval '1 ms'` })
    .from(submission)
    .where(and(eq(attempt.token, token), eq(attempt.state, "leased"), eq(submission.id, attempt.submission)))
    .returning({
      // What is measured is graded all the same.
      cancel: sql<boolean>`${submission.cancelRequested} and ${attempt.stage} = 'run'`,
      inTheWay: sql<boolean>`${submission.priority} = ${PRIORITY.sample} and ${attempt.stage} = 'run' and exists (
        select 1 from ${outbox} o join ${submission} other on other.id = o.submission
        where o.stage = 'run' and o.sent_at < now() - ${IDLE_WORKER_MS} * interval '1 ms' and other.priority < ${PRIORITY.sample})`,
    })
  if (!row) return "lost"
  if (row.cancel) return "cancelled"
  return row.inTheWay ? "in the way" : "held"
}

/** Shown to whoever watches. A snapshot from a lost lease changes nothing. */
export async function showProgress(db: Database, token: number, phases: PhaseProgress[]): Promise<void> {
  const row = await db.execute<{ submission: string }>(sql`
    insert into ${progress} (submission, revision, phases, changed_at)
    select submission, 1, ${JSON.stringify(phases)}::jsonb, now() from ${attempt} where token = ${token} and state = 'leased'
    on conflict (submission) do update
      set revision = ${progress}.revision + 1, phases = excluded.phases, changed_at = excluded.changed_at
    returning submission`)
  const id = row.rows[0]?.submission
  if (id) await tell(db, "submission", id)
}

export interface Ran {
  kind: Outcome["kind"]
  outcome: Packed
  /** Hash of the images that measured it. */
  images: string
  /** The submission whose evidence this is; null: it was run. */
  reusedFrom: string | null
}

/** Keeps what the run left behind and makes the grading due; whoever asked for the end meanwhile asked too late. Throws `LostLease`. */
export async function finishRun(db: Database, { token, ran }: { token: number; ran: Ran }): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await held(tx, token)
    await keepBlob(tx, ran.outcome)
    await tx
      .insert(evidence)
      .values({ submission: row.id, outcome: ran.outcome.hash, kind: ran.kind, images: ran.images, token })
      .onConflictDoNothing()
    await ended(tx, token, "done")
    await tx.update(submission).set({ reusedFrom: ran.reusedFrom }).where(eq(submission.id, row.id))
    await enqueue(tx, row, "grade", { faults: 0, remark: null, cancelRequested: false })
  })
}

/** Keeps the report. Throws `LostLease`. */
export async function finishGrade(
  db: Database,
  { token, report, content }: { token: number; report: Report; content: Packed },
): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await held(tx, token)
    await keepReport(tx, row, { report, content, cause: "grading" })
    await ended(tx, token, "done")
    await tx
      .update(submission)
      .set({ state: "graded", remark: null, changedAt: sql`now()` })
      .where(eq(submission.id, row.id))
    await tell(tx, "submission", row.id)
    await tell(tx, "queue")
  })
}

/** Our side failed. Tried again, until it has failed too often; never charged to the candidate. Throws `LostLease`. */
export async function fail(
  db: Database,
  { token, fault, remark }: { token: number; fault: string; remark: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await held(tx, token)
    const stage = row.state === "running" ? "run" : "grade"
    await ended(tx, token, "fault", fault)
    // What broke may need a moment to be whole again.
    await again(tx, row, stage, remark, AGAIN_AFTER_MS[row.faults])
  })
}

/** A worker gives back what it had begun: it was told to stop, or something else comes first. That is no failure. Throws `LostLease`. */
export async function release(db: Database, token: number): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await held(tx, token)
    await ended(tx, token, "released")
    await enqueue(tx, row, row.state === "running" ? "run" : "grade", {})
  })
}

/** The candidate asked for it, and the run has ended. Throws `LostLease`. */
export async function endCancelled(db: Database, token: number): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await held(tx, token)
    await ended(tx, token, "cancelled")
    await setCancelled(tx, row.id)
  })
}

/** Not heard of for a moment, and its connection gone. Where the database itself has just started, nobody has theirs back yet. */
const isGone = sql`(${attempt.leaseUntil} < now() + ${LEASE_MS - GONE_MS} * interval '1 ms'
  and pg_postmaster_start_time() < now() - ${LEASE_MS} * interval '1 ms'
  and not ${isPresent(attempt.worker)})`

/** Takes back what dead workers had. Returns how many. Any number of processes may do this at once. */
export async function takeBackLost(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const lost = await tx
      .select()
      .from(attempt)
      .where(and(eq(attempt.state, "leased"), or(lt(attempt.leaseUntil, sql`now()`), isGone)))
      .orderBy(attempt.token)
      .limit(50)
      .for("update", { skipLocked: true })
    for (const { token, submission: id, stage } of lost) {
      const [row] = await tx.select().from(submission).where(eq(submission.id, id)).for("update")
      await ended(tx, token, "lost", "the worker was not heard of any more")
      if (!row) continue
      await again(tx, row, stage, "Something broke on our side. Nothing counts against you; we are running it again.")
    }
    return lost.length
  })
}

/** A dead worker needs no waiting for: another takes the submission. What was to be cancelled is, as if it had never run: that it did not end was our fault. */
async function again(tx: Transaction, row: SubmissionRow, stage: Stage, remark: string, afterMs = 0): Promise<void> {
  if (row.cancelRequested && stage === "run") {
    await tx.delete(progress).where(eq(progress.submission, row.id))
    return setCancelled(tx, row.id)
  }
  const faults = row.faults + 1
  if (faults < MOST_FAULTS) return enqueue(tx, row, stage, { faults, remark }, afterMs)
  await tx
    .update(submission)
    .set({
      state: "failed",
      faults,
      remark: `Something broke on our side, ${faults} times. Nothing counts against you. Try again later; nothing of it is lost.`,
      changedAt: sql`now()`,
    })
    .where(eq(submission.id, row.id))
  await tell(tx, "submission", row.id)
  await tell(tx, "queue")
}

async function setCancelled(tx: Transaction, id: string): Promise<void> {
  await tx
    .update(submission)
    .set({ state: "cancelled", remark: null, changedAt: sql`now()` })
    .where(eq(submission.id, id))
  await tell(tx, "submission", id)
  await tell(tx, "queue")
}

/** The submission, locked, of a lease that still holds. Always attempt first and submission second, so that no two wait for each other. */
async function held(tx: Transaction, token: number): Promise<SubmissionRow> {
  const [mine] = await tx
    .select({ submission: attempt.submission })
    .from(attempt)
    .where(and(eq(attempt.token, token), eq(attempt.state, "leased")))
    .for("update")
  if (!mine) throw new LostLease("Somebody else has the submission now.")
  const [row] = await tx
    .select()
    .from(submission)
    .where(and(eq(submission.id, mine.submission), inArray(submission.state, ["running", "grading"])))
    .for("update")
  if (!row) throw new LostLease("The submission is not being worked on any more.")
  return row
}

async function ended(
  tx: Transaction,
  token: number,
  state: "done" | "fault" | "lost" | "released" | "cancelled",
  fault: string | null = null,
): Promise<void> {
  await tx.update(attempt).set({ state, fault, endedAt: sql`now()` }).where(eq(attempt.token, token))
}
