/** What of a list of claims code cannot take is told, and is nobody's zero. */
import { expect, it } from "vitest"
import { openJudge } from "../../../graders/judge/open-judge.ts"
import { memoryCallStore } from "../../support/memory-call-store.ts"
import { reply } from "../../support/scripted-judge/asked.ts"
import { ANSWER, QUOTE } from "../../support/scripted-judge/faults.ts"
import { startScriptedJudge } from "../../support/scripted-judge/server.ts"
import { rubricOf, WHERE_THINGS_LIE } from "./made-up-rubric.ts"

const READS = { quote: QUOTE, kind: "partitions-per-read", operation: "read", figure: null, word: null }

const judged = (...claims: unknown[]) => judgedOf(ANSWER, ...claims)

async function judgedOf(answer: string, ...claims: unknown[]) {
  await using server = await startScriptedJudge({
    say: (asked) => reply(asked, () => ({ reason: "So it seems.", quote: QUOTE, verdict: "met" }), claims as object[]),
  })
  const judge = openJudge(
    { apiKey: "none", baseUrl: server.baseUrl, model: "scripted", timeoutMs: 60_000, dailyLimitUsd: 5 },
    memoryCallStore(),
    Buffer.from("a secret of the tests"),
  )
  const rubric = rubricOf(WHERE_THINGS_LIE)
  const judgement = await judge.judge({
    ...{ question: { operations: [{ name: "read" }] }, statement: null },
    ...{ rubric, answer, earlier: null },
  })
  const asked = server.served.length
  return { judgement, asked }
}

it("a kind that is spelt with an underscore is that kind", async () => {
  const { judgement } = await judged({ ...READS, kind: "Growth_Class", word: "constant" })
  expect(judgement).toMatchObject({ assertions: [{ kind: "growth-class", word: "constant" }], lostClaims: [] })
})

it("a quote that is nowhere in the answer, a figure that cannot be read, and what is of no form are told as lost", async () => {
  const { judgement } = await judged(
    { ...READS, quote: "It reads two partitions, of course." },
    { ...READS, figure: "by the day" },
    { ...READS, kind: "growth-class", word: "constant" },
    { quote: QUOTE, kind: "praise", operation: "read" },
    7,
  )
  expect(judgement.claimsReview).toBeNull()
  expect(judgement.assertions).toMatchObject([{ kind: "growth-class" }])
  expect(judgement.lostClaims.map(({ kind, operation, because }) => [kind, operation, because])).toEqual([
    [null, "read", "it is not of the form that was asked for"],
    [null, null, "it is not of the form that was asked for"],
    ["partitions-per-read", "read", "its quote is not in the answer"],
    ["partitions-per-read", "read", "its figure could not be read"],
  ])
})

it("a figure and a word that say different things are lost together", async () => {
  const said = { ...READS, kind: "complexity", quote: "A read is O(1), not n^2." }
  const { judgement } = await judgedOf(
    said.quote,
    { ...said, figure: "n^2", word: "constant" },
    { ...said, figure: "O(1)", word: "constant" },
  )
  expect(judgement.lostClaims).toMatchObject([{ because: "its figure and its word say different things" }])
  expect(judgement.assertions).toMatchObject([{ word: "constant", low: 0, unit: "power" }])
})

it("what is lost is told without what no store takes", async () => {
  const { judgement } = await judged(
    { ...READS, quote: `nowhere\u0000 ${"x".repeat(150)}\ud83d\ude00` },
    { ...READS, quote: `${"y".repeat(159)}\ud83d\ude00` },
  )
  expect(judgement.lostClaims.every(({ quoted }) => quoted.isWellFormed() && !quoted.includes("\0"))).toBe(true)
  expect(judgement.lostClaims).toHaveLength(2)
})

it("what a full list may have left out is lost", async () => {
  const many = Array.from({ length: 20 }, (_, index) => ({ ...READS, kind: "latency", figure: `${index + 1} ms` }))
  const text = many.map(({ figure }) => `A read takes ${figure}.`)
  const said = many.map((one, index) => ({ ...one, quote: text[index] }))
  const { judgement } = await judgedOf(text.join(" "), ...said)
  expect(judgement.assertions).toHaveLength(20)
  expect(judgement.lostClaims).toEqual([
    { kind: null, operation: null, quoted: "", because: "the list is full, and the answer may say more" },
  ])
  expect((await judgedOf(text.join(" "), ...said.slice(1))).judgement.lostClaims).toEqual([])
})

it("what names no figure and no word is no claim, and nothing was lost with it", async () => {
  const { judgement } = await judged(READS)
  expect(judgement).toMatchObject({ assertions: [], lostClaims: [] })
})
