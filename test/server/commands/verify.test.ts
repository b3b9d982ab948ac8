import { describe, expect, it } from "vitest"
import { tooClose } from "../../../server/commands/verify.ts"
import { type DesignName, edited, gradeOf } from "../../graders/made-up.ts"

/** Reports of the made-up references, moved to these measured points. */
const reports = (points: Partial<Record<DesignName, number>>, anchorMs = 13.4, half = 0) =>
  new Map(
    Object.entries(points).map(([name, value]) => {
      const report = gradeOf(edited(name as DesignName, (e) => (e.position!.midmeans.anchor = anchorMs)))
      report.measured = { points: value, outOf: 75, interval: { value, low: value - half, high: value + half } }
      return [name, report]
    }),
  )

describe("references taken together", () => {
  it("are told apart where ten points lie between the bands", () => {
    expect(tooClose(reports({ strong: 74, adequate: 64, weak: 40 }))).toEqual([])
  })

  it("are not where fewer do", () => {
    expect(tooClose(reports({ strong: 74, adequate: 64.5, weak: 60 }))).toEqual([
      '"strong" and "adequate" are 9.5 points apart at most; at least 10 are due.',
      '"adequate" and "weak" are 4.5 points apart at most; at least 10 are due.',
    ])
  })

  it("are given what timing makes uncertain", () => {
    expect(tooClose(reports({ strong: 74.4, adequate: 65 }, 13.4, 0.2))).toHaveLength(1)
    expect(tooClose(reports({ strong: 74.4, adequate: 65 }, 13.4, 0.4))).toEqual([])
  })

  it("need an anchor that is twice as slow as the strong one", () => {
    expect(tooClose(reports({ strong: 74 }, 2.7))).toEqual([
      "The anchor is 1.93 times as slow as strong; at least 2 times is due.",
    ])
  })

  it("say nothing of those that were not graded", () => {
    expect(tooClose(new Map())).toEqual([])
    expect(tooClose(reports({ adequate: 64 }))).toEqual([])
  })
})
