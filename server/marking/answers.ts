/** The set of answers that is to be marked, as a file of lines. */
import { createHash } from "node:crypto"
import { z } from "zod"
import { IdSchema } from "../../graders/agreement/marks.ts"
import { SUBMISSION_LIMITS } from "../../sandboxes/submission.ts"
import { readJsonLines, refuseTwice } from "../json-lines.ts"

const AnswerSchema = z.looseObject({
  id: IdSchema,
  answer: z.string().refine((text) => Buffer.byteLength(text) <= SUBMISSION_LIMITS.answerBytes, {
    error: `is longer than ${SUBMISSION_LIMITS.answerBytes} bytes`,
  }),
  /** What was asked, as the person who answered read it. */
  question: z.string().optional(),
  /** Answers that are known to be good. */
  references: z.array(z.string()).optional(),
})

export interface AnswerToMark {
  id: string
  answer: string
  /** What the judge reads before the answer. */
  brief: string
  /** sha256 over brief and answer: the same id with another text is not the same answer. */
  asked: string
}

const KNOWN = Object.keys(AnswerSchema.shape)

/** `unread`: names of fields that are in the file and mean nothing to us, so that a misspelt one is seen before anything is paid for. */
export async function readAnswers(file: string): Promise<{ answers: AnswerToMark[]; unread: string[] }> {
  const lines = await readJsonLines(
    file,
    AnswerSchema,
    'an answer: {"id": …, "answer": "…"}, with "question": "…" and "references": ["…"] where there are some',
  )
  refuseTwice(
    file,
    lines,
    ({ id }) => id,
    ({ id }) => `the answer "${id}"`,
  )
  const names = new Set(lines.flatMap(({ value }) => Object.keys(value)))
  return {
    answers: lines.map(({ value }) => toMark(value)),
    unread: [...names].filter((name) => !KNOWN.includes(name)).sort(),
  }
}

function toMark({ id, answer, question, references }: z.infer<typeof AnswerSchema>): AnswerToMark {
  const brief = briefOf(question ?? "", references ?? [])
  const asked = createHash("sha256")
    .update(JSON.stringify([brief, answer]))
    .digest("hex")
  return { id, answer, brief, asked }
}

/** Reference answers are part of what the judge is told, not of what it judges. */
function briefOf(question: string, references: string[]): string {
  const parts = references.map((text, index) => {
    const number = references.length > 1 ? ` ${index + 1}` : ""
    return `A reference answer${number}, to compare with; other answers may be as good:\n\n${text}`
  })
  return [question, ...parts].filter((part) => part !== "").join("\n\n")
}
