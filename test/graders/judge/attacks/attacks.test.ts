/**
 * Twelve families of steering against models that obey whatever stands in an answer. What code alone promises must hold even then: no credit without a
 * quote that is really there, nothing but what was asked, marks that nobody can forge, no effect on any other answer. What it cannot promise is counted
 * and printed.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openJudge } from "../../../../graders/judge/open-judge.ts"
import { findSteering } from "../../../../graders/judge/steering.ts"
import { type GoldAnswer, readGoldAnswers } from "../../../../prompts/gold.ts"
import { type LoadedQuestion, readQuestion } from "../../../../prompts/load-question.ts"
import { settings } from "../../../../server/settings.ts"
import { keepResult } from "../../../bench/results.ts"
import { memoryCallStore } from "../../../support/memory-call-store.ts"
import type { Asked } from "../../../support/scripted-judge/asked.ts"
import { sayGold } from "../../../support/scripted-judge/gold-script.ts"
import { type ScriptedJudge, startScriptedJudge } from "../../../support/scripted-judge/server.ts"
import { type Attack, attackFamilies, type Family, fillIn } from "./attack.ts"
import { type Base, type Fought, lettersOf, stands } from "./fought.ts"
import { PERSONAS, type Persona, type Told } from "./obedient.ts"
import { linesOf, type Tally, tally } from "./tally.ts"

const FAMILIES = attackFamilies()
/** Of every band; two questions and two engines among them. */
const BASES = [
  ["clickstream", "references/cassandra/strong"],
  ["fan-out-feed", "references/redis/adequate"],
  ["clickstream", "references/cassandra/weak"],
] as const

const bases: Base[] = []
const fought: Fought[] = []
const rows = new Map<string, Tally>()

/** Who obeys what, in every answer but the clean one, of which the gold is said. */
let order: { clean: string; persona: Persona; told: Told } | null = null
let server: ScriptedJudge

function newJudge() {
  const options = { apiKey: "none", baseUrl: server.baseUrl, model: "scripted", timeoutMs: 20_000, dailyLimitUsd: 1e6 }
  return openJudge(options, memoryCallStore(), Buffer.from("a secret of the tests"))
}

const judgeIt = ({ question }: Pick<Base, "question">, answer: string, judge = newJudge()) =>
  judge.judge({
    question: question.question,
    statement: question.statement,
    rubric: question.rubric,
    answer,
    earlier: null,
  })

/** What a prompt says around the answer, but for how many statements share it. */
const linesAround = ({ around }: Asked) =>
  around
    .split("\n")
    .filter(
      (line) =>
        !/^## s\d+$|^Mark (?:the statement|each of the \d+ statements): [s\d, ]+\.$|^In an earlier reply /.test(line),
    )
const notProbes = (from: number) =>
  server.served.slice(from).flatMap(({ asked }) => (asked.purpose === "probe" ? [] : [asked]))

beforeAll(async () => {
  const questions = new Map<string, { question: LoadedQuestion; answers: GoldAnswer[] }>()
  for (const id of new Set(BASES.map(([id]) => id))) {
    const question = await readQuestion(id)
    questions.set(id, { question, answers: await readGoldAnswers(question) })
  }
  const all = [...questions.values()]
  const gold = sayGold(
    all.flatMap(({ answers }) => answers),
    all.flatMap(({ question }) => question.rubric.criteria),
  )
  server = await startScriptedJudge({
    forgetful: true,
    say(asked) {
      const obeyed = order && asked.purpose !== "probe" && asked.answer !== order.clean
      return obeyed ? order!.persona.says(asked, order!.told) : gold.say(asked)
    },
  })
  for (const [id, name] of BASES) {
    const { question, answers } = questions.get(id)!
    const known = answers.find((one) => one.name === name)!
    const from = server.served.length
    const clean = await judgeIt({ question }, known.answer)
    const asked = notProbes(from)
    bases.push({ question, known, clean, around: new Set(asked.flatMap(linesAround)), fence: asked[0].fence })
  }
  for (const persona of PERSONAS)
    for (const family of FAMILIES)
      for (const attack of family.attacks)
        for (const base of bases) fought.push(await fight(persona, family, attack, base))
  for (const family of FAMILIES)
    rows.set(
      family.family,
      tally(
        family,
        fought.filter((one) => one.family === family),
      ),
    )
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  const tallies = [...rows.values()]
  process.stdout.write(`${linesOf(tallies).join("\n")}\n`)
  if (settings().full) keepResult("judge-attacks", { families: tallies })
})

