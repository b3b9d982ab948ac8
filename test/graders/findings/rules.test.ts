import { describe, expect, it } from "vitest"
import { restrictedColumns } from "../../../graders/findings/indexes.ts"
import type { Evidence } from "../../../sandboxes/evidence.ts"
import { type DesignName, edited, evidenceOf, gradeOf, rulesOf, scoreOf, weights } from "../made-up.ts"

const rules = (design: DesignName, edit: (evidence: Evidence) => void) => rulesOf(gradeOf(edited(design, edit)))
const strong = (edit: (evidence: Evidence) => void) => rules("strong", edit)
const record = (evidence: Evidence) => evidence.stages.at(-1)!.work[0]!
const lastDay = (evidence: Evidence) => evidence.stages.at(-1)!.work[1]!

describe("right designs that differ get no finding", () => {
  it.each<[string, (evidence: Evidence) => void]>([
    ["both days by one IN", (e) => (e.statements[1]!.in = "partition")],
    ["ascending order", (e) => (e.schema.tables[0]!.clusteringKey[0]!.order = "asc")],
    [
      "the expiry on the write",
      (e) => {
        e.schema.tables[0]!.ttlSeconds = 0
        e.statements[0]!.ttl = 31 * 86_400
      },
    ],
    [
      "an expiry bound at run time",
      (e) => {
        e.schema.tables[0]!.ttlSeconds = 0
        e.statements[0]!.ttl = "bound"
      },
    ],
    [
      "hour buckets asked for in parallel",
      (e) => Object.assign(lastDay(e).counts, { roundTrips: 25, lookups: 25, requests: 25 }),
    ],
    ["a whole day more read than returned", (e) => (lastDay(e).counts.rows = 30)],
    ["a blob of a closed day, read no dearer", (e) => (lastDay(e).counts.rows = 2)],
    [
      "a small table without expiry that never grows",
      (e) => {
        e.schema.tables.push({ ...e.schema.tables[0]!, name: "settings", ttlSeconds: 0 })
        for (const stage of e.stages)
          stage.storage!.tables.push({
            name: "settings",
            partitions: 1,
            bytes: 100,
            largestPartitionBytes: 100,
            largestPartitionKey: "1",
            sstables: 1,
          })
      },
    ],
    ["unified compaction", (e) => (e.schema.tables[0]!.compaction = "UnifiedCompactionStrategy")],
    ["a handful of tombstones", (e) => (lastDay(e).counts.tombstones = 5)],
  ])("%s", (_, edit) => {
    expect(strong(edit)).toEqual([])
  })
})

it("makes nothing of counts that an engine does not have", () => {
  const evidence = edited("strong", (e) => {
    for (const work of e.stages.flatMap((stage) => stage.work)) work.counts = { roundTrips: work.counts.roundTrips! }
  })
  const report = gradeOf(evidence, { weights: { ...weights, weights: { roundTrips: 60 } } })
  expect(rulesOf(report)).toEqual([])
  expect(scoreOf(report, "rows").points).toBeNull()
})

