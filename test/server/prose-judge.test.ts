/** A judge that answers from stored calls alone gives no verdict on what was not asked in these words. */
import { expect, it } from "vitest"
import { openJudge } from "../../graders/judge/open-judge.ts"
import type { Statement } from "../../prompts/judge/render.ts"
import { storedJudge } from "../../server/prose-judge.ts"
import { rubricOf, WHERE_THINGS_LIE } from "../graders/judge/made-up-rubric.ts"
import { memoryCallStore } from "../support/memory-call-store.ts"
import { reply } from "../support/scripted-judge/asked.ts"
import { ANSWER, QUOTE } from "../support/scripted-judge/faults.ts"
import { startScriptedJudge } from "../support/scripted-judge/server.ts"

const plain: Statement = {
  ...WHERE_THINGS_LIE,
  id: "plain",
  statement: "Something is said of books.",
  counts: "",
  doesNotCount: "",
  examples: { met: "", notMet: "" },
}
const absent: Statement = {
  ...WHERE_THINGS_LIE,
  id: "absent",
  statement: "Nothing is said of the moon.",
  absence: true,
}
const rubric = rubricOf(plain, WHERE_THINGS_LIE, absent)

async function stored() {
  await using server = await startScriptedJudge({
    say: (asked) =>
      reply(
        asked,
        (statement) => ({
          reason: statement,
          quote: QUOTE,
          verdict: statement === plain.statement ? "not met" : "met",
        }),
        [],
      ),
  })
  const judge = openJudge(
    { apiKey: "none", baseUrl: server.baseUrl, model: "scripted", timeoutMs: 60_000, dailyLimitUsd: 5 },
    memoryCallStore(),
    Buffer.from("a secret of the tests"),
  )
  const what = { question: null, statement: "Where do things lie?", answer: ANSWER }
  const judgement = await judge.judge({ ...what, rubric, earlier: null })
  return async (...criteria: Statement[]) => {
    const { written } = await storedJudge(judgement).judge({ ...what, rubric: rubricOf(...criteria), earlier: null })
    for (const { criterion, reason } of written)
      expect(reason).toBe(criteria.find(({ id }) => id === criterion)!.statement)
    return written.map(({ criterion }) => criterion)
  }
}

it("answers what was asked, however many statements shared a call", async () => {
  const answered = await stored()
  expect(await answered(plain, WHERE_THINGS_LIE, absent)).toEqual(["plain", WHERE_THINGS_LIE.id, "absent"])
})

it("has no verdict on a statement with other words, or with those of another one", async () => {
  const answered = await stored()
  expect(await answered({ ...absent, statement: "Nothing is said of the sun." })).toEqual([])
  expect(await answered({ ...plain, counts: WHERE_THINGS_LIE.counts })).toEqual([])
  expect(await answered({ ...absent, counts: "Silence." })).toEqual([])
})

it("has no verdict on a statement that has become, or is no longer, about absence", async () => {
  const answered = await stored()
  expect(await answered({ ...plain, absence: true }, { ...absent, absence: false })).toEqual([])
})

it("answers what was asked in the same words under another name, or under one that was another's", async () => {
  const answered = await stored()
  expect(await answered({ ...absent, id: "another-name" })).toEqual(["another-name"])
  expect(await answered({ ...absent, id: "plain" }, WHERE_THINGS_LIE)).toEqual(["plain", WHERE_THINGS_LIE.id])
  expect(await answered({ ...absent, id: "plain" }, { ...plain, id: "absent" })).toEqual(["plain", "absent"])
})
