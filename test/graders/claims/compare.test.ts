import { describe, expect, it } from "vitest"
import type { Claim } from "../../../graders/claims/claim.ts"
import { compareClaims } from "../../../graders/claims/compare.ts"
import { placesNamed } from "../../../graders/claims/named-places.ts"
import { said } from "../../../graders/claims/said.ts"
import { type Assertion, AssertionKindSchema } from "../../../graders/judge/judgement.ts"
import { edited, evidenceOf, measuredOf } from "../made-up.ts"
import { FOLLOWERS, feedQuestion } from "../made-up-feed.ts"
import { asserted, figure } from "../made-up-judgement.ts"

const held = (assertion: Assertion, measured = measuredOf(evidenceOf("strong"))): Claim =>
  compareClaims([assertion], measured)[0]!
const lastDay = { operation: "lastDay" }
const quoting = (text: string) => ({ quote: { text, start: 0, end: text.length } })

describe("what one call does", () => {
  it.each([
    ["two partitions", figure("partitions-per-read", 2, "partitions", lastDay), "confirmed"],
    ["one partition", figure("partitions-per-read", 1, "partitions", lastDay), "contradicted"],
    ["twelve rows", figure("rows-per-read", 12, "rows", lastDay), "confirmed"],
    ["6,000 rows", figure("rows-per-read", 6000, "rows", lastDay), "contradicted"],
    // Two requests, sent at once.
    ["two round trips", figure("round-trips", 2, "round trips", lastDay), "confirmed"],
    ["one round trip", figure("round-trips", 1, "round trips", lastDay), "confirmed"],
    ["four round trips", figure("round-trips", 4, "round trips", lastDay), "contradicted"],
    ["one write", figure("writes-per-call", 1, "writes", { operation: "record" }), "confirmed"],
    ["two writes", figure("writes-per-call", 2, "writes", { operation: "record" }), "contradicted"],
  ])("%s", (_, assertion, verdict) => {
    const claim = held(assertion)
    expect(claim.verdict).toBe(verdict)
    expect(claim.sentence).toContain(`Said: ${said(assertion)}. Counted of ${assertion.operation}: `)
    expect(claim.measured).toContain("at 6x users")
  })

  it("a read over all partitions touches each of them", () => {
    const weak = measuredOf(evidenceOf("weak-filtering"))
    const claim = held(figure("partitions-per-read", 1, "partitions", lastDay), weak)
    expect(claim.verdict).toBe("contradicted")
    expect(claim.measured).toMatch(/24,900|\d\d,\d{3} partitions/)
  })

  it("is of the only read or write where no operation is named", () => {
    expect(held(figure("partitions-per-read", 2, "partitions")).verdict).toBe("confirmed")
    expect(held(figure("round-trips", 2, "round trips"))).toMatchObject({ verdict: "not measured", answers: false })
  })

  it("is no count where the figure is of bytes or of time, whatever a model called it", () => {
    for (const claim of [
      figure("rows-per-read", 4000, "bytes", lastDay),
      figure("round-trips", 2, "ms", lastDay),
      figure("largest-partition", 5, "ms"),
    ])
      expect(held(claim)).toMatchObject({ verdict: "not measured", answers: false })
  })

  it("an expiry that is set with a row may be counted as a write, or not", () => {
    const writes = (value: number, ...commands: string[]) =>
      held(
        figure("writes-per-call", value, "writes", { operation: "record" }),
        measuredOf(
          edited("strong", (e) => {
            for (const { work } of e.stages) work[0]!.counts = { ...work[0]!.counts, rowsWritten: 2, mutations: 2 }
            e.statements = commands.map((text) => ({ ...e.statements[0]!, text, operations: ["record"] }))
          }),
        ),
      ).verdict
    expect(writes(1, "ZADD u:*", "EXPIRE u:*")).toBe("confirmed")
    expect(writes(2, "ZADD u:*", "EXPIRE u:*")).toBe("confirmed")
    expect(writes(1, "ZADD u:*", "ZADD all")).toBe("contradicted")
  })

  it("is not measured where most calls failed", () => {
    const failing = measuredOf(
      edited("strong", (e) => {
        for (const stage of e.stages) stage.work[1]!.failed = 20
      }),
    )
    expect(held(figure("partitions-per-read", 2, "partitions", lastDay), failing).verdict).toBe("not measured")
  })

  it("holds without saying anything where the bound is beyond all reach", () => {
    const claim = held(figure("partitions-per-read", 500, "partitions", { ...lastDay, hedge: "at most" }))
    expect(claim).toMatchObject({ verdict: "confirmed", answers: false })
  })
})

