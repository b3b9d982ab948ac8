/** Marks a set of answers, several at a time, and writes each down as soon as it is marked. Knows no terminal and no file format. */
import { markedAnswer } from "../../graders/agreement/marked-answer.ts"
import type { MarkedAnswer } from "../../graders/agreement/marks.ts"
import type { ProseJudge } from "../../graders/judge/ask.ts"
import type { Judgement } from "../../graders/judge/judgement.ts"
import type { Statements } from "../../prompts/judge/statements.ts"
import type { AnswerToMark } from "./answers.ts"

export interface Marking {
  judge: Pick<ProseJudge, "judge">
  answers: readonly AnswerToMark[]
  statements: Statements
  samples: number
  concurrency: number
  /** Aborted: no further answer is begun; those that are being judged are paid for, and are written down. */
  signal: AbortSignal
  /** Resolves when the mark is written. */
  keep(mark: MarkedAnswer, judgement: Judgement): Promise<void>
}

/** Why it ended before the last answer; null: it did not. */
export type Stopped = "interrupted" | "spend limit" | "no reply" | null

/** So many answers one after the other without any reply: the endpoint is down, and asking on would only fill the file with nulls. */
const MOST_WITHOUT_REPLY = 5

export async function markAnswers(marking: Marking): Promise<Stopped> {
  const { answers, concurrency, signal } = marking
  const rubric = { criteria: [...marking.statements.criteria] }
  const waiting = [...answers]
  let working = Math.min(concurrency, answers.length)
  let stopped: Stopped = null
  let withoutReply = 0
  let failed = false
  const markOne = async (what: AnswerToMark): Promise<"marked" | "no money"> => {
    const { id, answer, brief, asked } = what
    const { samples, statements } = marking
    const judgement = await marking.judge.judge({
      question: null,
      statement: brief || null,
      rubric,
      answer,
      earlier: null,
      samples,
    })
    // Half judged for want of money: what was asked is stored, and whoever takes the answer up goes on from there.
    if (judgement.written.some(({ review }) => review?.because === "spend limit")) {
      waiting.unshift(what)
      return "no money"
    }
    const silent = judgement.written.every(({ review }) => review?.because === "no reply")
    withoutReply = silent ? withoutReply + 1 : 0
    if (withoutReply >= MOST_WITHOUT_REPLY) stopped ??= "no reply"
    await marking.keep(
      markedAnswer({
        id,
        answer,
        asked,
        criteria: statements.criteria,
        rubricHash: statements.hash,
        samples,
        judgement,
      }),
      judgement,
    )
    return "marked"
  }
  const worker = async () => {
    while (waiting.length > 0 && !stopped && !failed) {
      if (signal.aborted) {
        stopped = "interrupted"
        break
      }
      const alone = working === 1
      if ((await markOne(waiting.shift()!)) === "marked") continue
      // For calls on their way more is set aside than they will cost: where there is no room for several at a time, there may be for one.
      if (alone) stopped ??= "spend limit"
      else if (working > 1) break
    }
    working--
  }
  const workers = Array.from({ length: working }, () =>
    worker().catch((error) => {
      // Our own fault. The others finish what they have begun, so that nothing that is paid for is lost.
      failed = true
      throw error
    }),
  )
  const ended = await Promise.allSettled(workers)
  const fault = ended.find((one) => one.status === "rejected")
  if (fault) throw fault.reason
  return stopped
}
