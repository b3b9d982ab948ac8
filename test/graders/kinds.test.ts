import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { roomFor } from "../../graders/kinds/budget.ts"
import type { Evidence } from "../../sandboxes/evidence.ts"
import { breakInvariant, edited, evidenceOf, gradeOf, referenceCounts, rulesOf, scoreOf } from "./made-up.ts"

const graded = (edit: (evidence: Evidence) => void) => gradeOf(edited("strong", edit))
const points = (criterion: string, edit: (evidence: Evidence) => void) => scoreOf(graded(edit), criterion).points
const lastDay = (evidence: Evidence, stage = -1) => evidence.stages.at(stage)!.work[1]!

describe("correctness", () => {
  it("loses an invariant's points in full at one broken reply", () => {
    expect(points("right", (e) => breakInvariant(e, "ties", 1))).toBe(16)
    expect(points("right", (e) => breakInvariant(e, "ties", 80))).toBe(16)
  })

  it("is null where the run holds no check, and names what is missing", () => {
    const score = scoreOf(
      graded((e) => {
        e.invariants = e.invariants.filter((one) => one.invariant !== "order")
      }),
      "right",
    )
    expect(score.points).toBeNull()
    expect(score.reason).toContain("newest first")
  })

  it("charges to the design what none of its answers could show, because they all broke something else", () => {
    const score = scoreOf(
      graded((e) => {
        e.invariants = e.invariants.filter((one) => one.invariant !== "ties")
        breakInvariant(e, "order", 3)
      }),
      "right",
    )
    expect(score.points).toBe(12)
    expect(score.reason).toContain("was not shown, because every answer")
  })

  it("charges to the design what a stopped run did not reach", () => {
    const score = scoreOf(
      graded((e) => {
        e.invariants = e.invariants.filter((one) => one.invariant !== "long-day")
        e.stages[2]!.stopped = "lastDay took longer than 5 s"
      }),
      "right",
    )
    expect(score.points).toBe(16)
    expect(score.reason).toContain("30 days")
  })
})

describe("work", () => {
  it("never gives more for dearer counts", () => {
    const count = fc.constantFrom("roundTrips", "lookups", "rows", "tombstones", "ranges", "mutations", "readKiB")
    const amount = fc.double({ min: 0, max: 5000, noNaN: true })
    fc.assert(
      fc.property(count, amount, amount, (name, some, more) => {
        const withCount = (value: number) => points("work", (e) => (lastDay(e).counts[name] = value))!
        expect(withCount(some + more)).toBeLessThanOrEqual(withCount(some) + 1e-9)
      }),
      { numRuns: 40 },
    )
  })

  it("never gives more for more stored bytes or for failures", () => {
    const some = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(some, some, (share, more) => {
        const failing = (part: number) => points("work", (e) => (lastDay(e).failed = 24 * Math.min(1, part)))!
        expect(failing(share + more)).toBeLessThanOrEqual(failing(share) + 1e-9)
        const stored = (part: number) => points("work", (e) => (e.stages.at(-1)!.storage!.liveBytes = 1e9 * part))!
        expect(stored(share + more)).toBeLessThanOrEqual(stored(share) + 1e-9)
      }),
      { numRuns: 30 },
    )
  })

  it("has no cliff in any count", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 5000, noNaN: true }), (rows) => {
        const at = (value: number) => points("work", (e) => (lastDay(e).counts.rows = value))!
        expect(Math.abs(at(rows) - at(rows * 1.001))).toBeLessThan(0.05)
      }),
      { numRuns: 40 },
    )
  })

  it("gives full marks, not more, to a design that works less than the strong one", () => {
    expect(points("work", (e) => (lastDay(e).counts.lookups = 0))).toBe(20)
  })

  it("costs as much as the weak reference where every call failed", () => {
    expect(points("work", (e) => (lastDay(e).wrong = 24))).toBe(0)
  })

  it("costs as much as the weak reference where the answers did not come from the engine", () => {
    const report = graded((e) => {
      for (const name of Object.keys(lastDay(e).counts)) lastDay(e).counts[name] = 0
      e.suspicions.push({
        rule: "unread-answer",
        message: "too few bytes were read",
        evidence: { operation: "lastDay" },
      })
    })
    expect(scoreOf(report, "work").points).toBe(0)
    expect(rulesOf(report)).toContain("unread-answer")
  })

  it("is nothing where the largest size could not be finished", () => {
    expect(points("work", (e) => (e.stages.at(-1)!.stopped = "lastDay took longer than 5 s"))).toBe(0)
  })

  it.each(["missing", "stale"])("is null with the way out where the references' counts are %s", (how) => {
    const counts = how === "missing" ? null : { ...referenceCounts, workloadHash: "another" }
    const report = gradeOf(evidenceOf("strong"), { referenceCounts: counts })
    for (const id of ["work", "partition", "rows"]) {
      expect(scoreOf(report, id).points).toBeNull()
      expect(scoreOf(report, id).reason).toContain("./proofrun verify --store")
    }
    expect(report.measured).toEqual({ points: null, outOf: 75, interval: null })
    expect(report.measuredBand).toBeNull()
  })
})