async function fight(persona: Persona, family: Family, attack: Attack, base: Base): Promise<Fought> {
  const criteria = base.question.rubric.criteria.filter((one) => one.kind === "written")
  // What the base answer lacks is what an attacker wants.
  const criterion = criteria.find(({ id }) => base.known.gold.written[id].verdict === "not met") ?? criteria[0]
  const target = { answer: base.known.answer, criterion, criteria, fence: base.fence }
  const answer = fillIn(attack.text, target)
  const told: Told = { ...attack, quote: fillIn(attack.quote, target) }
  order = { clean: base.known.answer, persona, told }
  const from = server.served.length
  const judgement = await judgeIt(base, answer)
  return { family, attack, base, persona, answer, told, judgement, asked: notProbes(from) }
}

describe("twelve families of ten attacks", () => {
  it("are tried over answers of every band", () => {
    expect(FAMILIES.length).toBe(12)
    for (const { family, attacks } of FAMILIES) expect(attacks.length, family).toBe(10)
    expect(fought.length).toBe(12 * 10 * 3 * 2)
  })
})

describe.each(FAMILIES)("$family", ({ family }) => {
  const mine = () => fought.filter((one) => one.family.family === family)

  it("gets no credit without a quote that stands in the answer", () => {
    for (const { judgement, answer, attack } of mine())
      for (const { verdict, quotes, criterion } of judgement.written) {
        if (verdict !== "met") continue
        expect(quotes.length, `${attack.name}: ${criterion}`).toBeGreaterThan(0)
        for (const { text, start, end } of quotes) expect(answer.slice(start, end)).toBe(text)
        for (const { text } of quotes)
          expect(lettersOf(text).length, `${attack.name}: ${text}`).toBeGreaterThanOrEqual(3)
      }
  })

  it("gets nothing for a quote that it told the model to make up", () => {
    for (const { judgement, answer, told, attack, persona, asked, base } of mine()) {
      if (persona !== PERSONAS[0] || stands(told.quote, answer)) continue
      // Characters that nobody sees were taken out, and the attack with them.
      if (asked.every((one) => one.answer === base.known.answer)) {
        expect(judgement.written.map(({ verdict }) => verdict)).toEqual(
          base.clean.written.map(({ verdict }) => verdict),
        )
        continue
      }
      const met = judgement.written.filter(({ verdict }) => verdict === "met").map(({ criterion }) => criterion)
      expect(met, `${attack.name}: ${told.quote}`).toEqual([])
      expect(judgement.assertions ?? [], attack.name).toEqual([])
    }
  })

  it("gets verdicts on what was asked alone, of those that were offered", () => {
    for (const { judgement, base, attack } of mine()) {
      const asked = base.question.rubric.criteria.filter(({ kind }) => kind === "written").map(({ id }) => id)
      expect(
        judgement.written.map(({ criterion }) => criterion),
        attack.name,
      ).toEqual(asked)
      for (const { verdict } of judgement.written) expect(["met", "not met", null]).toContain(verdict)
      if (attack.verdict) expect(judgement.written.every(({ verdict }) => verdict === null)).toBe(true)
    }
  })

  it("stays between its marks: around it the prompt says what it says around any answer", () => {
    for (const { asked, base, attack } of mine()) {
      expect(asked.length, attack.name).toBeGreaterThan(0)
      for (const one of asked) {
        expect(
          linesAround(one).filter((line) => !base.around.has(line)),
          attack.name,
        ).toEqual([])
        expect(one.answer, attack.name).not.toMatch(/[⟦⟧]/)
        expect(one.around.match(/[⟦⟧]/g), attack.name).toBeNull()
        expect(one.fence, attack.name).not.toBe(base.fence)
      }
    }
  })

  it("has no effect on another answer that is judged beside it", async () => {
    for (const base of bases) {
      const { answer, persona, told } = mine().find((one) => one.base === base)!
      order = { clean: base.known.answer, persona, told }
      const judge = newJudge()
      const [, beside] = await Promise.all([judgeIt(base, answer, judge), judgeIt(base, base.known.answer, judge)])
      expect(beside.written).toEqual(base.clean.written)
      expect(beside.assertions).toEqual(base.clean.assertions)
    }
  })

  it("is not silently believed where the quote is part of what was found to speak to the judge", () => {
    for (const { judgement, answer } of mine()) {
      const steering = findSteering(answer)
      for (const { verdict, quotes, review } of judgement.written) {
        const within = quotes.some((quote) =>
          steering.some((one) => quote.start < one.quote.end && one.quote.start < quote.end),
        )
        if (verdict === "met" && within) expect(review?.because).toBe("suspected steering")
      }
    }
  })
})

describe("what code could have refused", () => {
  it("was refused, in every family", () => {
    for (const { family, obeys } of rows.values()) expect(obeys.refusable, family).toBe(0)
  })

  it("includes everything that stands in place of an answer and holds no sentence", () => {
    for (const { attack, answer, judgement } of fought)
      if (lettersOf(answer).length < 8 && !/[\p{sc=Han}\p{sc=Hiragana}]/u.test(answer))
        expect(
          judgement.written.filter(({ verdict }) => verdict === "met"),
          attack.name,
        ).toEqual([])
  })
})
