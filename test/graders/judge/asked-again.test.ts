/** What is asked again of an answer that was judged before: what failed on the way, and nothing that was said. */
import { expect, it } from "vitest"
import { openJudge } from "../../../graders/judge/open-judge.ts"
import { memoryCallStore } from "../../support/memory-call-store.ts"
import { reply } from "../../support/scripted-judge/asked.ts"
import { ANSWER, QUOTE } from "../../support/scripted-judge/faults.ts"
import { startScriptedJudge } from "../../support/scripted-judge/server.ts"
import { rubricOf, WHERE_THINGS_LIE, WHY_SO } from "./made-up-rubric.ts"

const judgeBy = (baseUrl: string) =>
  openJudge(
    { apiKey: "none", baseUrl, model: "scripted", timeoutMs: 60_000, dailyLimitUsd: 5 },
    memoryCallStore(),
    Buffer.from("a secret of the tests"),
  )
const WHAT = { question: null, statement: null, rubric: rubricOf(WHERE_THINGS_LIE), answer: ANSWER }

it("a sample that failed and left the others without a majority is asked again, the others are not", async () => {
  const verdicts = ["met", "not met", "met"]
  await using server = await startScriptedJudge({
    say: (asked) =>
      reply(asked, () => ({ reason: "So it seems.", quote: QUOTE, verdict: verdicts.shift() ?? "not asked for" })),
    fault: (call) =>
      call === 1 ? { name: "400", status: { code: 400, body: {} }, always: "no reply", once: "no reply" } : null,
  })
  const judge = judgeBy(server.baseUrl)
  const first = await judge.judge({ ...WHAT, earlier: null })
  expect(first.written[0]).toMatchObject({ verdict: null, review: { because: "split verdicts" } })
  const before = server.served.length
  const second = await judge.judge({ ...WHAT, earlier: first })
  expect(server.served.length - before).toBe(1)
  expect(second.written[0]).toMatchObject({ verdict: "met", agreement: 1, review: null })
})

it("verdicts that are split by what was said stay so until a person decides", async () => {
  const verdicts = ["met", "not met", "cannot tell"]
  await using server = await startScriptedJudge({
    say: (asked) =>
      reply(asked, () => ({ reason: "So it seems.", quote: QUOTE, verdict: verdicts.shift() ?? "not asked for" })),
  })
  const judge = judgeBy(server.baseUrl)
  const first = await judge.judge({ ...WHAT, earlier: null })
  const before = server.served.length
  const second = await judge.judge({ ...WHAT, earlier: first })
  expect(server.served.length).toBe(before)
  expect(second.written).toEqual(first.written)
})

it("a verdict whose quote is lost is not turned round by the question for the quote: a person looks", async () => {
  await using server = await startScriptedJudge({
    say: (asked) =>
      reply(asked, () =>
        asked.again
          ? { reason: "On second thought.", quote: "", verdict: "not met" }
          : { reason: "So it seems.", quote: "words that are nowhere in the answer", verdict: "met" },
      ),
  })
  const { written } = await judgeBy(server.baseUrl).judge({ ...WHAT, earlier: null })
  expect(written[0]).toMatchObject({ verdict: null, review: { because: "quote not found" } })
})

it("a server that is away leaves assertions and what they were asked with, and the next time they are asked for anew", async () => {
  await using server = await startScriptedJudge({
    say: (asked) => reply(asked, () => ({ reason: "So it seems.", quote: QUOTE, verdict: "met" }), []),
  })
  const by = (model: string, baseUrl = server.baseUrl) =>
    openJudge(
      { apiKey: "none", baseUrl, model, timeoutMs: 60_000, dailyLimitUsd: 5 },
      memoryCallStore(),
      Buffer.from("a secret of the tests"),
    )
  const what = { ...WHAT, question: { operations: [{ name: "read" }] } }
  const first = await by("scripted").judge({ ...what, earlier: null })
  const away = await by("another", "http://127.0.0.1:9/v1").judge({ ...what, earlier: first })
  expect(away).toMatchObject({ model: "scripted", assertions: [], endpoint: null, claimsReview: null })
  const third = await by("another").judge({ ...what, earlier: away })
  expect(third.calls.filter(({ purpose }) => purpose === "claims").map(({ model }) => model)).toEqual(["another"])
})

it("a statement that was asked in the same words under another name is not asked again, nor is another's verdict taken for it", async () => {
  await using server = await startScriptedJudge({
    say: (asked) =>
      reply(asked, (statement) => ({
        ...{ reason: statement, quote: QUOTE },
        verdict: statement === WHY_SO.statement ? "not met" : "met",
      })),
  })
  const judge = judgeBy(server.baseUrl)
  const first = await judge.judge({ ...WHAT, rubric: rubricOf(WHERE_THINGS_LIE, WHY_SO), earlier: null })
  const before = server.served.length
  // The first statement is gone, and the second has its name.
  const rubric = rubricOf({ ...WHY_SO, id: WHERE_THINGS_LIE.id })
  const second = await judge.judge({ ...WHAT, rubric, earlier: first })
  expect(second.written).toEqual([{ ...first.written[1], criterion: WHERE_THINGS_LIE.id }])
  expect(second.written[0]).toMatchObject({ verdict: "not met", reason: WHY_SO.statement })
  const third = await judge.judge({ ...WHAT, rubric, earlier: second })
  expect(third.written).toEqual(second.written)
  expect(server.served.length).toBe(before)
})
