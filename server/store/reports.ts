/** Reports and what they were made from. */
import { and, desc, eq, sql } from "drizzle-orm"
import { lacksClaims } from "../../graders/kinds/claim.ts"
import type { Report } from "../../graders/report.ts"
import { ReportSchema } from "../../graders/report.ts"
import { type Outcome, OutcomeSchema } from "../../sandboxes/evidence.ts"
import { keepBlob, type Packed, readBlob } from "./blobs.ts"
import type { Database, Transaction } from "./database.ts"
import type { SubmissionRow } from "./submissions.ts"
import { evidence, mark, type REPORT_CAUSES, report, score, submission } from "./tables.ts"

export type ReportCause = (typeof REPORT_CAUSES)[number]

/** Adds a report with its scores, and puts what lists show of it beside the submission. A second grading of the same submission is refused by the table. */
export async function keepReport(
  tx: Transaction,
  row: Pick<SubmissionRow, "id">,
  { report: made, content, cause }: { report: Report; content: Packed; cause: ReportCause },
): Promise<void> {
  await keepBlob(tx, content)
  const [kept] = await tx
    .insert(report)
    .values({
      submission: row.id,
      rubric: made.rubric.hash,
      cause,
      content: content.hash,
      // Not when the transaction began: of two marks at once the one that came to the lock later has made the newer report.
      createdAt: sql`clock_timestamp()`,
    })
    .returning({ id: report.id })
  await tx.insert(score).values(
    made.scores.map(({ criterion, kind, points, outOf, reason }) => ({
      report: kept!.id,
      criterion,
      kind,
      points,
      outOf,
      // Postgres keeps no NUL, wherever one may have come from.
      reason: reason.replaceAll("\0", ""),
    })),
  )
  await tx
    .update(submission)
    .set({
      rejected: made.rejected !== null,
      total: made.total,
      measured: made.measured.points,
      band: made.band,
      measuredBand: made.measuredBand,
      waits: waitsForPerson(made),
    })
    .where(eq(submission.id, row.id))
}

/** A verdict that the judge could not give, or gave on a quote that seems to speak to it, and that no person has given yet. */
export function waitsForPerson({ judgement, marks, scores }: Pick<Report, "judgement" | "marks" | "scores">): boolean {
  const marked = new Set(marks.map(({ criterion }) => criterion))
  const written = (judgement?.written ?? []).some(({ criterion, review }) => review !== null && !marked.has(criterion))
  // What an answer asserts is listed in one go for all its claims.
  const unlisted = judgement?.claimsReview != null
  const claims = scores.some(
    (one) =>
      one.kind === "claim" && one.points === null && !marked.has(one.criterion) && (unlisted || lacksClaims(one)),
  )
  return written || claims
}

export interface KeptReport {
  id: string
  cause: ReportCause
  createdAt: Date
  report: Report
}

/** The newest; null: none yet. */
export async function newestReport(db: Database, submissionId: string): Promise<KeptReport | null> {
  const [row] = await db
    .select()
    .from(report)
    .where(eq(report.submission, submissionId))
    .orderBy(desc(report.createdAt))
    .limit(1)
  if (!row) return null
  const { id, cause, createdAt, content } = row
  return { id, cause, createdAt, report: ReportSchema.parse(JSON.parse(await readBlob(db, content))) }
}

/** The same, as it was written: for whoever only passes it on. */
export async function newestReportText(db: Database, submissionId: string): Promise<string | null> {
  const [row] = await db
    .select({ content: report.content })
    .from(report)
    .where(eq(report.submission, submissionId))
    .orderBy(desc(report.createdAt))
    .limit(1)
  return row ? readBlob(db, row.content) : null
}

export interface KeptOutcome {
  outcome: Outcome
  kind: Outcome["kind"]
  hash: string
}

export async function readOutcome(db: Database, submissionId: string): Promise<KeptOutcome | null> {
  const [row] = await db.select().from(evidence).where(eq(evidence.submission, submissionId))
  if (!row) return null
  return {
    kind: row.kind,
    hash: row.outcome,
    outcome: OutcomeSchema.parse(JSON.parse(await readBlob(db, row.outcome))),
  }
}

/**
 * Evidence of the same design by the same person, measured by the same images: measuring it again would tell nothing new. Only of what was
 * measured: a rejection costs little, and may have been by chance.
 */
export async function findEvidence(
  db: Database,
  { person, designHash, images, except }: { person: string; designHash: string; images: string; except: string },
): Promise<{ submission: string; outcome: Outcome } | null> {
  const [row] = await db
    .select({ submission: evidence.submission, hash: evidence.outcome })
    .from(evidence)
    .innerJoin(submission, eq(submission.id, evidence.submission))
    .where(
      and(
        eq(submission.person, person),
        eq(submission.designHash, designHash),
        eq(evidence.images, images),
        eq(evidence.kind, "measured"),
        sql`${evidence.submission} <> ${except}`,
      ),
    )
    .orderBy(evidence.createdAt)
    .limit(1)
  if (!row) return null
  return { submission: row.submission, outcome: OutcomeSchema.parse(JSON.parse(await readBlob(db, row.hash))) }
}

/** People's verdicts, oldest first, in the report's form. `by` is a person's id: reports may be handed on. */
export async function readMarks(db: Database | Transaction, submissionId: string): Promise<Report["marks"]> {
  const rows = await db.select().from(mark).where(eq(mark.submission, submissionId)).orderBy(mark.id)
  return rows.map(({ criterion, verdict, quote, reason, by, at }) => ({
    criterion,
    verdict,
    quote,
    reason,
    by: by ?? "somebody whose account was deleted",
    at: at.toISOString(),
  }))
}
