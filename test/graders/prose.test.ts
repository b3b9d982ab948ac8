import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { grade } from "../../graders/grade.ts"
import { REVIEW_REASONS } from "../../graders/judge/judgement.ts"
import { NO_JUDGE } from "../../graders/judged.ts"
import { ReportSchema } from "../../graders/report.ts"
import { RubricSchema } from "../../prompts/question.ts"
import { reportJson } from "../../server/report/json.ts"
import { edited, evidenceOf, gradeOf, question, referenceCounts, rubric, scoreOf, weights } from "./made-up.ts"
import { asserted, figure, judgementOf, marked, quoteIn, verdictOf } from "./made-up-judgement.ts"

const evidence = evidenceOf("strong")
const { answer } = evidence.submission
const met = verdictOf("bounded", "met", { quotes: [quoteIn(answer, "one day of one user")] })
const notMet = verdictOf("bounded", "not met")
const two = figure("partitions-per-read", 2, "partitions", { operation: "lastDay" })

/** The rubric with what contradicts its written criterion. */
const contradictedBy = (...names: string[]) =>
  RubricSchema.parse({
    ...rubric,
    criteria: rubric.criteria.map((one) => (one.kind === "written" ? { ...one, contradictedBy: names } : one)),
  })

describe("a written criterion", () => {
  it("gives all of its points where it is met, and none where it is not", () => {
    expect(scoreOf(gradeOf(evidence, { judgement: judgementOf([met]) }), "bounded")).toMatchObject({
      points: 20,
      reason: "Met. It names the bound.",
    })
    expect(scoreOf(gradeOf(evidence, { judgement: judgementOf([notMet]) }), "bounded")).toMatchObject({
      points: 0,
      reason: "Not met. No bound is named.",
    })
  })

  it.each(REVIEW_REASONS)("is null with a sentence of its own where nobody could judge: %s", (because) => {
    const own = verdictOf("bounded", null, { agreement: null, review: { because, detail: "the detail" } })
    const report = gradeOf(evidence, { judgement: judgementOf([own], [two]) })
    const score = scoreOf(report, "bounded")
    expect(score.points).toBeNull()
    expect(score.reason).toMatch(/^Not judged: .*(a person has to decide|asks again)/)
    expect([report.written.points, report.total, report.band]).toEqual([null, null, null])
  })

  it("is null where there is no judge, or where the judge was never asked about it", () => {
    expect(scoreOf(gradeOf(evidence), "bounded").reason).toBe(NO_JUDGE)
    expect(scoreOf(gradeOf(evidence, { judgement: judgementOf([]) }), "bounded")).toMatchObject({
      points: null,
      reason: expect.stringMatching(/was not asked about this yet/),
    })
  })

  it("keeps its points, and asks for a person's eye, where its quote overlaps suspected steering", () => {
    const own = { ...met, review: { because: "suspected steering" as const, detail: "" } }
    const report = gradeOf(evidence, { judgement: judgementOf([own]) })
    expect(scoreOf(report, "bounded").points).toBe(20)
    expect(report.remarks.join(" ")).toMatch(/A person should look at 1 verdict: suspected steering/)
  })
})

