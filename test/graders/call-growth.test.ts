import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Evidence } from "../../sandboxes/evidence.ts"
import { edited, gradeOf, latency, rulesOf, scoreOf } from "./made-up.ts"
import { FOLLOWERS, feedEvidence, feedQuestion, gradeFeed, mutations } from "./made-up-feed.ts"

const score = (writes: (followers: number) => number, edit?: (evidence: Evidence) => void) =>
  scoreOf(gradeFeed(feedEvidence(mutations(writes), edit)), "post-growth")

describe("the finding about a write that grows with the people whom it concerns", () => {
  const found = (writes: (followers: number) => number) =>
    gradeFeed(feedEvidence(mutations(writes))).findings.filter(({ rule }) => rule === "fan-out-on-write")

  it("names the cost at the fewest, at the most and at the real scale, and explains the growth that was lost", () => {
    const [finding] = found((n) => 1 + n)
    expect(finding).toMatchObject({ place: "record", explains: expect.arrayContaining(["post-growth"]) })
    expect(finding!.evidence).toMatch(/ at 1 followers and .* at 120; at 1,000,000 it comes to /)
    expect(finding!.pointsLost).toBeGreaterThan(9)
  })

  it("is not made of a cost that stays flat, or that is flat beyond a threshold", () => {
    expect(found(() => 2)).toEqual([])
    expect(found((n) => (n > 100 ? 2 : 1 + n))).toEqual([])
  })
})

describe("growth along an axis that varies from call to call", () => {
  it("earns all for a cost that stays flat, and nothing for one that grows as the weak reference's", () => {
    expect(score(() => 2).points).toBe(10)
    expect(score((n) => 1 + n).points).toBe(0)
  })

  it("is judged where the statement's scale is, not where the calls were counted", () => {
    const { evidence, reason } = score((n) => 1 + n)
    expect(evidence).toMatchObject({ axis: "followers", judgedAt: 1_000_000, operation: "record" })
    expect(reason).toContain("grows in proportion with followers")
    expect(reason).toContain("1,000,000 followers")
  })

  it("takes a cost that falls beyond a threshold as flat from there on", () => {
    expect(score((n) => (n > 100 ? 2 : 1 + n)).points).toBe(10)
  })

  it("never gives more for more writes per follower", () => {
    const slope = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(slope, slope, (one, more) => {
        const of = (per: number) => score((n) => 2 + per * n).points!
        expect(of(one + more)).toBeLessThanOrEqual(of(one) + 1e-9)
      }),
      { numRuns: 40 },
    )
  })

  it("charges calls that failed or were wrong what the weak reference's call costs there", () => {
    expect(
      score(
        () => 2,
        (e) => (e.stages.at(-1)!.work[0]!.wrong = 24),
      ).points,
    ).toBe(0)
  })

  describe("of a design that looks better where the line is drawn", () => {
    type Along = NonNullable<Evidence["stages"][number]["work"][number]["along"]>
    const PLACES = [54, 69, 85, 120]
    const at = (followers: number, writes: number): Along[number] => ({
      at: { followers },
      calls: 5,
      lost: 0,
      counts: { mutations: writes },
    })
    const graded = (along: Along, edit?: (evidence: Evidence) => void) =>
      gradeFeed(feedEvidence(along, edit)).scores.find(({ criterion }) => criterion === "post-growth")!
    const carriedOn = ({ evidence }: ReturnType<typeof graded>) => (evidence as { carriedOn: number }).carriedOn
    const honest = graded(PLACES.map((n) => at(n, 1 + n)))

    it("takes the steepest line from places near the largest: making the last but one dearer flattens nothing", () => {
      const padded = graded(PLACES.map((n) => at(n, n === 85 ? 121 : 1 + n)))
      expect(padded.points).toBe(honest.points)
      expect(carriedOn(padded)).toBeGreaterThan(0.8 * carriedOn(honest))
    })

    it("charges a refused call what the line of the calls before it comes to there", () => {
      const refuses = (from: number) => graded(PLACES.map((n) => (n >= from ? { ...at(n, 0), lost: 5 } : at(n, 1 + n))))
      for (const from of PLACES.slice(1)) {
        expect(refuses(from).points).toBe(honest.points)
        expect(carriedOn(refuses(from))).toBeGreaterThanOrEqual(0.99 * carriedOn(honest))
      }
    })

    it("charges nothing for calls that failed elsewhere", () => {
      const flat = PLACES.map((n) => at(n, 2))
      expect(graded([at(1, 2), ...flat]).points).toBe(10)
      const good = { ...at(120, 1), lost: 1, goodCounts: { mutations: 2 } }
      expect(graded(flat.with(-1, good)).points).toBeGreaterThan(0)
    })
  })

  it("makes the mix no cheaper where the dearest calls are refused", () => {
    const work = (along: Parameters<typeof feedEvidence>[0], failed: number, writes: number) =>
      scoreOf(
        gradeFeed(
          feedEvidence(along, (e) => {
            for (const stage of e.stages) {
              const record = stage.work.find(({ operation }) => operation === "record")!
              record.failed = failed
              record.counts = { mutations: writes }
              if (failed > 0) record.goodCounts = { mutations: (writes * 6) / (6 - failed) }
              record.calls = 6
            }
          }),
        ),
        "work",
      ).evidence as { share?: number; mix?: unknown; ratio?: number }
    const honest = work(
      mutations((n) => 1 + n),
      0,
      (2 + 61 + 121) / 3,
    )
    const refusing = work(
      mutations((n) => (n === 120 ? 0 : 1 + n)).map((one) => ({ ...one, lost: one.at.followers === 120 ? 2 : 0 })),
      2,
      (2 + 61) / 3,
    )
    expect(honest.ratio).toBeGreaterThan(1)
    expect(refusing.ratio).toBeGreaterThanOrEqual(honest.ratio! * 0.99)
  })

  it("is null where calls at one place only were counted, or no reference's are stored", () => {
    const one = scoreOf(gradeFeed(feedEvidence(mutations(() => 2).slice(0, 1))), "post-growth")
    expect(one.points).toBeNull()
    expect(one.reason).toContain("fewer than two places")
    expect(
      scoreOf(gradeFeed(feedEvidence(mutations(() => 2)), { referenceCounts: null }), "post-growth").points,
    ).toBeNull()
  })

  it("is nothing where the run stopped before its largest size", () => {
    expect(
      score(
        () => 2,
        (e) => (e.stages[3]!.stopped = "it took too long"),
      ).points,
    ).toBe(0)
  })

  it("keeps the curve as evidence, smallest first", () => {
    const { evidence } = score((n) => n)
    expect((evidence as { curve: { n: number }[] }).curve.map(({ n }) => n)).toEqual(FOLLOWERS)
  })
})

