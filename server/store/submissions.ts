/** Submissions as people hand them in and see them: made once per idempotency key, listed, cancelled, tried again. */
import { createHash } from "node:crypto"
import { and, count, desc, eq, inArray, lt, sql } from "drizzle-orm"
import type { Submission } from "../../sandboxes/submission.ts"
import { note } from "./audit.ts"
import type { Database, Transaction } from "./database.ts"
import { type MayNotSubmit, mayNotSubmit } from "./interviews.ts"
import { evidence, outbox, PRIORITY, progress, type Stage, type SubmissionState, submission } from "./tables.ts"
import { tell } from "./tell.ts"

export type SubmissionRow = typeof submission.$inferSelect

export const ACTIVE = ["queued", "running", "measured", "grading"] as const satisfies SubmissionState[]
/** So many may wait at a time for one person; more is a script gone wrong. */
export const MOST_ACTIVE = 20

export interface HandedIn {
  person: string
  content: Submission
  quick: boolean
  /** null: practice. */
  sitting: string | null
  idempotencyKey: string
  /** Hash of the rubric it is to be graded by. */
  rubric: string
  workloadHash: string
  /** After everybody else's. */
  last?: boolean
}

export type Created =
  | { ok: true; submission: SubmissionRow; again: boolean }
  /** The key was used for something else; too many of this person's wait already; or the sitting takes it no more, or not yet. */
  | { ok: false; because: "another under this key" | "too many wait" | MayNotSubmit }

/** Submission and outbox row in one transaction: what is acknowledged is not lost. The same key again gives what it gave before. */
export async function createSubmission(db: Database, given: HandedIn): Promise<Created> {
  const { person, content, quick, sitting, idempotencyKey, rubric, workloadHash, last = false } = given
  const contentHash = hashOf([content, quick, sitting])
  return db.transaction(async (tx): Promise<Created> => {
    const before = async () => {
      const found = await byKey(tx, person, idempotencyKey)
      return found && sameAs(found, contentHash)
    }
    // One at a time for each person, or neither bound would be one.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${person}, 0))`)
    if (sitting !== null) {
      const because = await mayNotSubmit(tx, sitting, quick)
      // What was handed in in time, and whose answer was lost, is asked for again when the sitting takes nothing more.
      if (because) return (await before()) ?? { ok: false, because }
    }
    const [waiting] = await tx
      .select({ n: count() })
      .from(submission)
      .where(and(eq(submission.person, person), inArray(submission.state, [...ACTIVE])))
    if ((waiting?.n ?? 0) >= MOST_ACTIVE) return (await before()) ?? { ok: false, because: "too many wait" }
    const [made] = await tx
      .insert(submission)
      .values({
        person,
        question: content.question,
        engine: content.engine,
        sitting,
        quick,
        content,
        contentHash,
        designHash: hashOf([workloadHash, content.engine, content.schema ?? null, content.files, quick]),
        rubric,
        priority: last ? PRIORITY.sample : sitting === null ? PRIORITY.practice : PRIORITY.interview,
        idempotencyKey,
      })
      .onConflictDoNothing()
      .returning()
    if (!made) return (await before())!
    await tx.insert(outbox).values({ submission: made.id, stage: "run", n: made.tries })
    await tell(tx, "queue")
    return { ok: true, submission: made, again: false }
  })
}

async function byKey(tx: Transaction, person: string, key: string): Promise<SubmissionRow | undefined> {
  const [row] = await tx
    .select()
    .from(submission)
    .where(and(eq(submission.person, person), eq(submission.idempotencyKey, key)))
  return row
}

function sameAs(before: SubmissionRow, contentHash: string): Created {
  if (before.contentHash !== contentHash) return { ok: false, because: "another under this key" }
  return { ok: true, submission: before, again: true }
}

