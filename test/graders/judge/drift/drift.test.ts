/** What is done against attacks costs honest answers nothing: a hundred clean ones, and all that have gold, are sent as they are and quoted as they are. */
import { beforeAll, describe, expect, it } from "vitest"
import type { Quote } from "../../../../graders/judge/judgement.ts"
import { openJudge } from "../../../../graders/judge/open-judge.ts"
import { locate, searchable } from "../../../../graders/judge/quotes.ts"
import { findSteering } from "../../../../graders/judge/steering.ts"
import { type GoldAnswer, readGoldAnswers } from "../../../../prompts/gold.ts"
import { readQuestion } from "../../../../prompts/load-question.ts"
import { memoryCallStore } from "../../../support/memory-call-store.ts"
import { reply } from "../../../support/scripted-judge/asked.ts"
import { type ScriptedJudge, startScriptedJudge } from "../../../support/scripted-judge/server.ts"
import { rubricOf, WHERE_THINGS_LIE } from "../made-up-rubric.ts"
import { cleanAnswers } from "./clean-answers.ts"

const CLEAN = cleanAnswers(100)

/**
 * The code points that may differ between an answer and what is sent of it, and the whole list of them: what nobody sees is left out, and the brackets
 * of the marks become plain ones. Written down here a second time, so that nothing is added to it by the way.
 */
const LEFT_OUT =
  /\u034F|[\p{Cf}\p{Cc}]|[\u115F\u1160\u3164\uFFA0]|\u17B4|\u17B5|\u180B|\u180C|\u180D|\u180F|[\u{E0000}-\u{E007F}]/u
const KEPT = new Set(["\t", "\n", "\r"])
const PLAIN: Record<string, string> = { "⟦": "[", "⟧": "]" }
const asSent = (answer: string) =>
  [...answer].map((one) => PLAIN[one] ?? (LEFT_OUT.test(one) && !KEPT.has(one) ? "" : one)).join("")

describe("a clean answer", () => {
  let golden: GoldAnswer[]
  let server: ScriptedJudge
  /** What arrived, by what was handed in. */
  const arrived = new Map<string, string[]>()

  beforeAll(async () => {
    const questions = await Promise.all(["clickstream", "fan-out-feed"].map((name) => readQuestion(name)))
    golden = (await Promise.all(questions.map(readGoldAnswers))).flat()
    server = await startScriptedJudge({
      say: (asked) => reply(asked, () => ({ reason: "No.", quote: "", verdict: "not met" })),
    })
    const options = {
      apiKey: "none",
      baseUrl: server.baseUrl,
      model: "scripted",
      timeoutMs: 20_000,
      dailyLimitUsd: 100,
    }
    const judge = openJudge(options, memoryCallStore(), Buffer.from("a secret of the tests"))
    for (const { answer } of [...CLEAN, ...golden]) {
      const before = server.served.length
      const question = { operations: [{ name: "look" }] }
      await judge.judge({ question, statement: null, rubric: rubricOf(WHERE_THINGS_LIE), answer, earlier: null })
      arrived.set(
        answer,
        server.served.slice(before).flatMap(({ asked }) => (asked.purpose === "probe" ? [] : [asked.answer])),
      )
    }
    await server[Symbol.asyncDispose]()
  })

  it("is one of a hundred, none like another, and gold there is as well", () => {
    expect(new Set(CLEAN.map(({ answer }) => answer)).size).toBe(100)
    expect(golden.length).toBeGreaterThan(30)
  })

  it("arrives as it was written, but for the code points that are listed", () => {
    for (const { name, answer } of [...CLEAN, ...golden]) {
      const texts = arrived.get(answer)!
      expect(texts.length, name).toBeGreaterThanOrEqual(3)
      for (const text of texts) expect(text, name).toBe(asSent(answer))
    }
  })

  it("arrives untouched where it holds none of them, and nearly all are such", () => {
    const untouched = CLEAN.filter(({ answer }) => arrived.get(answer)!.every((text) => text === answer))
    const visible = CLEAN.filter(({ answer }) => asSent(answer) === answer)
    expect(untouched).toEqual(visible)
    expect(untouched.length).toBeGreaterThanOrEqual(85)
  })

  it("is quoted where it says so, however the model sets its white space, quotation marks and dashes", () => {
    const quotes = CLEAN.flatMap(({ name, answer, quotes }) => quotes.map((quote) => ({ name, answer, quote })))
    const lost = quotes.filter(({ answer, quote }) => {
      const found = locate(quote, searchable(answer))
      return !found || bare(found.text) !== bare(quote) || answer.slice(found.start, found.end) !== found.text
    })
    expect(lost.map(({ name, quote }) => `${name}: ${quote}`)).toEqual([])
    expect(quotes.length).toBeGreaterThan(300)
  })

  it("has each quote of its gold found where it stands", async () => {
    const lost = golden.flatMap(({ name, answer, gold }) => {
      const within = searchable(answer)
      const written = Object.values(gold.written).flatMap((said) => (said.verdict === "met" ? [said.quote] : []))
      return [...written, ...gold.claims.map(({ quote }) => quote)]
        .filter((quote) => !standsAt(locate(quote, within), quote, answer))
        .map((quote) => `${name}: ${quote}`)
    })
    expect(lost).toEqual([])
  })

  it("is seldom taken for steering: two of a hundred at most, and none that has gold unless it is meant so", () => {
    const suspected = CLEAN.flatMap(({ name, answer }) =>
      findSteering(answer).map(({ family, quote }) => `${name}: ${family}: ${quote.text}`),
    )
    const answers = CLEAN.filter(({ answer }) => findSteering(answer).length > 0).length
    const ofGold = golden.filter(({ answer }) => findSteering(answer).length > 0).map(({ name }) => name)
    process.stdout.write(
      `Steering suspected in ${answers} of ${CLEAN.length} clean answers and ${ofGold.length} of ${golden.length} with gold${suspected.length > 0 ? `:\n  ${[...new Set(suspected)].join("\n  ")}` : ""}\n`,
    )
    expect(answers).toBeLessThanOrEqual(2)
    expect(ofGold.filter((name) => !/rubric-quoted-back/.test(name))).toEqual([])
  })
})

/** The very place, but for marks at either end. */
const standsAt = (found: Quote | null, quote: string, answer: string) =>
  found !== null && bare(found.text) === bare(quote) && Math.abs(found.start - answer.indexOf(quote)) <= 3

/** Letters and digits alone. */
const bare = (text: string) =>
  text
    .normalize("NFKD")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase()
