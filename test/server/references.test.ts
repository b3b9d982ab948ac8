import { describe, expect, it } from "vitest"
import { listQuestions, readExpected, readQuestion } from "../../prompts/load-question.ts"
import { promisesBroken, readReferenceSubmission } from "../../server/commands/verify.ts"
import { settings } from "../../server/settings.ts"
import { gradeFull, gradeQuick } from "../support/grading.ts"

/** Graded in full in every run of the suite. With --full all are; without it, the right designs beside the references are left out. */
const ALWAYS_IN_FULL = new Set(["strong", "wrong-ties"])

for (const name of await listQuestions()) {
  const question = await readQuestion(name)
  for (const engine of question.question.engines)
    describe(`references of ${name} on ${engine}`, () => {
      for (const reference of question.references[engine])
        if (settings().full || ALWAYS_IN_FULL.has(reference))
          it(`${reference} gets the band and the findings that it promises`, async () => {
            const report = await gradeFull(await readReferenceSubmission(question, engine, reference))
            expect(await promisesBroken(question, engine, reference, report)).toEqual([])
          })
        else if (!reference.startsWith("right-"))
          it(`${reference} runs, and breaks nothing but what it says, at the two smallest sizes`, async () => {
            const report = await gradeQuick(await readReferenceSubmission(question, engine, reference))
            const { breaks, mayBreak } = await readExpected(question, engine, reference)
            expect(report.rejected).toBeNull()
            const broken = report.evidence?.invariants.filter((one) => one.broken > 0) ?? []
            expect(broken.filter(({ invariant }) => ![...breaks, ...mayBreak].includes(invariant))).toEqual([])
            expect(report.measured.points).toBeNull()
          })
    })
}