describe("a statement that the submission contradicts", () => {
  const weak = edited("adequate", () => {})

  it("gives nothing where the finding that it names fired, and shows both", () => {
    const report = gradeOf(weak, { rubric: contradictedBy("unbounded-partition"), judgement: judgementOf([met]) })
    expect(scoreOf(report, "bounded")).toMatchObject({
      points: 0,
      reason: "Said, but the submission does otherwise: Partitions grow without end. Said: It names the bound.",
      evidence: { contradictedBy: ["Partitions grow without end"], said: "It names the bound." },
    })
  })

  it("keeps its points where it did not fire", () => {
    const report = gradeOf(evidence, { rubric: contradictedBy("unbounded-partition"), judgement: judgementOf([met]) })
    expect(scoreOf(report, "bounded").points).toBe(20)
  })

  it("gives nothing where the claim slot that it names was contradicted", () => {
    const three = { ...two, low: 3, high: 3 }
    const report = gradeOf(evidence, { rubric: contradictedBy("claims"), judgement: judgementOf([met], [three]) })
    expect(scoreOf(report, "bounded").points).toBe(0)
    expect(scoreOf(report, "bounded").reason).toContain("Claims hold")
  })

  it("counts where a person sees that claim slot as met", () => {
    const judgement = judgementOf([met], [{ ...two, low: 3, high: 3 }])
    const about = (...verdicts: ("met" | "not met")[]) =>
      gradeOf(evidence, {
        ...{ rubric: contradictedBy("claims"), judgement },
        marks: verdicts.map((verdict) => marked("claims", verdict)),
      })
    expect(scoreOf(about("met"), "bounded").points).toBe(20)
    expect(scoreOf(about("not met"), "bounded").points).toBe(0)
  })

  it("is simply not met where it is not even said", () => {
    const report = gradeOf(weak, { rubric: contradictedBy("unbounded-partition"), judgement: judgementOf([notMet]) })
    expect(scoreOf(report, "bounded").reason).toBe("Not met. No bound is named.")
  })
})

describe("a person's mark", () => {
  it("beats the judge's verdict, its absence, and a contradiction", () => {
    const marks = [marked("bounded", "met")]
    for (const judgement of [null, judgementOf([notMet]), judgementOf([])])
      expect(scoreOf(gradeOf(evidence, { judgement, marks }), "bounded")).toMatchObject({
        points: 20,
        reason: "Met, says Ada: It stands in the second paragraph.",
      })
    const report = gradeOf(evidenceOf("adequate"), {
      rubric: contradictedBy("unbounded-partition"),
      judgement: judgementOf([met]),
      marks,
    })
    expect(scoreOf(report, "bounded").points).toBe(20)
  })

  it("counts as the last one says, with the earlier ones in sight", () => {
    const marks = [marked("bounded", "met"), marked("bounded", "not met", { by: "Grace" })]
    const report = gradeOf(evidence, { judgement: judgementOf([met]), marks })
    expect(scoreOf(report, "bounded")).toMatchObject({ points: 0, evidence: { marks } })
    expect(report.marks).toEqual(marks)
  })

  it("decides a claim slot as well", () => {
    const marks = [marked("claims", "met")]
    expect(scoreOf(gradeOf(evidence, { judgement: null, marks }), "claims").points).toBe(5)
  })
})

