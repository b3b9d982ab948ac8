/** Findings where data lies under keys: an expiry takes a whole key away, and reports speak of keys and elements. */
import { describe, expect, it } from "vitest"
import { candidateGrowth } from "../../../graders/growth-fit.ts"
import type { Evidence } from "../../../sandboxes/evidence.ts"
import { type DesignName, edited, gradeOf, measuredOf, question, rulesOf, scoreOf, statement } from "../made-up.ts"

const DAY_S = 86_400

/** A made-up design as it would lie in Redis. */
function underKeys(design: DesignName, edit: (evidence: Evidence) => void = () => {}): Evidence {
  return edited(design, (e) => {
    e.model = "keys"
    const table = e.schema.tables[0]!
    Object.assign(table, { expires: "key", clusteringKey: [], compaction: "", indexes: [], line: undefined })
    table.partitionKey = [{ name: "events", type: "key" }]
    table.columns = [{ name: "zset", type: "zset" }]
    e.statements = [statement("ZADD events", ["record"], { kind: "insert" })]
    edit(e)
  })
}
const rules = (evidence: Evidence) => rulesOf(gradeOf(evidence))
const lastDay = (e: Evidence) => e.stages.at(-1)!.work[1]!
const history = question.axes[0]!
const largest = { measure: "largest-partition-bytes" as const }
const boundOf = (evidence: Evidence) => candidateGrowth(measuredOf(evidence), history, largest)?.bound ?? null

