import { describe, expect, it } from "vitest"
import { causesOf } from "../../graders/causes.ts"
import { grade } from "../../graders/grade.ts"
import { ReportSchema } from "../../graders/report.ts"
import { EvidenceSchema } from "../../sandboxes/evidence.ts"
import {
  breakInvariant,
  type DesignName,
  edited,
  evidenceOf,
  gradeOf,
  question,
  referenceCounts,
  rubric,
  rulesOf,
  scoreOf,
  weights,
} from "./made-up.ts"

const designs: DesignName[] = ["strong", "adequate", "weak", "weak-filtering"]

describe("the four designs", () => {
  it.each(designs)("%s: evidence and report are of the published form and survive JSON", (design) => {
    const evidence = evidenceOf(design)
    expect(EvidenceSchema.parse(evidence)).toEqual(evidence)
    const report = gradeOf(evidence)
    expect(ReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })

  it.each([
    ["strong", "strong", []],
    ["adequate", "adequate", ["no-ttl", "unbounded-partition"]],
    ["weak", "weak", ["no-ttl", "secondary-index-scan", "wide-read"]],
    ["weak-filtering", "weak", ["allow-filtering", "no-ttl", "wide-read"]],
  ] as const)("%s gets the band %s and the findings %j", (design, band, findings) => {
    const report = gradeOf(evidenceOf(design))
    expect(report.measuredBand).toBe(band)
    expect(rulesOf(report)).toEqual(findings)
  })
})

describe("data that expires before it may", () => {
  const expiring = (...days: number[]) =>
    gradeOf(
      edited("strong", (e) => {
        const [table] = e.schema.tables
        e.schema.tables = days.map((life, index) => ({
          ...table!,
          name: index === 0 ? table!.name : `copy_${index}`,
          ttlSeconds: life * 86_400,
        }))
        for (const stage of e.stages)
          stage.storage!.tables = e.schema.tables.map(({ name }) => ({ ...stage.storage!.tables[0]!, name }))
      }),
    )

  it("caps the band at weak and says so", () => {
    const report = expiring(7)
    expect(report.measuredBand).toBe("weak")
    expect(report.remarks.join(" ")).toContain("nothing is left after 7 days of what must stay readable for 30")
  })

  it("is let be where another table keeps it for long enough", () =>
    expect(expiring(7, 31).measuredBand).toBe("strong"))

  it("is no such thing at the retention itself", () => expect(expiring(30).measuredBand).toBe("strong"))
})

describe("wrong answers", () => {
  const report = gradeOf(edited("strong", (e) => breakInvariant(e, "ties")))

  it("cap the band at weak and say so", () => {
    expect(report.measuredBand).toBe("weak")
    expect(report.remarks.join(" ")).toContain('answers broke "ties"')
  })

  it("scale the other measured points by the share of correctness that holds", () => {
    expect(scoreOf(report, "right").points).toBe(16)
    for (const [id, points] of [
      ["work", 16],
      ["position", 8],
      ["budget", 8],
    ] as const)
      expect(scoreOf(report, id).points).toBeCloseTo(points)
    expect(report.measured.points).toBeCloseTo(60)
  })

  it("are the cause of all that they took", () => {
    expect(causesOf(report)).toEqual([
      expect.objectContaining({ title: "Wrong answers", pointsLost: expect.closeTo(15), finding: null }),
    ])
  })

  it.each(["lost", "invented"])("make it not yet working where a write was %s", (invariant) => {
    expect(gradeOf(edited("strong", (e) => breakInvariant(e, invariant))).measuredBand).toBe("not yet working")
  })

  it("cap the band even where the rubric does not name the invariant", () => {
    const evidence = edited("strong", (e) => {
      e.invariants.push({ invariant: "answered", checked: 10, broken: 1, examples: [] })
    })
    expect(gradeOf(evidence).measuredBand).toBe("weak")
  })
})

it("is not yet working where an operation works at no size", () => {
  const evidence = edited("strong", (e) => {
    for (const stage of e.stages) stage.work[1]!.failed = stage.work[1]!.calls
  })
  expect(gradeOf(evidence).measuredBand).toBe("not yet working")
})

describe("what is not judged", () => {
  const report = gradeOf(evidenceOf("strong"))

  it("is null with a reason and neither counts as zero nor shrinks what is divided by", () => {
    expect(report.written).toEqual({ points: null, outOf: 25, interval: null })
    expect(report.total).toBeNull()
    expect(report.outOf).toBe(100)
    expect(scoreOf(report, "claims").reason).toBe("Not judged: no judge configured.")
  })

  it("leaves the measured band and keeps back the overall one", () => {
    expect([report.measuredBand, report.band]).toEqual(["strong", null])
  })
})

describe("a quick run", () => {
  const report = gradeOf(
    edited("weak", (e) => {
      e.quick = true
      e.stages.splice(2)
      e.position = e.peak = null
    }),
  )

  it("gives findings and counts, no points and no band", () => {
    expect(report.scores.every((score) => score.points === null)).toBe(true)
    expect(report.measuredBand).toBeNull()
    expect(rulesOf(report)).toEqual(["no-ttl", "secondary-index-scan", "wide-read"])
    expect(report.comparison!.designs[0]!.sizes).toHaveLength(2)
  })
})

describe("a rejection", () => {
  const { submission } = evidenceOf("strong")
  const rejected = { stage: "schema" as const, message: "no viable alternative at input 'TABEL'", line: 3 }
  const rejection = (quick: boolean) =>
    grade({
      question,
      rubric,
      rubricHash: "made-up",
      submission,
      referenceCounts,
      engines: [],
      weights,
      quick,
      outcome: { kind: "rejected", rejected, warnings: [], provenance: null },
      judgement: null,
      marks: [],
    })
  const report = rejection(false)

  it("of a free run is a free run's, and not an attempt that waits for points", () => {
    const { quick, remarks } = rejection(true)
    expect(quick).toBe(true)
    expect(remarks.join()).not.toContain("Not judged yet")
    expect(report.remarks.join()).toContain("Not judged yet")
  })

  it("has no measured points, keeps the answer, and is of the published form", () => {
    expect(report.scores.every((score) => score.points === null)).toBe(true)
    expect([report.measuredBand, report.rejected, report.submission.answer]).toEqual([
      null,
      rejected,
      submission.answer,
    ])
    expect(ReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
})

describe("the subtotal", () => {
  const wide = (half: number) =>
    gradeOf(
      edited("strong", (e) => {
        e.position!.ladder = { value: 0.525, low: 0.525 - half, high: 0.525 + half }
        for (const one of e.peak!.operations)
          one.p99Ratio = { value: 2, low: 2 * Math.exp(-half), high: 2 * Math.exp(half) }
      }),
    ).measured

  it("has an interval by adding variances, narrower than adding ends", () => {
    const { interval, points } = wide(0.1)
    const position = 10 * (0.1 / 0.95)
    const operation = 5 * (0.1 / Math.log(4 / 1.25))
    expect(interval!.high - points!).toBeCloseTo(Math.sqrt(position ** 2 + 2 * operation ** 2), 6)
    expect(points! - interval!.low).toBeCloseTo(interval!.high - points!, 6)
  })

  it("says so when it is within a point of a band's edge", () => {
    const near = gradeOf(
      edited("strong", (e) => {
        e.position!.ladder = { value: 0.05 + 0.95 * 0.78, low: 0.78, high: 0.8 }
      }),
    )
    expect(near.measured.points).toBeCloseTo(67.2)
    expect(near.measuredBand).toBe("adequate")
    expect(near.remarks.join(" ")).toContain("within a point of the edge between adequate and strong (67.5)")
    expect(gradeOf(evidenceOf("strong")).remarks.join(" ")).not.toContain("edge")
  })
})

it("attributes every lost point once", () => {
  for (const design of designs) {
    const report = gradeOf(edited(design, (e) => breakInvariant(e, "order")))
    const lost = causesOf(report).reduce((sum, cause) => sum + cause.pointsLost, 0)
    expect(lost).toBeCloseTo(report.measured.outOf - report.measured.points!, 1)
  }
})

it("says that the machine is too slow where the strong reference misses the budget too", () => {
  const report = gradeOf(edited("strong", (e) => (e.peak!.operations[0]!.strong.p99 = 50)))
  expect(report.remarks.join(" ")).toContain("this machine is too slow to say")
})

describe("the summary", () => {
  it("begins with what was answered wrongly, and never praises the right answers beside it", () => {
    const wrong = edited("strong", (e) => breakInvariant(e, "order", 3))
    for (const quick of [false, true]) {
      const { summary } = gradeOf({ ...wrong, quick })
      expect(summary[0]).toMatch(/^Some answers are wrong: "order" \(3 of \d+ checks\)\.$/)
      expect(summary.join(" ")).toContain("make these answers right")
      expect(summary.join(" ")).not.toContain("does well")
    }
    expect(gradeOf(evidenceOf("strong")).summary[0]).toContain("does well")
  })
})
