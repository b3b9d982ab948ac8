import { describe, expect, it } from "vitest"
import type { Peak } from "../../../sandboxes/evidence.ts"
import { renderJtl } from "../../../server/report/jtl.ts"
import { edited, gradeOf } from "../../graders/made-up.ts"

const START = 1_700_000_000_000

const jtlOf = (calls: Peak["calls"]) =>
  renderJtl(
    gradeOf(
      edited("strong", (evidence) => {
        evidence.peak!.startedAtMs = START
        evidence.peak!.calls = calls
      }),
    ),
  )

const rowsOf = (calls: Peak["calls"]) => {
  const [head, ...lines] = jtlOf(calls)!.trimEnd().split("\n")
  const names = head.split(",")
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, index) => [names[index], value])))
}

describe("the JTL file", () => {
  it("has a line per call of either arm, in the order of their intended times, in whole milliseconds", () => {
    const rows = rowsOf([
      { operation: "lastDay", arm: "candidate", dueMs: [10, 500.4], latencyMs: [3.6, 1.2], failed: [] },
      { operation: "record", arm: "strong", dueMs: [200], latencyMs: [0.4], failed: [] },
    ])
    expect(rows.map(({ timeStamp, elapsed, label }) => [Number(timeStamp) - START, elapsed, label])).toEqual([
      [10, "4", "lastDay (candidate)"],
      [200, "0", "record (strong)"],
      [500, "1", "lastDay (candidate)"],
    ])
  })

  it("marks what failed, and only that", () => {
    const rows = rowsOf([
      { operation: "lastDay", arm: "candidate", dueMs: [0, 10, 20], latencyMs: [5, 5000, 5], failed: [1] },
    ])
    expect(rows.map(({ success, responseCode }) => [success, responseCode])).toEqual([
      ["true", "200"],
      ["false", "500"],
      ["true", "200"],
    ])
  })

  it("counts the calls on their way when each came back, of its arm and of both", () => {
    const rows = rowsOf([
      { operation: "lastDay", arm: "candidate", dueMs: [0, 2], latencyMs: [10, 3], failed: [] },
      { operation: "lastDay", arm: "strong", dueMs: [1], latencyMs: [20], failed: [] },
    ])
    expect(rows.map(({ label, grpThreads, allThreads }) => [label, grpThreads, allThreads])).toEqual([
      ["lastDay (candidate)", "1", "2"],
      ["lastDay (strong)", "1", "1"],
      ["lastDay (candidate)", "2", "3"],
    ])
  })

  it("names a phase's calls apart from the stated mix", () => {
    const [row] = rowsOf([
      { operation: "post", arm: "strong", phase: "celebrity-burst", dueMs: [0], latencyMs: [1], failed: [] },
    ])
    expect(row.label).toBe("post (strong) celebrity-burst")
  })

  it("is not there where the peak was not sent or its calls were not kept", () => {
    expect(jtlOf(undefined)).toBeNull()
    const skipped = edited("strong", (evidence) => {
      evidence.peak!.skipped = "too much for this machine"
    })
    expect(renderJtl(gradeOf(skipped))).toBeNull()
  })
})
