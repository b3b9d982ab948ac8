/** Agreement on the made-up set, with a judge that is right about the truth except where it is told to err. */
import { type Agreement, agreementOf } from "../../../graders/agreement/agreement.ts"
import { markedAnswer } from "../../../graders/agreement/marked-answer.ts"
import { HumanMarkSchema, type MarkedAnswer } from "../../../graders/agreement/marks.ts"
import { readStatements } from "../../../prompts/judge/statements.ts"
import { type MadeSet, madeSet } from "../../support/marked-set.ts"
import { judgementOf, type Say } from "../../support/scripted-prose-judge.ts"

/** `err` may say something else than the truth. */
export function marksOf(
  { rubric, answers, truth }: MadeSet,
  err: (id: string, criterion: string) => Say | null = () => null,
): MarkedAnswer[] {
  const read = readStatements(rubric)
  if (!read.ok) throw new Error(read.problem.message)
  const { criteria, hash } = read.value
  return answers.map(({ id, answer }) => {
    const say = (criterion: string): Say => err(id, criterion) ?? (truth.get(id)!.has(criterion) ? "met" : "not met")
    const what = { question: null, statement: "", rubric: { version: 1, criteria }, answer, earlier: null }
    const judgement = judgementOf(what, say)
    return markedAnswer({ id, answer, asked: "", criteria, rubricHash: hash, samples: 2, judgement })
  })
}

export function madeUpAgreement(err?: (id: string, criterion: string) => Say | null): Agreement {
  const set = madeSet()
  return agreementOf(
    marksOf(set, err),
    set.human.map((mark) => HumanMarkSchema.parse(mark)),
  )
}