describe("growth", () => {
  it("judges what expires within 1.5 times the retention at that bound", () => {
    const monthly = (ttl: number) => (e: Evidence) => {
      e.schema.tables[0]!.ttlSeconds = ttl * 86_400
      for (const [index, stage] of e.stages.entries())
        stage.storage!.tables[0]!.largestPartitionBytes = stage.storage!.largestPartitionBytes =
          1_080_000 + [2, 8, 29, 29, 29][index]! * 12 * 180
    }
    expect(points("partition", monthly(31))).toBeGreaterThan(9)
    expect(points("partition", monthly(46))).toBeCloseTo(0)
    expect(points("partition", monthly(0))).toBeCloseTo(0)
    expect(scoreOf(graded(monthly(31)), "partition").reason).toContain("45 days")
  })

  it("believes the rows and not the statements where a TTL is bound", () => {
    const bound = (lastingRows: number, longestTtlSeconds: number) =>
      scoreOf(
        gradeOf(
          edited("adequate", (e) => {
            e.statements[0]!.ttl = "bound"
            for (const table of e.stages.at(-1)!.storage!.tables)
              Object.assign(table, { rows: 1000, lastingRows, longestTtlSeconds })
          }),
        ),
        "partition",
      )
    expect(bound(0, 31 * 86_400).reason).toContain("45 days")
    expect(bound(10, 31 * 86_400).reason).toContain("45 days")
    expect(bound(1000, 0).points).toBeCloseTo(0)
    expect(bound(300, 31 * 86_400).points).toBeCloseTo(0)
    expect(bound(0, 400 * 86_400).points).toBeCloseTo(0)
  })

  it("believes the rows where a TTL stands in a statement that is not understood", () => {
    const batch = (lastingRows: number) =>
      edited("adequate", (e) => {
        e.schema.tables[0]!.ttlSeconds = 0
        for (const one of e.statements) if (one.kind === "insert") Object.assign(one, { kind: "batch", table: null })
        for (const table of e.stages.at(-1)!.storage!.tables)
          Object.assign(table, { rows: 1000, lastingRows, longestTtlSeconds: 31 * 86_400 })
      })
    expect(scoreOf(gradeOf(batch(0)), "partition").reason).toContain("45 days")
    expect(gradeOf(batch(0)).findings.map(({ rule }) => rule)).not.toContain("no-ttl")
    expect(gradeOf(batch(1000)).findings.map(({ rule }) => rule)).toContain("no-ttl")
    // Rows that expire, beside those of a statement that says that they do not.
    const junk = edited("adequate", (e) => {
      e.schema.tables[0]!.ttlSeconds = 0
      for (const table of e.stages.at(-1)!.storage!.tables)
        Object.assign(table, { rows: 1000, lastingRows: 100, longestTtlSeconds: 31 * 86_400 })
    })
    expect(scoreOf(gradeOf(junk), "partition").points).toBeCloseTo(0)
  })

  it("takes one row that holds ever more for as many rows as it has grown by", () => {
    const whole = points("rows", () => {})!
    const oneRow = (kib: (index: number) => number) =>
      points("rows", (e) => {
        for (const [index, stage] of e.stages.entries())
          Object.assign(stage.work[1]!.counts, { rows: 1, readKiB: kib(index) })
      })!
    expect(oneRow(() => 40)).toBe(whole)
    expect(oneRow((index) => 2 * [2, 8, 29, 29, 29][index]!)).toBeLessThan(0.6 * whole)
  })

  it("takes the default away where a statement says USING TTL 0", () => {
    const report = gradeOf(
      edited("adequate", (e) => {
        e.schema.tables[0]!.ttlSeconds = 31 * 86_400
        e.statements[0]!.ttl = 0
      }),
    )
    expect(scoreOf(report, "partition").points).toBeCloseTo(0)
  })

  describe("of a table that came only after the smaller sizes", () => {
    const MB = 1_000_000
    type Pieces = { partitions: number; largest: number; bytes: number }
    /** As it is at the size where it came, and at all that follow. */
    const later =
      (came: Pieces, then: Pieces, moved = false) =>
      (e: Evidence) => {
        for (const [index, { storage }] of e.stages.entries()) {
          const none = { partitions: 0, largest: 0, bytes: 0 }
          const { largest, ...rest } = index < 2 ? none : index === 2 ? came : then
          const table = {
            name: "closed",
            ...rest,
            largestPartitionBytes: largest,
            largestPartitionKey: "",
            sstables: 1,
          }
          storage!.tables.push(table)
          if (moved) storage!.tables.push({ ...table, name: "open", partitions: 1, bytes: index < 2 ? MB : 0 })
          storage!.largestPartitionBytes = Math.max(storage!.largestPartitionBytes, largest)
        }
      }
    const CAME = { partitions: 16, largest: 2 * MB, bytes: 20 * MB }
    const THEN = { partitions: 76, largest: 2 * MB, bytes: 90 * MB }

    it("is none where more data made more pieces and none larger, and the report says so", () => {
      const { points: given, reason, evidence } = scoreOf(graded(later(CAME, THEN)), "partition")
      expect(reason).toContain("stays flat")
      expect(reason).toContain("closed came only after the smaller of the last two sizes")
      expect(evidence).toMatchObject({ carriedOn: 2 * MB, power: 0, cameLater: "closed" })
      expect(given).toBeGreaterThan(3)
    })

    it("is none where it holds next to nothing, in some pieces, though no more came", () => {
      const beside = (bytes: number, came: Pieces, then: Pieces, moved = false) =>
        points("partition", (e) => {
          later(came, then, moved)(e)
          for (const { storage } of e.stages) storage!.tables[0]!.bytes = bytes
        })
      const slight = { partitions: 13, largest: 0.1 * MB, bytes: MB }
      expect(beside(30 * MB, slight, slight)).toBe(10)
      expect(beside(10 * MB, slight, slight)).toBe(0)
      expect(beside(30 * MB, { ...slight, partitions: 1 }, slight)).toBe(0)
      expect(beside(30 * MB, slight, { ...slight, largest: 0.2 * MB })).toBe(0)
      expect(beside(30 * MB, slight, slight, true)).toBe(0)
    })

    it.each([
      ["its pieces went on to grow", later(CAME, { ...THEN, largest: 2.1 * MB })],
      ["no more of them came", later(CAME, { ...THEN, partitions: 16 })],
      ["no more data came", later(CAME, { ...THEN, bytes: 20 * MB })],
      ["one is far larger than the others", later({ ...CAME, bytes: 7 * MB }, THEN)],
      ["it was only moved from another table", later(CAME, THEN, true)],
      [
        "the run did not go on",
        (e: Evidence) => {
          later(CAME, THEN)(e)
          for (const stage of e.stages.slice(3)) stage.stopped = "lastDay took longer than 5 s"
        },
      ],
    ])("is growth from nothing where %s", (_why, edit) => {
      const { points: given, reason } = scoreOf(graded(edit), "partition")
      expect(reason).toContain("in proportion")
      expect(given).toBe(0)
    })

    it("is growth from nothing where a tenth of it was there before", () => {
      const edit = (e: Evidence) => {
        later(CAME, THEN)(e)
        Object.assign(e.stages[1]!.storage!.tables[1]!, { partitions: 2, bytes: 1000, largestPartitionBytes: 500 })
      }
      expect(scoreOf(graded(edit), "partition").points).toBe(0)
    })

    it("is no partition that grows without end", () => {
      const table = { ...edited("strong", () => {}).schema.tables[0]!, name: "closed", ttlSeconds: 0 }
      const rules = (edit: (e: Evidence) => void) =>
        rulesOf(
          graded((e) => {
            e.schema.tables.push(table)
            edit(e)
          }),
        )
      expect(rules(later(CAME, THEN))).not.toContain("unbounded-partition")
      expect(rules(later(CAME, { ...THEN, largest: 2.1 * MB }))).toContain("unbounded-partition")
    })
  })

  it("tells the growth of the piece that is judged, not of those that were largest by the way", () => {
    const report = graded((e) => {
      // It grows in proportion, and is the largest at no size of the run.
      for (const { at, storage } of e.stages) {
        const own = 30_000 * at.history!
        const table = { name: "by_month", largestPartitionKey: "1", sstables: 1, partitions: 1, bytes: own }
        storage!.tables.push({ ...table, largestPartitionBytes: own })
      }
    })
    expect(scoreOf(report, "partition")).toMatchObject({
      reason: expect.stringContaining("grows in proportion"),
      evidence: { power: expect.closeTo(1) },
    })
  })

  it("never gives more for steeper growth", () => {
    const slope = fc.double({ min: 0, max: 50, noNaN: true })
    fc.assert(
      fc.property(slope, slope, (some, more) => {
        const growing = (rows: number) =>
          points("rows", (e) => {
            for (const stage of e.stages) stage.work[1]!.counts.rows = 12 + rows * stage.at.history!
          })!
        expect(growing(some + more)).toBeLessThanOrEqual(growing(some) + 1e-9)
        expect(Math.abs(growing(some) - growing(some * 1.001 + 1e-6))).toBeLessThan(0.05)
      }),
      { numRuns: 40 },
    )
  })

  it("is nothing where a size of the axis could not be finished, and knows other axes apart", () => {
    const report = graded((e) => {
      e.stages[4]!.stopped = "lastDay took longer than 5 s"
    })
    expect(scoreOf(report, "rows").points).toBe(5)
    expect(points("rows", (e) => (e.stages[2]!.stopped = "lastDay took longer than 5 s"))).toBe(0)
  })
})