describe("an expiry of whole keys", () => {
  it("bounds keys that are closed as time goes by", () => {
    const evidence = underKeys("strong")
    expect(rules(evidence)).toEqual([])
    expect(candidateGrowth(measuredOf(evidence), history, largest)?.bound).toMatch(/expires/)
  })

  it("does not bound a key that is written on and on, for each write puts it off", () => {
    const evidence = underKeys("adequate", (e) => {
      e.schema.tables[0]!.ttlSeconds = 31 * DAY_S
    })
    expect(rules(evidence)).toEqual(["no-ttl", "unbounded-partition"])
    const found = gradeOf(evidence).findings
    expect(found.find(({ rule }) => rule === "no-ttl")?.evidence).toMatch(
      /Keys like events expire after 31 days without a write/,
    )
    expect(
      candidateGrowth(measuredOf(evidence), { ...history, boundedAt: undefined }, largest)?.bound ?? null,
    ).toBeNull()
  })

  it("does not bound a key for each person because the run opens some for people of its own", () => {
    const opened = (share: number) =>
      underKeys("adequate", (e) => {
        e.schema.tables[0]!.ttlSeconds = 31 * DAY_S
        for (const [at, { storage }] of e.stages.entries()) storage!.tables[0]!.partitions *= 1 + share * at
      })
    // 425, 435, 445: measured.
    expect(boundOf(opened(10 / 425))).toBeNull()
    expect(rules(opened(10 / 425))).toContain("no-ttl")
    expect(boundOf(opened(0.5))).toMatch(/expires/)
  })

  it("is judged by which keys were named at two times, not by how many there are", () => {
    const seen = (both: number, share: number) =>
      underKeys("adequate", (e) => {
        const [{ name }] = e.schema.tables
        e.schema.tables[0]!.ttlSeconds = 31 * DAY_S
        for (const [at, { storage }] of e.stages.entries()) storage!.tables[0]!.partitions *= 1 + share * at
        e.keysApart = [{ table: name, days: 28, early: 4, late: 4, both }]
      })
    // Junk beside keys that are written on and on.
    expect(boundOf(seen(4, 3))).toBeNull()
    expect(rules(seen(4, 3))).toContain("unbounded-partition")
    expect(gradeOf(seen(4, 3)).findings.find(({ rule }) => rule === "no-ttl")?.evidence).toMatch(
      /of 4 keys that a write named, 4 were named again by one 28 days later/,
    )
    // A key for each month, where the history lies within one.
    expect(boundOf(seen(0, 0))).toMatch(/expires/)
    expect(rules(seen(0, 0))).toEqual([])
  })

  it("bounds no less a key that is closed and kept longer, on whatever day of the month the run is", () => {
    const monthly = (ttlDays: number) =>
      underKeys("adequate", (e) => {
        const [table] = e.schema.tables
        table!.ttlSeconds = ttlDays * DAY_S
        e.keysApart = [{ table: table!.name, days: 28, early: 4, late: 4, both: 0 }]
      })
    // Until the end of the month and 31 days more.
    for (const days of [32, 46, 61]) {
      expect(boundOf(monthly(days))).toMatch(/expires/)
      expect(rules(monthly(days))).toEqual([])
    }
    for (const days of [0, 100]) {
      expect(boundOf(monthly(days))).toMatch(/nothing more is written under a key/)
      expect(rules(monthly(days))).toEqual(["no-ttl"])
    }
    const evidence = gradeOf(monthly(100)).findings[0]!.evidence
    expect(evidence).toMatch(/expire after 100 days without a write; the statement/)
  })

  it("is not needed for any key of a script that cuts off what is old", () => {
    const script = (tables: string[], outlived: number) =>
      underKeys("adequate", (e) => {
        const [{ name }] = e.schema.tables
        const keys = tables.map((table) => (table === "own" ? name : table))
        const facts = { kind: "insert", table: keys[0], tables: keys, trims: true } as const
        e.statements.push(
          statement(`SCRIPT 01234567 [ZADD ZREMRANGEBYSCORE HDEL] ${keys.join(" ")}`, ["record"], facts),
        )
        e.keysApart = [{ table: name, days: 28, early: 4, late: 4, both: 4, growing: 4, outlived }]
      })
    expect(boundOf(script(["index", "own"], 0))).toMatch(/expires/)
    expect(rules(script(["index", "own"], 0))).toEqual([])
    expect(boundOf(script(["index", "own"], 4))).toBeNull()
    expect(boundOf(script(["index"], 0))).toBeNull()
  })

  it("is not needed where the writes themselves cut off what is old", () => {
    const evidence = underKeys("adequate", (e) => {
      e.statements.push(statement("ZREMRANGEBYSCORE events (cut)", ["record"], { kind: "insert", trims: true }))
    })
    expect(rules(evidence)).toEqual([])
    expect(candidateGrowth(measuredOf(evidence), history, largest)?.bound).toMatch(/expires/)
  })

  it("is needed where the commands that should cut off what is old were seen to cut off nothing", () => {
    const cutting = (outlived: number) =>
      underKeys("adequate", (e) => {
        const [{ name }] = e.schema.tables
        e.statements.push(
          statement(`ZREMRANGEBYSCORE ${name} (cut)`, ["record"], { kind: "insert", table: name, trims: true }),
        )
        e.keysApart = [{ table: name, days: 28, early: 4, late: 4, both: 4, growing: 4, outlived }]
      })
    expect(boundOf(cutting(0))).toMatch(/expires/)
    // One write in twenty cuts off, and not each key has had that one.
    expect(boundOf(cutting(1))).toMatch(/expires/)
    expect(boundOf(cutting(4))).toBeNull()
    expect(gradeOf(cutting(4)).findings.find(({ rule }) => rule === "no-ttl")?.evidence).toMatch(
      /in 4 of 4 keys, through many more/,
    )
    expect(rules(cutting(4))).toEqual(expect.arrayContaining(["no-ttl", "unbounded-partition"]))
  })

  it("is not believed where the writes that would have shown it were refused", () => {
    const refused = (edit: (e: Evidence) => void) =>
      underKeys("adequate", (e) => {
        edit(e)
        e.keysApart = []
      })
    const cutting = refused((e) => {
      const [{ name }] = e.schema.tables
      const cut = { kind: "insert", table: name, trims: true } as const
      e.statements.push(statement(`ZREMRANGEBYSCORE ${name} (cut)`, ["record"], cut))
    })
    expect(boundOf(cutting)).toBeNull()
    const monthly = refused((e) => {
      e.schema.tables[0]!.ttlSeconds = 31 * DAY_S
      for (const [at, { storage }] of e.stages.entries()) storage!.tables[0]!.partitions *= 1 + at
    })
    expect(boundOf(monthly)).toBeNull()
  })

  it("may come too early", () => {
    expect(
      rules(
        underKeys("strong", (e) => {
          e.schema.tables[0]!.ttlSeconds = 7 * DAY_S
        }),
      ),
    ).toEqual(["early-expiry"])
  })

  describe("of a copy", () => {
    /** Another table beside the first, of this share of its bytes. */
    const beside = (ttlDays: number, otherTtlDays: number, share: number) =>
      underKeys("strong", (e) => {
        const [table] = e.schema.tables
        table!.ttlSeconds = ttlDays * DAY_S
        e.schema.tables.push({ ...table!, name: "other", ttlSeconds: otherTtlDays * DAY_S })
        for (const { storage } of e.stages) {
          const [of] = storage!.tables
          storage!.tables.push({ ...of!, name: "other", bytes: share * of!.bytes, largestPartitionBytes: 0 })
        }
      })

    it("is not too early where another table keeps it", () => {
      expect(rules(beside(3, 31, 1))).toEqual([])
      expect(rules(beside(3, 7, 1))).toEqual(["early-expiry"])
    })

    it("is too early where what is kept is too little to hold it", () => {
      const report = gradeOf(beside(7, 31, 0.01))
      expect(rulesOf(report)).toContain("early-expiry")
      expect(report.measuredBand).toBe("weak")
    })
  })

  it("is asked for of nothing that has a key for each user, of whom the run opens some of its own", () => {
    const users = (perSize: number) =>
      underKeys("strong", (e) => {
        e.schema.tables.push({ ...e.schema.tables[0]!, name: "state", ttlSeconds: 0 })
        for (const [at, { storage }] of e.stages.entries()) {
          const partitions = 425 + perSize * at
          const of = storage!.tables[0]!
          storage!.tables.push({
            ...of,
            name: "state",
            bytes: 100 * partitions,
            partitions,
            largestPartitionBytes: 100,
          })
        }
      })
    expect(rules(users(10))).toEqual([])
    expect(rules(users(100))).toContain("no-ttl")
  })
})

