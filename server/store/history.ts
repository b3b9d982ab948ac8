/** A person's own attempts, summed up per question. */
import { and, eq, gt, isNull, or, sql } from "drizzle-orm"
import type { Band } from "../../graders/report.ts"
import type { Statements } from "../report/for-candidate.ts"
import type { Database } from "./database.ts"
import { GRACE_S } from "./interviews.ts"
import { readQuestionRow } from "./questions.ts"
import { interview, sitting } from "./tables.ts"

export interface Best {
  submission: string
  measured: number | null
  total: number | null
  band: Band | null
  measuredBand: Band | null
  at: string
}

/** Per question with a graded, counted attempt: the best by measured points, and how many there were. */
export async function bestOf(db: Database, person: string): Promise<Map<string, { best: Best; attempts: number }>> {
  const { rows } = await db.execute<
    Best & { question: string; attempts: number; at: Date } & Record<string, unknown>
  >(sql`
    select distinct on (question) question, id as submission, measured, total, band, measured_band as "measuredBand", created_at as at,
      (count(*) over (partition by question))::int as attempts
    from submission
    where person = ${person} and state = 'graded' and not quick
    order by question, measured desc nulls last, created_at desc`)
  return new Map(
    rows.map(({ question, attempts, at, ...best }) => [
      question,
      { attempts, best: { ...best, at: new Date(at).toISOString() } as Best },
    ]),
  )
}

/** Whether this person has an interview on this question before them or under way, as long as something handed in would count. */
export async function openSittingOn(db: Database, person: string, question: string): Promise<boolean> {
  const [row] = await db
    .select({ id: sitting.id })
    .from(sitting)
    .innerJoin(interview, eq(interview.id, sitting.interview))
    .where(
      and(
        eq(sitting.person, person),
        eq(interview.question, question),
        isNull(sitting.finishedAt),
        or(isNull(sitting.deadlineAt), gt(sitting.deadlineAt, sql`now() - ${GRACE_S} * interval '1 second'`)),
      ),
    )
    .limit(1)
  return row !== undefined
}

/** Whether somebody (null: who is not signed in) may read what answers to a question are marked by, where a report of theirs or of everybody's says it. */
export async function statementsFor(db: Database, person: string | null, question: string): Promise<Statements> {
  const row = await readQuestionRow(db, question)
  if (row?.interviewOnly) return "closed"
  return person !== null && (await openSittingOn(db, person, question)) ? "closed" : "open"
}