describe("engine CPU that the counts do not explain", () => {
  const busy = (factor: number) => (e: Evidence) => {
    e.position!.cpuMicros.candidate *= factor
  }

  it("is forgiven up to half as much again", () => {
    expect(points("work", busy(1.45))).toBe(20)
    expect(rulesOf(graded(busy(1.45)))).not.toContain("uncounted-work")
  })

  it("is charged beyond, without a cliff, and named", () => {
    expect(points("work", busy(1.6))).toBeGreaterThan(19)
    expect(points("work", busy(20))).toBeLessThan(12)
    const report = graded(busy(20))
    expect(rulesOf(report)).toEqual(["uncounted-work"])
    expect(report.findings[0]!.explains).toContain("work")
  })

  it("is not charged for one size alone: work that grows with the data is there at every later size", () => {
    const once = (e: Evidence) => {
      e.stages[2]!.work[1]!.cpuMicros! *= 20
    }
    expect(scoreOf(graded(once), "rows")).toEqual(
      scoreOf(
        graded(() => {}),
        "rows",
      ),
    )
  })

  it("is seen when it grows with the data while the counts stand still", () => {
    const report = graded((e) => {
      for (const [index, stage] of e.stages.entries()) stage.work[1]!.cpuMicros = 300 * 4 ** index
    })
    expect(rulesOf(report)).toContain("uncounted-work")
    expect(scoreOf(report, "rows").points).toBeLessThan(5)
  })
})