describe("budget", () => {
  const rare = {
    ...feedQuestion,
    operations: feedQuestion.operations.map((one) => (one.name === "record" ? { ...one, perSecond: 7 } : one)),
  }
  const budgetWith = (question: typeof rare, edit: (evidence: Evidence) => void) =>
    scoreOf(gradeOf(edited("strong", edit), { question }), "budget")

  it("lets operations that are too seldom for a p99 be seen and not scored, however many calls there happened to be", () => {
    for (const calls of [20, 59, 60, 80]) {
      const score = budgetWith(rare, (e) => {
        Object.assign(e.peak!.operations[0]!, { candidate: latency(90, calls), strong: latency(1, calls) })
        e.peak!.operations[0]!.p99Ratio = { value: 9, low: 2, high: 30 }
      })
      expect(score.points).toBe(10)
      expect(score.reason).not.toContain("record")
    }
  })

  it("is null where one that is often had few calls, or none is often", () => {
    const few = (evidence: Evidence) => {
      for (const one of evidence.peak!.operations) one.strong = latency(1, 59)
    }
    expect(budgetWith(rare, few).points).toBeNull()
    const none = { ...rare, operations: rare.operations.map((one) => ({ ...one, perSecond: 7 })) }
    expect(budgetWith(none, () => {}).points).toBeNull()
  })

  it("takes the share of calls that failed, also where they are too seldom to be scored", () => {
    const failing = (failed: number) =>
      budgetWith(rare, (e) => {
        e.peak!.operations[0]!.candidate = { ...latency(1, 40), failed }
        e.peak!.operations[0]!.strong = latency(1, 40)
      })
    expect(failing(2).points).toBe(10)
    expect(failing(10).points).toBeCloseTo(7.5)
    expect(failing(40).points).toBe(0)
    expect(failing(10).reason).toContain("25% of the calls of record failed at peak")
  })
})

it("an axis along which the same keys hold more is no sign of hot partitions", () => {
  const sameKeys = (evidence: Evidence) => {
    for (const stage of evidence.stages) stage.storage!.tables[0]!.partitions = 600
  }
  const evidence = edited("strong", sameKeys)
  expect(rulesOf(gradeOf(evidence))).toContain("hot-partition")
  const axes = feedQuestion.axes.map((axis) => ({ ...axis, newKeys: false }))
  expect(rulesOf(gradeOf(evidence, { question: { ...feedQuestion, axes } }))).not.toContain("hot-partition")
})