describe("calls that stand on an axis of their own", () => {
  /** Rows that a record writes with so many followers: one each and its own up to 60, and one beyond. */
  const rows = (followers: number) => (followers <= 60 ? followers + 1 : 1)
  const measured = measuredOf(
    edited("strong", (e) => {
      for (const stage of e.stages) {
        stage.work[0]!.counts = { ...stage.work[0]!.counts, rowsWritten: 5, mutations: 5 }
        stage.work[0]!.along = FOLLOWERS.map((followers) => ({
          at: { followers },
          calls: 2,
          counts: { rowsWritten: rows(followers), mutations: rows(followers), roundTrips: 1 },
        }))
      }
    }),
    { question: feedQuestion },
  )
  const writes = (value: number, edits: Partial<Assertion>) =>
    held(figure("writes-per-call", value, "rows", { operation: "record", ...edits }), measured)

  it.each([
    [
      "with the number that the quote names",
      31,
      { about: "ordinary", ...quoting("with 30 followers 31 rows") },
      "confirmed",
    ],
    ["with that number, wrong", 60, { about: "ordinary", ...quoting("with 30 followers 60 rows") }, "contradicted"],
    ["with a number between two counted ones", 41, quoting("with 40 followers 41 rows"), "confirmed"],
    ["with such a number, wrong", 20, quoting("with 40 followers 20 rows"), "contradicted"],
    ["just below where the design changes its way", 61, quoting("with 60 followers 61 rows"), "confirmed"],
    [
      "from where the design changes its way",
      1,
      quoting("of authors with more than 65 followers one row"),
      "confirmed",
    ],
    ["about there, wrong", 30, quoting("with 65 followers 30 rows"), "contradicted"],
    [
      "of the worst, with the number that the quote names",
      66,
      { about: "worst", ...quoting("at worst, with 65 followers, 66 rows") },
      "confirmed",
    ],
    ["of the dearest", 61, { about: "worst" }, "confirmed"],
    ["of the dearest, as a bound", 61, { about: "worst", hedge: "at most" }, "confirmed"],
    ["of the dearest, as a bound that does not hold", 10, { hedge: "at most" }, "contradicted"],
    ["of the greatest", 1, { about: "worst" }, "confirmed"],
    ["of the greatest, wrong", 120, { about: "worst" }, "contradicted"],
    ["of an ordinary one", 40, { about: "ordinary" }, "confirmed"],
    ["of an ordinary one, wrong", 400, { about: "ordinary" }, "contradicted"],
    ["on average", 5, {}, "confirmed"],
  ] as const)("%s", (_, value, edits, verdict) => {
    expect(writes(value, edits as Partial<Assertion>).verdict).toBe(verdict)
  })

  it("of a call as half of them are, though a few are dearer", () => {
    const usual = (value: number, edits: Partial<Assertion> = {}, middle = 2) =>
      held(
        figure("partitions-per-read", value, "partitions", { ...lastDay, ...edits }),
        measuredOf(
          edited("strong", (e) => {
            for (const { work } of e.stages) {
              work[1]!.counts.lookups = 3.4
              work[1]!.usual = { ...work[1]!.counts, lookups: middle }
            }
          }),
        ),
      ).verdict
    expect(usual(2)).toBe("confirmed")
    expect(usual(2, { about: "ordinary" })).toBe("confirmed")
    expect(usual(2, {}, 3)).toBe("contradicted")
    expect(usual(2, { hedge: "at most" })).toBe("contradicted")
    expect(usual(2, { about: "worst" })).toBe("contradicted")
  })

  it("a range must hold them all", () => {
    expect(writes(0, { low: 1, high: 61 }).verdict).toBe("confirmed")
    expect(writes(0, { low: 1, high: 10 }).verdict).toBe("contradicted")
  })
})

describe("the largest partition", () => {
  const megabyte = 6000 * 180
  it.each([
    ["its bytes", figure("largest-partition", 1.2e6, "bytes", { about: "worst" }), "confirmed", true],
    ["a tenth of its bytes", figure("largest-partition", megabyte / 10, "bytes"), "contradicted", true],
    ["its rows", figure("largest-partition", 6000, "rows"), "confirmed", true],
    ["a tenth of its rows", figure("largest-partition", 600, "items"), "contradicted", true],
    ["an ordinary one", figure("largest-partition", 2000, "bytes", { about: "ordinary" }), "not measured", false],
    ["bounded", asserted("largest-partition", { word: "bounded" }), "confirmed", true],
    ["unbounded", asserted("largest-partition", { word: "unbounded" }), "contradicted", true],
    ["nothing that could be checked", asserted("largest-partition"), "not measured", false],
  ] as const)("%s", (_, assertion, verdict, answers) => {
    expect(held(assertion)).toMatchObject({ verdict, answers })
  })

  it("of a design that grows is held against what it comes to as well", () => {
    const growing = measuredOf(evidenceOf("adequate"))
    expect(held(asserted("largest-partition", { word: "bounded" }), growing).verdict).toBe("contradicted")
    expect(held(asserted("largest-partition", { word: "unbounded" }), growing).verdict).toBe("confirmed")
    // 18,000 events of 180 bytes at 1,000 days.
    const far = held(figure("largest-partition", 3.2e6, "bytes"), growing)
    expect(far.verdict).toBe("confirmed")
    expect(far.measured).toContain("carried on to 1,000 days")
  })

  it("at a size that the quote names is held against that size", () => {
    const steep = measuredOf(
      edited("adequate", (e) => {
        for (const stage of e.stages) {
          const bytes = 10_000 * stage.at.history!
          stage.storage!.largestPartitionBytes = bytes
          for (const table of stage.storage!.tables) table.largestPartitionBytes = bytes
        }
      }),
    )
    const at = (value: number, text: string) => held(figure("largest-partition", value, "bytes", quoting(text)), steep)
    expect(at(3_650_000, "3.65 MB after 365 days")).toMatchObject({ verdict: "confirmed", answers: true })
    // Somewhere between today and the real scale, and not said where.
    expect(at(2_000_000, "2 MB")).toMatchObject({ verdict: "not measured", answers: false })
    expect(at(1e9, "1 GB after 365 days").verdict).toBe("contradicted")
  })
})

