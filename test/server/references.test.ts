import { describe, it } from "vitest"
import { listQuestions, readExpected, readQuestion } from "../../prompts/load-question.ts"
import { readReferenceSubmission } from "../../server/commands/verify.ts"
import { settings } from "../../server/settings.ts"
import { holdInFull, holdQuickly } from "../support/held-to.ts"

/** Graded in full in every run of the suite. With --full all are; without it, the right designs beside the references are left out. */
const ALWAYS_IN_FULL = new Set(["strong", "wrong-ties"])

for (const name of await listQuestions()) {
  const question = await readQuestion(name)
  for (const engine of question.question.engines)
    describe(`references of ${name} on ${engine}`, () => {
      const read = async (reference: string) =>
        [
          await readReferenceSubmission(question, engine, reference),
          await readExpected(question, engine, reference),
        ] as const
      for (const reference of question.references[engine])
        if (settings().full || ALWAYS_IN_FULL.has(reference))
          it(`${reference} gets the band and the findings that it promises`, async () =>
            holdInFull(...(await read(reference))))
        else if (!reference.startsWith("right-"))
          it(`${reference} runs, and breaks nothing but what it says, at the two smallest sizes`, async () =>
            holdQuickly(...(await read(reference))))
    })
}