describe("what only data under keys can do wrong", () => {
  it.each<[string, (e: Evidence) => void]>([
    ["key-scan", (e) => Object.assign(lastDay(e).counts, { scans: 1 })],
    ["script-scan", (e) => Object.assign(lastDay(e).counts, { scripts: 1, rows: 200 })],
    [
      "blob-value",
      (e) => {
        e.schema.tables[0]!.columns = [{ name: "string", type: "blob" }]
        Object.assign(lastDay(e).counts, { rows: 1, readKiB: 300 })
      },
    ],
  ])("%s", (rule, edit) => {
    expect(rules(underKeys("strong", edit))).toContain(rule)
  })

  it("is no scan where a script writes a copy for each element that it goes through", () => {
    const fanOut = (rowsWritten: number) =>
      rules(
        underKeys("strong", (e) => {
          Object.assign(e.stages.at(-1)!.work[0]!.counts, { scripts: 1, rows: 75, rowsWritten })
        }),
      )
    expect(fanOut(76)).not.toContain("script-scan")
    expect(fanOut(1)).toContain("script-scan")
  })

  it("reads a growing collection whole", () => {
    const whole = (e: Evidence) => {
      e.statements.push(statement("LRANGE events (all)", ["lastDay"], { kind: "select", whole: true }))
      lastDay(e).counts.rows = 350
    }
    const report = gradeOf(underKeys("adequate", whole))
    expect(rulesOf(report)).toContain("whole-collection")
    expect(report.findings.find(({ rule }) => rule === "whole-collection")?.evidence).toMatch(
      /all 350 elements to return 12/,
    )
    // A closed day is read whole with good reason: its key does not grow.
    expect(rules(underKeys("strong", whole))).not.toContain("whole-collection")
  })
})

it("speaks of keys and elements", () => {
  const report = gradeOf(
    underKeys("adequate", (e) => {
      lastDay(e).counts.rows = 200
    }),
  )
  const texts = [...report.findings.flatMap(({ title, evidence, remedy, place }) => [title, evidence, remedy, place])]
  texts.push(scoreOf(report, "partition").reason, scoreOf(report, "rows").reason)
  expect(texts.join("\n")).toMatch(/largest key/)
  expect(texts.join("\n")).toMatch(/elements/)
  expect(texts.join("\n")).not.toMatch(/partition|\brows?\b|replica|tombstone/i)
})

describe("a key that every call goes to", () => {
  const asked = (perCall: number, strongPerCall: number) =>
    rules(
      underKeys("strong", (e) => {
        e.peak!.hottestKey = { pattern: "events:total", perCall, strongPerCall }
      }),
    )

  it("is hot, however small it is", () => {
    expect(asked(1, 0.04)).toEqual(["hot-partition"])
  })

  it("is not where the strong reference has one like it", () => {
    expect(asked(1, 0.5)).toEqual([])
  })

  it("is not where few calls go to it", () => {
    expect(asked(0.2, 0.01)).toEqual([])
  })
})
