/** Interviews of an organisation, and the sittings of those who were invited, each with a clock of its own. */
import { and, count, desc, eq, inArray, isNull, ne, or, sql } from "drizzle-orm"
import { note } from "./audit.ts"
import type { Database, Transaction } from "./database.ts"
import { attempt, interview, PREPARING, person, progress, sitting, submission } from "./tables.ts"

export type InterviewRow = typeof interview.$inferSelect
export type SittingRow = typeof sitting.$inferSelect

export async function createInterview(
  db: Database,
  given: Pick<InterviewRow, "organisation" | "title" | "question" | "engines" | "minutes" | "attempts" | "anonymised">,
  by: string,
): Promise<InterviewRow> {
  return db.transaction(async (tx) => {
    const [made] = await tx
      .insert(interview)
      .values({ ...given, createdBy: by })
      .returning()
    await note(tx, { actor: by, action: "interview.create", subject: `interview ${made!.id}` })
    return made!
  })
}

export async function readInterview(db: Database, id: string): Promise<InterviewRow | null> {
  const [row] = await db.select().from(interview).where(eq(interview.id, id))
  return row ?? null
}

export async function listInterviews(db: Database, organisation: string): Promise<InterviewRow[]> {
  return db.select().from(interview).where(eq(interview.organisation, organisation)).orderBy(desc(interview.createdAt))
}

/** Nobody can begin any more; who has begun may finish. */
export async function closeInterview(db: Database, id: string, by: string): Promise<void> {
  await db.transaction(async (tx) => {
    const closed = await tx
      .update(interview)
      .set({ closedAt: sql`now()` })
      .where(and(eq(interview.id, id), isNull(interview.closedAt)))
      .returning()
    if (closed.length > 0) await note(tx, { actor: by, action: "interview.close", subject: `interview ${id}` })
  })
}

/** From now on readers see who the candidates are. */
export async function revealInterview(db: Database, id: string, by: string): Promise<void> {
  await db.transaction(async (tx) => {
    const revealed = await tx
      .update(interview)
      .set({ revealedAt: sql`now()` })
      .where(and(eq(interview.id, id), isNull(interview.revealedAt)))
      .returning()
    if (revealed.length > 0) await note(tx, { actor: by, action: "interview.reveal", subject: `interview ${id}` })
  })
}

export async function readSitting(
  db: Database,
  id: string,
): Promise<{ sitting: SittingRow; interview: InterviewRow } | null> {
  const [row] = await db
    .select({ sitting, interview })
    .from(sitting)
    .innerJoin(interview, eq(interview.id, sitting.interview))
    .where(eq(sitting.id, id))
  return row ?? null
}

export async function sittingsOfPerson(db: Database, personId: string) {
  return db
    .select({ sitting, interview })
    .from(sitting)
    .innerJoin(interview, eq(interview.id, sitting.interview))
    .where(eq(sitting.person, personId))
    .orderBy(desc(sitting.createdAt))
}

export async function sittingsOfInterview(db: Database, interviewId: string) {
  return (
    db
      .select({ sitting, name: person.name, email: person.email })
      .from(sitting)
      .leftJoin(person, eq(person.id, sitting.person))
      .where(eq(sitting.interview, interviewId))
      // Not as they came.
      .orderBy(sitting.id)
  )
}

/** Starts the clock, once. False: it runs already, or the interview is closed. */
export async function startSitting(db: Database, id: string): Promise<boolean> {
  const started = await db
    .update(sitting)
    .set({ startedAt: sql`now()`, deadlineAt: sql`now() + ${interview.minutes} * interval '1 minute'` })
    .from(interview)
    .where(
      and(
        eq(sitting.id, id),
        isNull(sitting.startedAt),
        eq(interview.id, sitting.interview),
        isNull(interview.closedAt),
      ),
    )
    .returning({ id: sitting.id })
  return started.length > 0
}

export async function finishSitting(db: Database, id: string): Promise<void> {
  await db
    .update(sitting)
    .set({ finishedAt: sql`now()` })
    .where(and(eq(sitting.id, id), isNull(sitting.finishedAt)))
}

/** A little more than the clock shows: what was sent in time may arrive late. */
export const GRACE_S = 15

export type MayNotSubmit = "not started" | "over" | "no attempts left"

/**
 * Why something handed in now would not count in this sitting; null: it would. Free looks need only its clock. To be called where nobody else can
 * hand in for the same person meanwhile; the sitting cannot be finished before the transaction ends.
 */
export async function mayNotSubmit(tx: Transaction, id: string, quick: boolean): Promise<MayNotSubmit | null> {
  const [one] = await tx
    .select({
      begun: sql<boolean>`${sitting.startedAt} is not null`,
      over: sql<boolean>`${sitting.finishedAt} is not null or now() > ${sitting.deadlineAt} + ${GRACE_S} * interval '1 second'`,
      attempts: interview.attempts,
    })
    .from(sitting)
    .innerJoin(interview, eq(interview.id, sitting.interview))
    .where(eq(sitting.id, id))
    .for("share", { of: sitting })
  if (!one?.begun) return "not started"
  if (one.over) return "over"
  if (quick) return null
  const [made] = await tx
    .select({ n: count() })
    .from(submission)
    .where(and(eq(submission.sitting, id), eq(submission.quick, false), or(ne(submission.state, "cancelled"), hasRun)))
  return (made?.n ?? 0) < one.attempts ? null : "no attempts left"
}

const preparing = sql.join(
  PREPARING.map((phase) => sql`${phase}`),
  sql`, `,
)
/** It was cancelled while it ran. What it showed until then was seen: a cancelled run is not one attempt more. */
const hasRun = sql`(exists (select 1 from ${attempt} where ${attempt.submission} = ${submission.id} and ${attempt.state} = 'cancelled')
  and exists (select 1 from ${progress}, jsonb_array_elements(${progress.phases}) one
    where ${progress.submission} = ${submission.id} and one->>'phase' not in (${preparing})))`

/** Counted submissions of sittings, oldest first. */
export async function submissionsOfSittings(db: Database, sittings: string[]) {
  if (sittings.length === 0) return []
  const { id, sitting: of, state, total, measured, band, measuredBand, rejected, createdAt, waits } = submission
  return db
    .select({ id, sitting: of, state, total, measured, band, measuredBand, rejected, createdAt, waits })
    .from(submission)
    .where(and(inArray(submission.sitting, sittings), eq(submission.quick, false)))
    .orderBy(submission.createdAt)
}
