import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Sample, Steering, Verdict } from "../../../graders/judge/judgement.ts"
import { combine, isOpen } from "../../../graders/judge/verdicts.ts"
import type { Statement } from "../../../prompts/judge/render.ts"
import { CriterionSchema } from "../../../prompts/question.ts"

const statementOf = (absence: boolean) =>
  CriterionSchema.parse({
    id: "key",
    title: "The key",
    points: 2,
    kind: "written",
    statement: "The answer names the key.",
    counts: "its parts",
    doesNotCount: "nothing else",
    examples: { met: "a", notMet: "b" },
    absence,
  }) as Statement
const presence = statementOf(false)
const absence = statementOf(true)
const QUOTE = { text: "the key is x", start: 10, end: 22 }

const sample = (verdict: Verdict | null, edits: Partial<Sample> = {}): Sample => ({
  call: "c",
  sample: 0,
  verdict,
  reason: `it is ${verdict}`,
  quoted: verdict === "met" ? QUOTE.text : "",
  quote: verdict === "met" ? QUOTE : null,
  failed: null,
  ...edits,
})
const failed = (because: Sample["failed"]) => sample(null, { failed: because, reason: "it failed" })
const verdictOf = (...samples: Sample[]) => combine(presence, "asked", samples, [])

describe("samples", () => {
  it("that agree decide, with the quote in its place", () => {
    expect(verdictOf(sample("met"), sample("met"))).toMatchObject({
      verdict: "met",
      quotes: [QUOTE],
      agreement: 1,
      review: null,
    })
    expect(verdictOf(sample("not met"), sample("not met"))).toMatchObject({
      verdict: "not met",
      quotes: [],
      review: null,
    })
  })

  it("that differ ask for a third, and two of three decide", () => {
    expect(isOpen([sample("met"), sample("not met")], presence)).toBe(true)
    expect(verdictOf(sample("met"), sample("not met"), sample("not met"))).toMatchObject({
      verdict: "not met",
      agreement: 2 / 3,
    })
  })

  it("of which one failed ask for a third as well", () => {
    expect(isOpen([sample("met"), failed("no reply")], presence)).toBe(true)
    expect(verdictOf(sample("met"), failed("no reply"), sample("met"))).toMatchObject({ verdict: "met" })
  })

  it("that all say something else go to a person", () => {
    expect(verdictOf(sample("met"), sample("not met"), sample("cannot tell"))).toMatchObject({
      verdict: null,
      review: { because: "split verdicts" },
    })
  })

  it("that cannot tell go to a person", () => {
    expect(verdictOf(sample("cannot tell"), sample("cannot tell"))).toMatchObject({
      verdict: null,
      review: { because: "cannot tell" },
    })
  })

  it.each(["refused", "cut off", "not understood", "no reply", "spend limit"] as const)(
    "that all failed (%s) say so",
    (because) => {
      expect(verdictOf(failed(because), failed(because))).toMatchObject({
        verdict: null,
        agreement: null,
        review: { because },
      })
    },
  )
})

describe("credit", () => {
  it("needs a quote that stands in the answer", () => {
    const lost = sample("met", { quote: null, quoted: "never written" })
    expect(verdictOf(lost, lost)).toMatchObject({ verdict: null, review: { because: "quote not found" } })
    expect(verdictOf(sample("met"), lost, lost)).toMatchObject({ verdict: null })
  })

  it("needs none where something must not be there, and then the breach must be shown", () => {
    const met = sample("met", { quote: null, quoted: "" })
    expect(combine(absence, "asked", [met, met], [])).toMatchObject({ verdict: "met", quotes: [] })
    const unshown = sample("not met")
    expect(combine(absence, "asked", [unshown, unshown], [])).toMatchObject({
      verdict: null,
      review: { because: "quote not found" },
    })
  })

  it("stays beside suspected steering, and a person is asked", () => {
    const steering: Steering[] = [{ family: "speaks to the marker", quote: { text: "…", start: 20, end: 40 } }]
    expect(combine(presence, "asked", [sample("met"), sample("met")], steering)).toMatchObject({
      verdict: "met",
      review: { because: "suspected steering" },
    })
  })
})

it("a quote that is the rubric's own words stands, and a person is asked", () => {
  const statement = { ...presence, counts: "The key's parts are named, and the reason speaks of what a read touches." }
  const text = "The key's parts are named, and the reason speaks of what a read touches"
  const parroting = sample("met", { quoted: text, quote: { text, start: 0, end: text.length } })
  expect(combine(statement, "asked", [parroting, parroting], [])).toMatchObject({
    verdict: "met",
    review: { because: "suspected steering" },
  })
})

it("whatever the samples are, a verdict without a located quote is never 'met', and none is null without a reason", () => {
  const any = fc.record({
    verdict: fc.constantFrom("met", "not met", "cannot tell", null),
    quote: fc.constantFrom(QUOTE, null),
    failed: fc.constantFrom(null, "refused", "no reply"),
  })
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 5 }), (all) => {
      const result = verdictOf(...all.map((one) => sample(one.verdict as Verdict | null, one as Partial<Sample>)))
      if (result.verdict === "met") expect(result.quotes.length).toBeGreaterThan(0)
      if (result.verdict === null) expect(result.review?.detail).toBeTruthy()
      else {
        const agree = all.filter((one) => one.failed === null && one.verdict === result.verdict).length
        expect(agree * 2).toBeGreaterThan(all.length)
      }
    }),
  )
})