describe("a claim slot", () => {
  const slot = (...assertions: Parameters<typeof judgementOf>[1] & object) =>
    scoreOf(gradeOf(evidence, { judgement: judgementOf([met], assertions) }), "claims")

  it("gives its points for a confirmed claim, once, however often it is said", () => {
    expect(slot(two).points).toBe(5)
    expect(slot(two, two, two).points).toBe(5)
    expect(slot(two).reason).toMatch(/^Confirmed\. Said: 2 partitions\. Counted of lastDay: 2 partitions/)
  })

  it("gives 0, never less, for a contradicted one, also beside one that is confirmed", () => {
    const three = { ...two, low: 3, high: 3 }
    expect(slot(three, three)).toMatchObject({ points: 0, reason: expect.stringMatching(/^Contradicted\./) })
    expect(slot(two, three)).toMatchObject({ points: 0, reason: expect.stringMatching(/cannot both stand/) })
  })

  it("gives 0 where the answer does not say, or says it of another operation", () => {
    expect(slot()).toMatchObject({ points: 0, reason: "The answer does not say." })
    expect(slot({ ...two, operation: "record" }).reason).toBe("The answer does not say.")
  })

  it("gives 0 where what is said names no figure", () => {
    expect(slot(asserted("partitions-per-read", { operation: "lastDay" })).points).toBe(0)
  })

  it("gives 0 for a bound that holds and says nothing", () => {
    expect(slot({ ...two, low: 900, high: 900, hedge: "at most" })).toMatchObject({
      points: 0,
      reason: expect.stringMatching(/says nothing/),
    })
  })

  it("is null where the claims could not be extracted", () => {
    const judgement = judgementOf([met], null, { claimsReview: { because: "no reply", detail: "" } })
    const report = gradeOf(evidence, { judgement })
    expect(scoreOf(report, "claims")).toMatchObject({ points: null, reason: expect.stringMatching(/did not reply/) })
    expect(report.total).toBeNull()
  })

  it("is null where something of the list was lost that may have been about it, and nothing else answers", () => {
    const lost = {
      kind: two.kind,
      operation: "lastDay",
      quoted: "reads both days",
      because: "its quote is not in the answer",
    } as const
    const slotWith = (lostClaim: typeof lost | object, ...assertions: (typeof two)[]) =>
      scoreOf(
        gradeOf(evidence, { judgement: judgementOf([met], assertions, { lostClaims: [{ ...lost, ...lostClaim }] }) }),
        "claims",
      )
    expect(slotWith({})).toMatchObject({
      points: null,
      reason: expect.stringMatching(
        /"reads both days" could not be taken, because its quote is not in the answer; a person/,
      ),
    })
    expect(slotWith({ kind: null, operation: null }).points).toBeNull()
    expect(
      slotWith({ kind: null, operation: null, quoted: "", because: "the list is full, and the answer may say more" }),
    ).toMatchObject({ points: null, reason: expect.stringMatching(/the list is full, .* a person has to decide/) })
    expect(slotWith({ operation: "record" }).points).toBe(0)
    expect(slotWith({ kind: "latency" }).points).toBe(0)
    expect(slotWith({}, two).points).toBe(5)
    expect(slotWith({}, { ...two, low: 3, high: 3 }).points).toBe(0)
  })

  it("is null where the run did not measure it", () => {
    const unmeasured = edited("strong", (e) => {
      for (const stage of e.stages) stage.work = stage.work.filter(({ operation }) => operation !== "lastDay")
    })
    const report = gradeOf(unmeasured, { judgement: judgementOf([met], [two]) })
    expect(scoreOf(report, "claims")).toMatchObject({ points: null, reason: expect.stringMatching(/^Not measured\./) })
  })

  it("leaves times and rates unscored, with our figure beside", () => {
    const fast = figure("latency", 10, "ms", { operation: "lastDay", percentile: 99 })
    const report = gradeOf(evidence, { judgement: judgementOf([met], [fast]) })
    expect(report.claims[0]).toMatchObject({
      verdict: "shown",
      measured: expect.stringMatching(/ms at p99 of lastDay/),
    })
    expect(scoreOf(report, "claims").reason).toBe("The answer does not say.")
  })
})