describe("how a call grows", () => {
  const class_ = (word: string, design: Parameters<typeof evidenceOf>[0]) =>
    held(asserted("growth-class", { ...lastDay, word }), measuredOf(evidenceOf(design))).verdict

  it.each([
    ["strong", "constant", "confirmed"],
    ["strong", "linear", "contradicted"],
    ["strong", "logarithmic", "confirmed"],
    ["strong", "unbounded", "contradicted"],
    ["weak-filtering", "linear", "confirmed"],
    ["weak-filtering", "constant", "contradicted"],
    ["weak-filtering", "quadratic", "contradicted"],
    ["weak", "linear", "confirmed"],
  ] as const)("%s, said to be %s", (design, word, verdict) => {
    expect(class_(word, design)).toBe(verdict)
  })

  it("said of no operation may be about something else: it can be right, and is not wrong", () => {
    const linear = asserted("growth-class", { word: "linear" })
    expect(held(linear, measuredOf(evidenceOf("strong")))).toMatchObject({ verdict: "not measured", answers: false })
    expect(held(linear, measuredOf(evidenceOf("weak-filtering")))).toMatchObject({
      verdict: "confirmed",
      answers: true,
    })
  })

  it("as a bound is true of what grows less, and says little of it", () => {
    const bound = (word: string, hedge: "at most" | "at least") =>
      held(asserted("growth-class", { ...lastDay, word, hedge }), measuredOf(evidenceOf("strong")))
    expect(bound("linear", "at most")).toMatchObject({ verdict: "confirmed", answers: false })
    expect(bound("constant", "at most")).toMatchObject({ verdict: "confirmed", answers: true })
    expect(bound("linear", "at least")).toMatchObject({ verdict: "contradicted" })
  })

  it("may be a power, and a complexity is one by another name", () => {
    const power = (value: number) =>
      held(figure("complexity", value, "power", lastDay), measuredOf(evidenceOf("weak-filtering")))
    expect(power(1)).toMatchObject({ verdict: "confirmed", measured: expect.stringMatching(/power/) })
    expect(power(2).verdict).toBe("contradicted")
  })
})

describe("what nobody can hold against a run", () => {
  it.each([
    ["consistency-level", asserted("consistency-level", { word: "QUORUM" })],
    ["availability", asserted("availability")],
    ["cost", figure("cost", 300, "currency")],
    ["item-count", figure("item-count", 6000, "items")],
  ])("%s is shown as not measured, with the reason", (_, assertion) => {
    expect(held(assertion)).toMatchObject({ verdict: "not measured", answers: false, measured: null })
  })

  it("a time or a rate is shown beside ours", () => {
    expect(held(figure("throughput", 10_000, "per second", lastDay))).toMatchObject({
      verdict: "shown",
      answers: false,
      measured: "50 calls of lastDay a second were sent at peak here",
    })
  })

  it("anything is not measured where the submission could not be run", () => {
    for (const kind of AssertionKindSchema.options)
      expect(compareClaims([figure(kind, 2, "none")], null)[0]!.verdict).toBe("not measured")
  })
})

describe("places that a quote names", () => {
  it.each([
    ["with 8 followers", "followers", [8]],
    ["120 elements for 120 followers", "followers", [120]],
    ["authors with more than 1,000,000 followers", "followers", [1_000_000]],
    ["bei 8 Followern, bei 1.000 Followern", "followers", [8, 1000]],
    ["after 365 days", "days", [365]],
    ["nach 30 Tagen", "days", [30]],
    ["10k users", "users", [10_000]],
    ["an author with 1 million followers", "followers", [1e6]],
    ["15 million active followers, 1M followers", "followers", [15e6, 1e6]],
    ["1.5 million followers, 2.5k followers", "followers", [1.5e6, 2500]],
    ["100万关注者", "followers", [1e6]],
    ["8 or 15 followers", "followers", [15]],
    ["one day of one user", "days", []],
  ])("%s", (text, unit, places) => {
    expect(placesNamed(text, { unit })).toEqual(places)
  })
})
