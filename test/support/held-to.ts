/** Holds a submission to what an expert says of it: in full to its band, findings and broken invariants, quickly to its answers alone. */
import { expect } from "vitest"
import type { Report } from "../../graders/report.ts"
import type { Expected } from "../../prompts/question.ts"
import type { Submission } from "../../sandboxes/submission.ts"
import { promisesBroken } from "../../server/commands/verify.ts"
import { gradeFull, gradeQuick } from "./grading.ts"

export async function holdInFull(submission: Submission, expected: Expected): Promise<void> {
  expect(promisesBroken(expected, await gradeFull(submission))).toEqual([])
}

/** A quick run gives no points and tries no large sizes: what must break there may not have broken yet. Resolves to its report. */
export async function holdQuickly(submission: Submission, { breaks, mayBreak }: Expected): Promise<Report> {
  const report = await gradeQuick(submission)
  expect(report.rejected).toBeNull()
  const broken = report.evidence?.invariants.filter((one) => one.broken > 0) ?? []
  expect(broken.filter(({ invariant }) => ![...breaks, ...mayBreak].includes(invariant))).toEqual([])
  expect(report.measured.points).toBeNull()
  return report
}