describe("the report", () => {
  it("has total, band and interval where both parts are complete", () => {
    const report = gradeOf(evidence, { judgement: judgementOf([met], [two]) })
    expect(report.written).toMatchObject({ points: 25, outOf: 25 })
    expect(report.total).toBeCloseTo(report.measured.points! + 25)
    expect([report.band, report.outOf]).toEqual(["strong", 100])
    expect(report.interval!.low).toBeLessThanOrEqual(report.total!)
    expect(report.remarks.join()).not.toMatch(/Not judged/)
  })

  it("is of the published form with a judgement in it and survives JSON", () => {
    const report = gradeOf(evidence, { judgement: judgementOf([met], [two]), marks: [marked("bounded", "met")] })
    expect(ReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })

  it("is the same bytes as --json, whether it was just made or read again", () => {
    const report = gradeOf(evidence, { judgement: judgementOf([met], [two]) })
    const turned = Object.fromEntries(Object.entries(report).reverse()) as typeof report
    expect(reportJson(turned)).toBe(reportJson(report))
  })

  it("is read from before there was a judge", () => {
    const { judgement, marks, claims, ...old } = gradeOf(evidence)
    expect(ReportSchema.parse(old)).toMatchObject({ judgement: null, marks: [], claims: [] })
  })

  it("says how to turn a judge on where there is none, once", () => {
    const told = gradeOf(evidence).remarks.filter((remark) => remark.includes("OPENAI_BASE_URL"))
    expect(told).toHaveLength(1)
  })

  it("names suspected steering and takes no point for it", () => {
    const steering = [{ family: "fake authority", quote: quoteIn(answer, "It is read newest first.") }]
    const plain = gradeOf(evidence, { judgement: judgementOf([met], [two]) })
    const report = gradeOf(evidence, { judgement: judgementOf([met], [two], { steering }) })
    expect(report.total).toBe(plain.total)
    expect(report.remarks.join(" ")).toMatch(/1 place in the answer looks as if meant for the judge \(fake authority\)/)
  })

  it("points to the answer as the next step where the design has nothing to gain", () => {
    const report = gradeOf(evidence, { judgement: judgementOf([notMet], [two]) })
    expect(report.summary.at(-1)).toContain('worth up to 20 points: the written answer, first of all "Says what bounds')
  })
})

describe("without a whole run", () => {
  const judgement = judgementOf([met], [two])

  it("a quick run judges the prose, and shows claims without points", () => {
    const quick = edited("strong", (e) => {
      e.quick = true
    })
    const report = gradeOf(quick, { judgement })
    expect(scoreOf(report, "bounded").points).toBe(20)
    expect(scoreOf(report, "claims").points).toBeNull()
    expect(report.claims[0]!.verdict).toBe("confirmed")
    expect([report.total, report.band]).toEqual([null, null])
  })

  it("a rejected submission's answer is judged alone", () => {
    const report = grade({
      question,
      rubric,
      rubricHash: "made-up",
      submission: evidence.submission,
      referenceCounts,
      engines: [],
      weights,
      quick: false,
      outcome: { kind: "rejected", rejected: { stage: "schema", message: "no" }, warnings: [], provenance: null },
      judgement,
      marks: [],
    })
    expect(scoreOf(report, "bounded").points).toBe(20)
    expect(scoreOf(report, "claims")).toMatchObject({ points: null, reason: expect.stringMatching(/could not be run/) })
    expect(report.total).toBeNull()
  })
})

it("gives a number or null with a reason, whatever a judgement holds", () => {
  const value = fc.option(fc.double({ noNaN: true }), { nil: null })
  const assertion = fc
    .record({
      kind: fc.constantFrom(
        "partitions-per-read",
        "largest-partition",
        "growth-class",
        "writes-per-call",
        "latency" as const,
      ),
      operation: fc.constantFrom("lastDay", "record", "nothing", null),
      low: value,
      high: value,
      unit: fc.constantFrom("bytes", "rows", "partitions", "power", "none" as const),
      hedge: fc.constantFrom("exactly", "about", "at most", "at least" as const),
      about: fc.constantFrom("ordinary", "worst", null),
      word: fc.constantFrom("constant", "linear", "bounded", "unbounded", "Quorum", null),
    })
    .map(({ kind, ...edits }) => asserted(kind as "latency", edits as object))
  fc.assert(
    fc.property(
      fc.array(assertion, { maxLength: 6 }),
      fc.constantFrom("met", "not met", null),
      (assertions, verdict) => {
        const own = verdictOf(
          "bounded",
          verdict as "met",
          verdict ? {} : { review: { because: "cannot tell", detail: "" } },
        )
        const report = gradeOf(evidence, { judgement: judgementOf([own], assertions) })
        for (const id of ["bounded", "claims"]) {
          const { points, outOf, reason } = scoreOf(report, id)
          expect(points === null || points === 0 || points === outOf).toBe(true)
          expect(reason.length).toBeGreaterThan(5)
        }
        expect(report.total === null || Number.isFinite(report.total)).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})