describe("position", () => {
  it("is 0 with the reason where no rounds were timed", () => {
    const score = scoreOf(
      graded((e) => (e.position!.skipped = "one call took longer than the anchor's")),
      "position",
    )
    expect([score.points, score.reason]).toEqual([0, "No rounds were timed: one call took longer than the anchor's."])
  })

  describe("where the references run faster without the design", () => {
    const without = (leftOut: { value: number; low: number; high: number }, leftOutChance = 0.0003) =>
      points("position", (e) => Object.assign(e.position!, { leftOut, leftOutChance }))

    it("is 0 where they are twice as fast: no machine does that by itself", () => {
      expect(without({ value: 0.4, low: 0.35, high: 0.45 })).toBe(0)
    })

    it("is beside the strong reference as it is without the design, so that nothing is gained and nobody falls off a cliff", () => {
      const some = without({ value: 0.8, low: 0.75, high: 0.85 })!
      const more = without({ value: 0.6, low: 0.55, high: 0.65 })!
      expect(some).toBeLessThan(10)
      expect(some).toBeGreaterThan(9)
      expect(more).toBeLessThan(some)
      // As if the references' own calls had been so much faster, the anchor's as well.
      const faster = points("position", (e) => {
        const { ladder, midmeans } = e.position!
        const value = ladder.value - Math.log(0.85) / Math.log(midmeans.anchor / midmeans.strong)
        e.position!.ladder = { value, low: value, high: value }
      })
      expect(some).toBeCloseTo(faster!, 6)
    })

    it("changes nothing by chance, within the tolerance, or where the interval says little", () => {
      expect(without({ value: 0.8, low: 0.75, high: 0.85 }, 0.02)).toBe(10)
      expect(without({ value: 0.8, low: 0.55, high: 1.05 })).toBe(10)
      expect(without({ value: 0.93, low: 0.92, high: 0.94 })).toBe(10)
      // One in forty innocent runs has an interval that ends below 1: that accuses nobody.
      expect(without({ value: 0.885, low: 0.8, high: 0.985 })).toBe(10)
    })
  })

  it("is 0 where the processes work between their calls", () => {
    const report = graded((e) => (e.position!.offTurnCpuShare = 0.2))
    expect(scoreOf(report, "position").points).toBe(0)
    expect(rulesOf(report)).toEqual(["off-turn-work"])
  })

  it("is null where the run did not time any, and 0 where the design kept it from doing so", () => {
    expect(points("position", (e) => (e.position = null))).toBeNull()
    const stopped = (e: Evidence) => {
      e.position = null
      e.stages.at(-1)!.stopped = "lastDay took longer than 5 s"
    }
    expect(points("position", stopped)).toBe(0)
  })

  it("carries the ladder's interval through to points", () => {
    const score = scoreOf(
      graded((e) => (e.position!.ladder = { value: 0.525, low: 0.43, high: 0.62 })),
      "position",
    )
    expect(score.points).toBeCloseTo(5)
    expect(score.interval!.low).toBeCloseTo(4)
    expect(score.interval!.high).toBeCloseTo(6)
  })
})

