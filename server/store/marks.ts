/** People's marks on written criteria: appended, and the report made anew from what the old one holds. */
import { eq } from "drizzle-orm"
import type { Mark } from "../../graders/judge/judgement.ts"
import { regrade } from "../regrade.ts"
import { reportJson } from "../report/json.ts"
import { note } from "./audit.ts"
import { packed } from "./blobs.ts"
import type { Database } from "./database.ts"
import { readQuestionRow, readRubric } from "./questions.ts"
import { keepReport, newestReport, readMarks } from "./reports.ts"
import { mark, submission } from "./tables.ts"
import { tell } from "./tell.ts"

/** `mark.by` is a person's id. Throws where there is no report to mark: whoever marks has read one. */
export async function addMark(db: Database, id: string, given: Mark): Promise<void> {
  const kept = await newestReport(db, id)
  if (!kept) throw new Error(`Submission ${id} has no report to mark.`)
  const { report: old } = kept
  const [question, rubric] = await Promise.all([readQuestionRow(db, old.question), readRubric(db, old.rubric.hash)])
  await db.transaction(async (tx) => {
    // Marks of two people at once come one after the other, and the second report has both.
    const [row] = await tx.select({ id: submission.id }).from(submission).where(eq(submission.id, id)).for("update")
    if (!row) throw new Error(`Submission ${id} is gone.`)
    const { criterion, verdict, quote, reason, by } = given
    await tx.insert(mark).values({ submission: id, criterion, verdict, quote, reason, by })
    const marks = await readMarks(tx, id)
    const report = regrade(old, question!.content, rubric.content, { judgement: old.judgement, marks }, rubric.hash)
    await keepReport(tx, row, { report, content: await packed(reportJson(report)), cause: "mark" })
    await note(tx, {
      actor: by,
      action: "submission.mark",
      subject: `submission ${id}`,
      detail: { criterion, verdict },
    })
    await tell(tx, "submission", id)
  })
}
