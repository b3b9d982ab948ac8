/** The second stage: a report from the evidence, the rubric that the submission was handed in under, and what the judge says of its prose. */

import type { Report } from "../../graders/report.ts"
import type { LoadedQuestion } from "../../prompts/load-question.ts"
import { gradeOutcome, type Judging } from "../grade-submission.ts"
import { reportJson } from "../report/json.ts"
import { finishGrade, type Lease } from "../store/attempts.ts"
import { packed } from "../store/blobs.ts"
import type { Database } from "../store/database.ts"
import { readRubric } from "../store/questions.ts"
import { readMarks, readOutcome } from "../store/reports.ts"
import { whenBack } from "./when-back.ts"

export async function gradeStage({
  db,
  question,
  judging,
  lease: { token, submission },
  signal,
}: {
  db: Database
  question: LoadedQuestion
  /** undefined: nobody judges prose here. */
  judging: Judging | undefined
  lease: Lease
  signal: AbortSignal
}): Promise<Report> {
  const kept = await whenBack(signal, () => readOutcome(db, submission.id))
  if (!kept) throw new Error(`Submission ${submission.id} is to be graded and has no evidence.`)
  const rubric = await readRubric(db, submission.rubric)
  const asked = { ...question, rubric: rubric.content, rubricHash: rubric.hash }
  // A free look is not to be paid for, nor a way to polish prose until the judge is content.
  // Where our own store fails meanwhile it is thrown, and tried again: a report without a verdict is final here, and would be held against the candidate.
  const judgement =
    submission.quick || !judging
      ? null
      : await judging.judge.judge({
          ...{ question: asked.question, statement: asked.statement, rubric: asked.rubric },
          ...{ answer: submission.content.answer, earlier: null },
        })
  signal.throwIfAborted()
  const marks = await readMarks(db, submission.id)
  const report = await gradeOutcome(asked, submission.content, kept.outcome, {
    quick: submission.quick,
    judgement,
    marks,
  })
  const content = await packed(reportJson(report))
  await whenBack(signal, () => finishGrade(db, { token, report, content }))
  return report
}