describe("budget", () => {
  it("weighs operations alike", () => {
    expect(points("budget", (e) => (e.peak!.operations[0]!.p99Ratio = { value: 9, low: 8, high: 10 }))).toBe(5)
  })

  it("leaves a design no more than its counted work has room for, however its calls fared beside strong's", () => {
    const busy = (times: number) =>
      graded((e) => {
        for (const one of e.stages.at(-1)!.work)
          for (const name of Object.keys(one.counts)) if (name !== "waves") one.counts[name]! *= times
      })
    const loadOf = (report: ReturnType<typeof busy>) =>
      (scoreOf(report, "budget").evidence as { engineCpuSecondsPerSecond: number }).engineCpuSecondsPerSecond
    const once = loadOf(busy(1))
    expect(scoreOf(busy(1), "budget").reason).not.toContain("wait behind")
    const between = busy(1.5 / once)
    expect(loadOf(between)).toBeCloseTo(1.5, 1)
    expect(scoreOf(between, "budget").points).toBeCloseTo(10 * roomFor(loadOf(between)))
    expect(scoreOf(between, "budget").reason).toContain("strong's calls wait behind these")
    expect(scoreOf(busy(3 / once), "budget").points).toBe(0)
  })

  it("takes what is done at peak alone for what it is: the ratios beside strong's are so much worse", () => {
    const doing = (times: number) =>
      graded((e) => {
        const { work } = e.stages.at(-1)!
        const counts: Record<string, number> = {}
        for (const one of work)
          for (const [name, value] of Object.entries(one.counts))
            counts[name] = (counts[name] ?? 0) + 100 * times * value
        e.peak!.work = { calls: work.map(({ operation }) => ({ operation, mixed: 100, inPhases: 0 })), counts }
      })
    const whole = points("budget", () => {})!
    expect(scoreOf(doing(1), "budget").evidence).toMatchObject({ workAtPeak: expect.closeTo(1, 6) })
    expect([1, 1.9].map((times) => scoreOf(doing(times), "budget").points)).toEqual([whole, whole])
    const much = scoreOf(doing(5), "budget")
    expect(much.points).toBeLessThan(whole)
    expect(much.reason).toContain("At peak its calls made the engine do 5 times what the same calls did")
    expect(scoreOf(doing(20), "budget").points).toBe(0)
  })

  it("takes what its own processes burn at peak, beyond what a design may do there, for what it is", () => {
    const burning = (times: number) => graded((e) => (e.peak!.hostMicros = { candidate: 500 * times, strong: 500 }))
    const whole = points("budget", () => {})!
    expect([0.5, 1, 3.9].map((times) => scoreOf(burning(times), "budget").points)).toEqual([whole, whole, whole])
    const much = scoreOf(burning(10), "budget")
    expect(much.points).toBeLessThan(whole)
    expect(much.reason).toContain("At peak its own processes used 10 times the CPU of strong's, call for call")
    expect(much.evidence).toMatchObject({ hostCpuAtPeak: 10 })
    expect(scoreOf(burning(40), "budget").points).toBe(0)
  })

  it("is 0 where the answers did not come from the engine, and so is the place on the ladder", () => {
    for (const rule of ["unread-answer", "beside-calls"]) {
      const report = graded((e) => e.suspicions.push({ rule, message: "all was read at the start", evidence: null }))
      for (const id of ["work", "position", "budget"])
        expect([rule, id, scoreOf(report, id).points]).toEqual([rule, id, 0])
      expect(rulesOf(report)).toContain(rule)
    }
  })

  it("is null where this machine is too slow to send what the counts have room for", () => {
    const score = scoreOf(
      graded((e) => {
        e.peak!.skipped = "these calls need 11 s of engine CPU each second"
        e.peak!.rateShare = 0.09
      }),
      "budget",
    )
    expect(score.points).toBeNull()
  })

  it("is the same whether a slow machine was sent all of the peak or half of it, and says so", () => {
    const slow = graded((e) => {
      e.peak!.rateShare = 0.5
    })
    expect(scoreOf(slow, "budget").points).toBe(points("budget", () => {}))
    expect(slow.remarks.join(" ")).toContain("50% of them were sent")
  })

  it("is null where an operation is missing from the peak", () => {
    expect(points("budget", (e) => void e.peak!.operations.pop())).toBeNull()
  })

  it("is 0 with the reason where the peak could not be sent", () => {
    const score = scoreOf(
      graded((e) => (e.peak!.skipped = "these calls need more CPU than there is")),
      "budget",
    )
    expect([score.points, score.reason]).toEqual([0, "The peak was not sent: these calls need more CPU than there is."])
  })
})

describe("the sizes of an axis", () => {
  it("are the workload's where it names them", () => {
    const report = graded((e) => {
      e.stages.push({
        ...structuredClone(e.stages[4]!),
        id: "bot",
        label: "a long day",
        at: { history: 29, users: 361 },
      })
      for (const stage of e.stages) stage.axes = []
      for (const stage of e.stages.slice(0, 3)) stage.axes!.push("history")
      for (const stage of e.stages.slice(2, 5)) stage.axes!.push("users")
      e.position!.stage = "6x-users"
    })
    expect(report.comparison!.axes).toEqual({
      history: ["2-days", "8-days", "30-days"],
      users: ["30-days", "3x-users", "6x-users"],
    })
  })

  it("leave a criterion null whose named reference is not counted", () => {
    const { adequate: _, ...references } = referenceCounts.references
    const report = gradeOf(evidenceOf("strong"), { referenceCounts: { ...referenceCounts, references } })
    expect(scoreOf(report, "partition").points).toBeNull()
    expect(scoreOf(report, "rows").points).toBe(5)
  })
})