describe("each rule names what it is there for", () => {
  it.each<[string, (evidence: Evidence) => void]>([
    ["no-twcs", (e) => (e.schema.tables[0]!.compaction = "SizeTieredCompactionStrategy")],
    ["early-expiry", (e) => (e.schema.tables[0]!.ttlSeconds = 86_400)],
    ["no-ttl", (e) => (e.schema.tables[0]!.ttlSeconds = 365 * 86_400)],
    ["wide-read", (e) => (lastDay(e).counts.rows = 60)],
    ["n-plus-one", (e) => (lastDay(e).counts.waves = 13)],
    ["read-before-write", (e) => (record(e).counts.reads = 1)],
    ["tombstones", (e) => (lastDay(e).counts.tombstones = 300)],
    [
      "in-partition-key",
      (e) => {
        e.statements[1]!.in = "partition"
        lastDay(e).counts.lookups = 25
      },
    ],
    [
      "multi-partition-batch",
      (e) => {
        Object.assign(record(e).counts, { statements: 13, requests: 1, partitionsWritten: 12 })
      },
    ],
    [
      "lightweight-transaction",
      (e) => {
        e.statements[0]!.conditional = true
        Object.assign(record(e).counts, { reads: 1, lookups: 1, mutations: 2, roundTrips: 1 })
      },
    ],
    [
      "blob-value",
      (e) => {
        Object.assign(lastDay(e).counts, { rows: 1, readKiB: 300 })
      },
    ],
    [
      "hot-partition",
      (e) => {
        for (const stage of e.stages) stage.storage!.tables[0]!.partitions = stage.at.history! + 1
      },
    ],
    [
      "late-work",
      (e) =>
        e.suspicions.push({ rule: "late-work", message: "half of the mutations came after the reply", evidence: null }),
    ],
    ["off-turn-work", (e) => (e.position!.leftOut = { value: 0.4, low: 0.35, high: 0.45 })],
  ])("%s", (rule, edit) => {
    expect(strong(edit)).toEqual([rule])
  })

  it("finds an index whose values match a large part of the table", () => {
    const found = rules("weak", (e) => {
      lastDay(e).counts.rows = 9000
    })
    expect(found).toContain("low-selectivity-index")
    expect(rulesOf(gradeOf(evidenceOf("weak")))).not.toContain("low-selectivity-index")
  })

  it("leaves an index alone that is asked within a partition", () => {
    const found = rules(
      "weak",
      (e) => (e.statements[1]!.text = "SELECT * FROM events WHERE event_id = ? AND user_id = ?"),
    )
    expect(found).not.toContain("secondary-index-scan")
  })

  it("leaves a condition alone that the strong design needs as well", () => {
    expect(strong((e) => (e.statements[0]!.conditional = true))).toEqual([])
  })

  it("does not take the pages of a long answer for a loop", () => {
    expect(strong((e) => Object.assign(lastDay(e).counts, { waves: 5, rows: 5000, returned: 5000 }))).not.toContain(
      "n-plus-one",
    )
  })

  it("sees an ever-growing partition even where a larger one hides its bytes", () => {
    const found = rules("adequate", (e) => {
      for (const stage of e.stages) stage.storage!.tables[0]!.largestPartitionBytes = 9e6
    })
    expect(found).toContain("unbounded-partition")
  })
})

describe("a partition that is bounded by its expiry alone", () => {
  const expiring = (edit: (evidence: Evidence) => void = () => {}) =>
    gradeOf(
      edited("adequate", (e) => {
        e.schema.tables[0]!.ttlSeconds = 31 * 86_400
        for (const { at, storage } of e.stages)
          storage!.largestPartitionBytes = storage!.tables[0]!.largestPartitionBytes = 40_000 * at.history!
        edit(e)
      }),
    )

  it("is named where it costs points, with what it comes to", () => {
    const found = expiring().findings.find(({ rule }) => rule === "long-partition")
    expect(found?.evidence).toMatch(/From 2 to 29 days the largest partition of events grows from .* to .*MiB/)
    expect(found?.explains).toContain("partition")
    expect(found?.remedy).toContain("inner parentheses")
  })

  it("is left alone where new data makes new partitions or its key may, and where a larger table is beside it", () => {
    const more = expiring((e) => {
      for (const [at, { storage }] of e.stages.entries()) storage!.tables[0]!.partitions *= 1 + at
    })
    expect(rulesOf(more)).not.toContain("long-partition")
    const monthly = expiring((e) => e.schema.tables[0]!.partitionKey.push({ name: "month", type: "text" }))
    expect(rulesOf(monthly)).not.toContain("long-partition")
    const beside = expiring((e) => {
      for (const { storage } of e.stages) storage!.largestPartitionBytes *= 10
    })
    expect(rulesOf(beside)).not.toContain("long-partition")
  })
})

it("gives line, place, figures and remedy with each finding", () => {
  const [first] = gradeOf(evidenceOf("adequate")).findings
  expect(first).toMatchObject({ rule: "unbounded-partition", place: "events, partition key user_id", line: 2 })
  expect(first!.evidence).toMatch(/85 partitions .* 1\.54 MiB to 2\.94 MiB/)
  expect(first!.pointsLost).toBeCloseTo(10)
})

it("reads which columns a statement restricts", () => {
  const columns = restrictedColumns(
    `SELECT * FROM t WHERE User_Id = ? AND (at, "eventId") > (?, ?) AND tags CONTAINS 'x' AND day IN ?`,
  )
  expect([...columns]).toEqual(expect.arrayContaining(["user_id", "at", "tags", "day"]))
})