/** Keys of objects in order, so that the same content has the same hash however it was written. */
export function hashOf(what: unknown): string {
  const ordered = JSON.stringify(what, (_key, value: unknown) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash("sha256").update(ordered).digest("hex")
}

export async function readSubmissionRow(db: Database | Transaction, id: string): Promise<SubmissionRow | null> {
  const [row] = await db.select().from(submission).where(eq(submission.id, id))
  return row ?? null
}

/** A list needs no content: of a hundred submissions it would be megabytes. */
const { content: _content, ...inLists } = Object.fromEntries(
  Object.keys(submission).map((name) => [name, true]),
) as Record<string, true>

export type ListedSubmission = Omit<SubmissionRow, "content">

/** A person's own, newest first. `before`: older than this moment. */
export async function listSubmissions(
  db: Database,
  {
    person,
    question,
    before,
    limit,
  }: { person: string; question?: string | undefined; before?: Date | undefined; limit: number },
): Promise<ListedSubmission[]> {
  const rows = await db.query.submission.findMany({
    columns: inLists,
    where: and(
      eq(submission.person, person),
      question === undefined ? undefined : eq(submission.question, question),
      before === undefined ? undefined : lt(submission.createdAt, before),
    ),
    orderBy: desc(submission.createdAt),
    limit,
  })
  return rows as ListedSubmission[]
}

/** Written criteria of these wait for a person, longest first. */
export async function listWaiting(db: Database, limit: number): Promise<ListedSubmission[]> {
  const rows = await db.query.submission.findMany({
    columns: inLists,
    where: eq(submission.waits, true),
    orderBy: submission.changedAt,
    limit,
  })
  return rows as ListedSubmission[]
}

/**
 * Taken out of the queue at once where it waits; where it runs its worker is told and ends it. What is measured already is graded all the same,
 * and what is over stays as it is.
 */
export async function cancelSubmission(db: Database, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx
      .select({ state: submission.state })
      .from(submission)
      .where(eq(submission.id, id))
      .for("update")
    if (!row) return
    if (row.state === "queued") {
      await tx.delete(outbox).where(eq(outbox.submission, id))
      // Of an earlier try, which failed on our side.
      await tx.delete(progress).where(eq(progress.submission, id))
      await tx.update(submission).set({ state: "cancelled", changedAt: sql`now()` }).where(eq(submission.id, id))
    } else if (row.state === "running")
      await tx.update(submission).set({ cancelRequested: true, changedAt: sql`now()` }).where(eq(submission.id, id))
    await tell(tx, "submission", id)
    await tell(tx, "queue")
  })
}

/** Once more where our side failed for good; true where it was. */
export async function retrySubmission(db: Database, id: string, actor: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(submission).where(eq(submission.id, id)).for("update")
    if (row?.state !== "failed") return false
    const [ran] = await tx.select({ kind: evidence.kind }).from(evidence).where(eq(evidence.submission, id))
    await enqueue(tx, row, ran ? "grade" : "run", { faults: 0, remark: null, cancelRequested: false })
    await note(tx, { actor, action: "submission.retry", subject: `submission ${id}` })
    return true
  })
}

/** Makes the submission due at a stage, as its next try; to be called with its row locked. */
export async function enqueue(
  tx: Transaction,
  row: Pick<SubmissionRow, "id" | "tries">,
  stage: Stage,
  change: Partial<Pick<SubmissionRow, "faults" | "remark" | "cancelRequested">>,
  afterMs = 0,
): Promise<void> {
  const n = row.tries + 1
  const dueAt = sql`now() + ${afterMs} * interval '1 ms'`
  await tx
    .update(submission)
    .set({ ...change, state: stage === "run" ? "queued" : "measured", tries: n, changedAt: sql`now()` })
    .where(eq(submission.id, row.id))
  await tx
    .insert(outbox)
    .values({ submission: row.id, stage, n, dueAt })
    .onConflictDoUpdate({ target: outbox.submission, set: { stage, n, sentAt: null, dueAt } })
  await tell(tx, "submission", row.id)
  await tell(tx, "queue")
}

/** The newest whole picture of what it is doing. */
export async function readProgress(db: Database, id: string) {
  const [row] = await db.select().from(progress).where(eq(progress.submission, id))
  return row ?? null
}
