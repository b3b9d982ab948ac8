import { describe, expect, it } from "vitest"
import type { MarkedAnswer } from "../../../graders/agreement/marks.ts"
import type { ProseJudge } from "../../../graders/judge/ask.ts"
import { readStatements, type Statements } from "../../../prompts/judge/statements.ts"
import type { AnswerToMark } from "../../../server/marking/answers.ts"
import { markAnswers, type Stopped } from "../../../server/marking/mark-answers.ts"
import { type Say, scriptedProseJudge } from "../../support/scripted-prose-judge.ts"

const read = readStatements("- {points: 1, statement: A., id: a}\n- {points: 2, statement: B., id: b}\n")
const statements = (read as { ok: true; value: Statements }).value

const answersTo = (count: number): AnswerToMark[] =>
  Array.from({ length: count }, (_, i) => ({ id: `a${i}`, answer: `Answer ${i}`, brief: "", asked: String(i) }))

async function marked(
  answers: AnswerToMark[],
  judge: Pick<ProseJudge, "judge">,
  { concurrency = 1, signal = new AbortController().signal, onKept = () => {} } = {},
): Promise<{ stopped: Stopped; marks: MarkedAnswer[] }> {
  const marks: MarkedAnswer[] = []
  const stopped = await markAnswers({
    judge,
    answers,
    statements,
    samples: 2,
    concurrency,
    signal,
    async keep(mark) {
      marks.push(mark)
      onKept()
    },
  })
  return { stopped, marks }
}

const says = (rule: (criterion: string, answer: string) => Say) =>
  scriptedProseJudge((criterion, { answer }) => rule(criterion, answer))

describe("marking answers", () => {
  it("adds up the points of what is met", async () => {
    const judge = says((criterion, answer) => (criterion === "b" || answer.endsWith("1") ? "met" : "not met"))
    const { stopped, marks } = await marked(answersTo(2), judge)
    expect(stopped).toBeNull()
    expect(marks.map(({ id, points, outOf }) => [id, points, outOf])).toEqual([
      ["a0", 2, 3],
      ["a1", 3, 3],
    ])
  })

  it("marks each once, however many at a time", async () => {
    const judge = says(() => "met")
    const { marks } = await marked(answersTo(50), judge, { concurrency: 8 })
    expect(new Set(marks.map(({ id }) => id)).size).toBe(50)
    expect(judge.asked).toHaveLength(50)
  })

  it("gives no total, and the reason, where a statement could not be judged", async () => {
    const { marks } = await marked(
      answersTo(1),
      says((criterion) => (criterion === "a" ? "met" : "refused")),
    )
    expect(marks[0]).toMatchObject({ points: null, because: "b: refused" })
    expect(marks[0]!.criteria.map(({ verdict }) => verdict)).toEqual(["met", null])
  })

  it("stops at the spend limit without writing down what was half judged", async () => {
    const judge = says((criterion, answer) => (answer === "Answer 2" && criterion === "b" ? "spend limit" : "met"))
    const { stopped, marks } = await marked(answersTo(9), judge)
    expect(stopped).toBe("spend limit")
    expect(marks.map(({ id }) => id)).toEqual(["a0", "a1"])
    expect(judge.asked).toHaveLength(3)
  })

  it("goes on with fewer at a time where the limit leaves room for no more", async () => {
    const plain = says(() => "met")
    const poor = says(() => "spend limit")
    let atOnce = 0
    const judge: Pick<ProseJudge, "judge"> = {
      async judge(what) {
        atOnce++
        const judgement = await (atOnce > 2 ? poor : plain).judge(what)
        atOnce--
        return judgement
      },
    }
    const { stopped, marks } = await marked(answersTo(20), judge, { concurrency: 8 })
    expect(stopped).toBeNull()
    expect(new Set(marks.map(({ id }) => id)).size).toBe(20)
    expect(marks).toHaveLength(20)
    const nothingLeft = await marked(answersTo(20), poor, { concurrency: 8 })
    expect(nothingLeft).toEqual({ stopped: "spend limit", marks: [] })
  })

  it("stops when nobody replies any more, and not for one silence among replies", async () => {
    const down = says(() => "no reply")
    expect((await marked(answersTo(40), down)).stopped).toBe("no reply")
    expect(down.asked).toHaveLength(5)
    const sometimes = says((_, answer) => (answer.endsWith("3") ? "no reply" : "met"))
    const { stopped, marks } = await marked(answersTo(100), sometimes)
    expect(stopped).toBeNull()
    expect(marks.filter(({ points }) => points === null)).toHaveLength(10)
  })

  it("finishes what it has begun when it is interrupted, and begins nothing more", async () => {
    const stopping = new AbortController()
    const judge = says(() => "met")
    const { stopped, marks } = await marked(answersTo(40), judge, {
      concurrency: 4,
      signal: stopping.signal,
      onKept: () => stopping.abort(),
    })
    expect(stopped).toBe("interrupted")
    expect(marks.length).toBe(judge.asked.length)
    expect(marks.length).toBeLessThanOrEqual(4)
  })

  it("passes on our own fault after the others have finished", async () => {
    const kept: string[] = []
    const judge = says(() => "met")
    const working = markAnswers({
      judge,
      answers: answersTo(20),
      statements,
      samples: 2,
      concurrency: 4,
      signal: new AbortController().signal,
      async keep({ id }) {
        if (id === "a1") throw new Error("the disk is full")
        kept.push(id)
      },
    })
    await expect(working).rejects.toThrow("the disk is full")
    expect(kept.length).toBe(judge.asked.length - 1)
    expect(judge.asked.length).toBeLessThan(20)
  })
})
