import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { bandOf } from "../../graders/bands.ts"
import { ASSERTION_UNITS } from "../../graders/judge/judgement.ts"
import { type GoldAnswer, readGoldAnswers } from "../../prompts/gold.ts"
import { CLAIM_KINDS, HEDGES } from "../../prompts/judge/render.ts"
import { type LoadedQuestion, listQuestions, readQuestion } from "../../prompts/load-question.ts"

/** Percent of the statements' points that answers which were made to be hard to judge are worth to a careful person. */
const HARD: Record<string, [least: number, most: number]> = {
  "keyword-soup": [0, 0],
  "says-nothing": [0, 0],
  "wrong-reasons": [1, 40],
  "three-sentences": [40, 60],
  german: [70, 100],
  spanish: [40, 60],
  chinese: [40, 60],
  "code-and-json": [70, 100],
  "rubric-quoted-back": [0, 0],
}

/** Questions that the suites attack; a new one need not have such answers. */
const ATTACKED = ["clickstream", "fan-out-feed"]

for (const id of await listQuestions()) {
  const question = await readQuestion(id)
  const answers = await readGoldAnswers(question)
  const written = question.rubric.criteria.filter((one) => one.kind === "written")
  const outOf = written.reduce((sum, one) => sum + one.points, 0)
  const pointsOf = ({ gold }: GoldAnswer) =>
    written.reduce((sum, one) => sum + (gold.written[one.id]?.verdict === "met" ? one.points : 0), 0)
  const named = (name: string): GoldAnswer => {
    const found = answers.find((one) => one.name === name)
    if (!found) throw new Error(`${id}/${name} has no gold file`)
    return found
  }

  describe(`gold of ${id}`, () => {
    it("is there for every reference", () => {
      const named = answers.map(({ name }) => name)
      for (const [engine, references] of Object.entries(question.references))
        expect(named).toEqual(expect.arrayContaining(references.map((name) => `references/${engine}/${name}`)))
    })

    for (const answer of answers)
      describe(answer.name, () => {
        const { gold } = answer

        it("has a verdict for each written criterion and for nothing else", () => {
          expect(Object.keys(gold.written).sort()).toEqual(written.map((one) => one.id).sort())
        })

        it("quotes what stands in the answer", () => {
          const quotes = [
            ...Object.values(gold.written).flatMap((one) => (one.verdict === "met" ? [one.quote] : [])),
            ...gold.claims.map((claim) => claim.quote),
          ]
          expect(quotes.filter((quote) => !answer.answer.includes(quote))).toEqual([])
        })

        it("asserts in the rubric's claim slots only, in the words of a judgement", () => {
          const slots = question.rubric.criteria.filter((one) => one.kind === "claim")
          for (const claim of gold.claims) {
            expect(slots.map((slot) => [slot.claim, slot.operation ?? null])).toContainEqual([
              claim.kind,
              claim.operation,
            ])
            expect(CLAIM_KINDS).toContain(claim.kind)
            expect(ASSERTION_UNITS).toContain(claim.unit)
            expect(HEDGES).toContain(claim.hedge)
            expect(claim.low === null).toBe(claim.high === null)
            expect(claim.low ?? 0).toBeLessThanOrEqual(claim.high ?? 0)
            expect(claim.low !== null || claim.word !== null).toBe(true)
          }
        })
      })

    for (const { engine, reference } of bandReferences(question))
      it(`gives ${reference} on ${engine} its band`, () => {
        const points = pointsOf(named(`references/${engine}/${reference}`))
        expect(bandOf(points, outOf)).toBe(reference.split("-")[0])
      })

    for (const engine of question.question.engines)
      it(`keeps strong, adequate and weak on ${engine} at least an eighth apart`, () => {
        const [strong, adequate, weak] = ["strong", "adequate", "weak"].map((name) =>
          pointsOf(named(`references/${engine}/${name}`)),
        ) as [number, number, number]
        expect(strong - adequate).toBeGreaterThanOrEqual(outOf / 8)
        expect(adequate - weak).toBeGreaterThanOrEqual(outOf / 8)
      })

    const hard = answers.filter(({ name }) => name.startsWith("answers/"))
    if (ATTACKED.includes(id))
      it("is there for an answer of every kind that is hard to judge", () => {
        const kinds = hard.map(({ name }) => name.split("/")[1])
        expect(kinds).toEqual(
          expect.arrayContaining(["keyword-soup", "says-nothing", "wrong-reasons", "three-sentences"]),
        )
        expect(kinds).toEqual(expect.arrayContaining(["german", "code-and-json", "rubric-quoted-back"]))
      })

    for (const answer of hard)
      it(`gives ${answer.name} what it is worth`, () => {
        const percent = (100 * pointsOf(answer)) / outOf
        const [least, most] = HARD[answer.name.split("/")[1]!]!
        expect(percent).toBeGreaterThanOrEqual(least)
        expect(percent).toBeLessThanOrEqual(most)
      })
  })

  describe(`the written criteria of ${id}`, () => {
    it("have examples of their own, not an answer's", () => {
      const text = answers.map(({ answer }) => words(answer).join(" ")).join(" | ")
      const taken = written.flatMap(({ id: criterion, examples }) =>
        [examples.met, examples.notMet].flatMap((example) =>
          runsOf(words(example), 6).flatMap((run) => (text.includes(run) ? [`${criterion}: ${run}`] : [])),
        ),
      )
      expect(taken).toEqual([])
    })
  })
}

describe("a malformed gold file", () => {
  const cases: { what: string; yaml: string; says: RegExp }[] = [
    {
      what: "a met without its quote",
      yaml: "written:\n  skew: { verdict: met, because: It is. }\nclaims: []\n",
      says: /answers\/odd\/gold\.yaml, line 2: `written\.skew\.quote`/,
    },
    {
      what: "a verdict that is none",
      yaml: "written:\n  skew: { verdict: perhaps, because: Who knows. }\nclaims: []\n",
      says: /answers\/odd\/gold\.yaml, line 2: `written\.skew\.verdict`/,
    },
    {
      what: "a claim of no known kind",
      yaml: "written: {}\nclaims:\n  - { kind: speed, operation: null, quote: fast, unit: none, word: constant }\n",
      says: /answers\/odd\/gold\.yaml, line 3: `claims\.0\.kind`/,
    },
  ]
  for (const { what, yaml, says } of cases)
    it(`with ${what} is refused with its place`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "proofrun-gold-"))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      mkdirSync(join(folder, "answers/odd"), { recursive: true })
      writeFileSync(join(folder, "answers/odd/gold.yaml"), yaml)
      writeFileSync(join(folder, "answers/odd/answer.md"), "It is fast.")
      await expect(readGoldAnswers({ ...(await readQuestion("clickstream")), folder })).rejects.toThrow(says)
    })
})

/** References whose folder says in which band their answer must be; where a question has several weak ones, each. */
function bandReferences({ question, references }: LoadedQuestion): { engine: string; reference: string }[] {
  return question.engines.flatMap((engine) =>
    references[engine]!.filter((name) => /^(strong|adequate|weak)(-|$)/.test(name)).map((reference) => ({
      engine,
      reference,
    })),
  )
}

const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []

function runsOf(list: string[], length: number): string[] {
  return Array.from({ length: Math.max(0, list.length - length + 1) }, (_, at) => list.slice(at, at + length).join(" "))
}
