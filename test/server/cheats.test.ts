import { describe, expect, it } from "vitest"
import type { Report } from "../../graders/report.ts"
import type { Submission } from "../../sandboxes/submission.ts"
import { settings } from "../../server/settings.ts"
import {
  gradeFull,
  gradeQuick,
  gradeUntimed,
  reference,
  storedStrong,
  strongAccess,
  strongWith,
} from "../support/grading.ts"

/** The longest ones: with --full only. */
const inFull = it.runIf(settings().full)
const broken = (report: Report) =>
  report.evidence?.invariants.filter((one) => one.broken > 0).map(({ invariant }) => invariant) ?? []
const counts = (report: Report, operation: string) =>
  report.evidence?.stages.map((stage) => stage.work.find((one) => one.operation === operation)?.counts)

/**
 * The strong reference's operations as `strong`, and a body that returns other ones. What cheats with the process alone is tried on Redis, where
 * a run takes half of the time.
 */
async function around(body: string, engine: "cassandra" | "redis" = "cassandra"): Promise<Submission> {
  return strongWith(
    {
      files: {
        "strong.ts": await strongAccess(engine),
        "access.ts": `import connectStrong from "./strong.ts"
export default async function connect(engines: any) {
  const { cassandra } = engines
  const strong = await connectStrong(engines)
  const DAY = 86_400_000
  ${body}
}
`,
      },
    },
    engine,
  )
}

describe("each of these tries to be measured as something that it is not, and gains nothing", () => {
  it("answers from the memory of the process: what the other process wrote is missing", async () => {
    const report = await gradeQuick(
      await around(
        `const mine = new Map<string, any[]>()
  return {
    async record(event: any) { await strong.record(event); mine.set(event.userId, [...(mine.get(event.userId) ?? []), event]) },
    async lastDay(userId: string, now: number) {
      return (mine.get(userId) ?? []).filter(({ at }) => at > now - DAY && at <= now).sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }`,
        "redis",
      ),
    )
    expect(broken(report).length).toBeGreaterThan(0)
  })

  it("answers a window that it was asked before from memory: what was written since is missing, or the unread answer is a finding", async () => {
    const report = await gradeQuick(
      await around(
        `const known = new Map<string, any>()
  return {
    record: strong.record,
    async lastDay(userId: string, now: number) {
      const key = userId + " " + now
      if (!known.has(key)) { known.set(key, await strong.lastDay(userId, now)); return known.get(key) }
      return known.get(key)
    },
  }`,
        "redis",
      ),
    )
    // A window that was asked before has gained an event since, which the other process recorded.
    expect([...broken(report), ...report.findings.map(({ rule }) => rule)]).not.toEqual([])
  })

  it.each([
    ["when it begins", "await catchUp()"],
    ["with its first call, which is not counted", ""],
  ])(
    "keeps a copy of all that is stored in memory, read %s: a finding, and its calls are worth nothing",
    async (_, first) => {
      const report = await gradeQuick(
        await around(
          `const events = new Map<string, any>()
  let last = "-"
  const catchUp = async () => {
    for (const [id, [, event]] of await engines.redis.xrange("log", last, "+")) { events.set(event, JSON.parse(event)); last = "(" + id }
  }
  ${first}
  return {
    async record(event: any) { await engines.redis.xadd("log", "*", "e", JSON.stringify(event)) },
    async lastDay(userId: string, now: number) {
      await catchUp()
      await engines.redis.xrevrange("log", "+", "-", "COUNT", 60)
      return [...events.values()].filter((one) => one.userId === userId && one.at > now - DAY && one.at <= now).sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }`,
          "redis",
        ),
      )
      expect(report.rejected).toBeNull()
      expect(report.findings.map(({ rule }) => rule)).toContain("beside-calls")
    },
  )

  it("binds a TTL of 0 and calls it an expiry: the rows say that nothing ever expires", async () => {
    const { schema, files } = await reference("adequate")
    const access = files["access.ts"]!.replace("(?, ?, ?, ?, ?)", "(?, ?, ?, ?, ?) USING TTL ?")
    const report = await gradeQuick(
      await strongWith({ schema, access: access.replace("type, pageUrl], OPTIONS", "type, pageUrl, 0], OPTIONS") }),
    )
    expect(report.rejected).toBeNull()
    const [table] = report.evidence!.stages.at(-1)!.storage!.tables
    expect(table).toMatchObject({ lastingRows: table!.rows, longestTtlSeconds: 0 })
    expect(report.findings.map(({ rule }) => rule)).toContain("no-ttl")
  })

  it("shares state between its two processes: nothing that one leaves is there for the other", async () => {
    const report = await gradeQuick(
      await around(
        `const fs = (process as any).getBuiltinModule("fs"), net = (process as any).getBuiltinModule("net")
  const mark = Math.random().toString(36)
  const seen: string[] = []
  for (const path of ["/tmp/mark", "/dev/shm/mark", "/dev/mqueue/mark", "/run/proofrun/mark"]) {
    try { if (fs.existsSync(path) && fs.readFileSync(path, "utf8") !== mark) seen.push(path) } catch {}
    try { fs.writeFileSync(path, mark) } catch {}
  }
  await new Promise<void>((done) => net.connect("\\0mark").on("connect", () => { seen.push("abstract socket"); done() }).on("error", () => done()))
  net.createServer(() => {}).on("error", () => {}).listen("\\0mark")
  await new Promise<void>((done) => net.connect(7777, "127.0.0.1").on("connect", () => { seen.push("port"); done() }).on("error", () => done()))
  net.createServer(() => {}).on("error", () => {}).listen(7777, "127.0.0.1")
  if (seen.length > 0) throw new Error("SHARED " + seen.join(", "))
  return strong`,
        "redis",
      ),
    )
    expect(report.rejected).toBeNull()
    expect(broken(report)).toEqual([])
  })

  it("works after its reply: what comes late is lost with the process, or counted", async () => {
    // Most of the load is written in time: a flood of late writes would end at the quota of requests in flight, not here.
    const report = await gradeQuick(
      await around(
        `let late = 0
  return {
    lastDay: strong.lastDay,
    async record(event: any) {
      if (late >= 100) return strong.record(event)
      late++
      setTimeout(() => strong.record(event).finally(() => late--), 30)
    },
  }`,
      ),
    )
    expect(report.rejected).toBeNull()
    expect(broken(report)).toContain("lost")
  })

  it("acknowledges everything at once and floods the engine with late writes: over quota, by name", async () => {
    const report = await gradeQuick(
      await around(
        `return { lastDay: strong.lastDay, async record(event: any) { setTimeout(() => { for (let i = 0; i < 8; i++) strong.record(event) }, 30) } }`,
      ),
    )
    expect(report.rejected).toMatchObject({ stage: "quota" })
    expect(report.rejected?.message).toMatch(/in flight/)
    expect(report.provenance?.seconds).toBeLessThan(20)
  })

  it("reads the references' tables once they are there, and says what is in them: nothing of it leaves the pod", async () => {
    const others = `const { rows } = await cassandra.execute("SELECT keyspace_name, table_name, column_name, kind FROM system_schema.columns")
  const foreign = rows.filter((row: any) => !/^system/.test(row.keyspace_name) && row.keyspace_name !== cassandra.keyspace)
  if (foreign.length > 0) {
    await cassandra.execute("SELECT * FROM events WHERE user_id = 'LEAKED " + JSON.stringify(foreign).slice(0, 2000) + "'").catch(() => {})
    throw new Error("LEAKED " + JSON.stringify(foreign))
  }
  return strong`
    const report = await gradeFull(await around(others))
    expect(report.rejected).toMatchObject({
      stage: "connect",
      message: expect.stringMatching(/^It could not be started for the timed passes, .* What it said is not shown/),
    })
    expect(JSON.stringify(report).replace(JSON.stringify(report.submission), "")).not.toContain("LEAKED")
  })

  inFull("keeps the engine busy with its own tables while calls are timed: over quota, by name", async () => {
    const report = await gradeFull(
      await around(`let under = 0
  // Reads overlap with other calls at peak alone.
  const busy = () => { for (let i = 0; i < 20; i++) cassandra.execute("SELECT * FROM system_schema.columns").catch(() => {}) }
  const during = async (run: () => Promise<any>) => { under++; try { return await run() } finally { under-- } }
  return {
    record: (event: any) => during(() => strong.record(event)),
    lastDay: (userId: string, now: number) => { if (under > 0) busy(); return during(() => strong.lastDay(userId, now)) },
  }`),
    )
    expect(report.rejected).toMatchObject({
      stage: "quota",
      message: expect.stringMatching(/reads of the engine's own tables while calls were timed/),
    })
  })

  it("hides reads in record: they are counted there", async () => {
    const honest = await storedStrong("clickstream", "cassandra")
    const report = await gradeQuick(
      await around(
        `return { lastDay: strong.lastDay, async record(event: any) { await strong.record(event); void strong.lastDay(event.userId, event.at) } }`,
      ),
    )
    expect(report.rejected).toBeNull()
    for (const [index, one] of (counts(report, "record") ?? []).entries())
      expect(one?.lookups).toBeGreaterThan(honest[index]!.record!.lookups! + 0.9)
  })

  it("keeps its data in a table's comment: the run role may not alter tables", async () => {
    const report = await gradeQuick(
      await around(
        `return { lastDay: strong.lastDay, async record(event: any) { await cassandra.execute("ALTER TABLE events_by_user_day WITH comment = '" + event.eventId + "'"); await strong.record(event) } }`,
      ),
    )
    expect(report.rejected).toMatchObject({ stage: "run" })
  })

  it("fills the disk: over quota, by name", async () => {
    const report = await gradeQuick(
      await around(
        `return { lastDay: strong.lastDay, async record(event: any) { await strong.record({ ...event, pageUrl: "x".repeat(4_000_000) }) } }`,
        "redis",
      ),
    )
    expect(report.rejected).toMatchObject({ stage: "quota" })
    expect(report.rejected?.message).toMatch(/bytes/)
  })

  it("fills the disk with many values of an allowed size: over quota, by name, before the engine is in trouble", async () => {
    const report = await gradeQuick(
      await around(
        `const { randomBytes } = (process as any).getBuiltinModule("crypto")
  return { lastDay: strong.lastDay, async record(event: any) { await strong.record({ ...event, pageUrl: randomBytes(100_000).toString("base64") }) } }`,
      ),
    )
    expect(report.rejected).toMatchObject({ stage: "quota" })
    expect(report.rejected?.message).toMatch(/MiB stored in the engine/)
  })

  // In every run of the suite hostile-redis.test.ts tries the same.
  inFull("floods the engine with connections: over quota, by name", async () => {
    const report = await gradeQuick(
      await around(`const net = (process as any).getBuiltinModule("net")
  return { lastDay: strong.lastDay, async record(event: any) { for (let i = 0; i < 200; i++) net.connect(9042, "127.0.0.1").on("error", () => {}); await strong.record(event) } }`),
    )
    expect(report.rejected).toMatchObject({ stage: "quota" })
    expect(report.rejected?.message).toMatch(/connections/)
  })
})

describe("cheats that only a full run can try", () => {
  inFull("keeps the engine busy for ever, so that no turn would end: over quota, by name", async () => {
    const report = await gradeQuick(
      await around(
        `const busy = "for i = 1, 4000000 do end return 1"
  for (const connection of Array.from({ length: 6 }, () => engines.redis.duplicate())) {
    const on = (): void => void connection.eval(busy, 0).then(on, on)
    on()
  }
  return strong`,
        "redis",
      ),
    )
    expect(report.rejected).toMatchObject({ stage: "quota" })
    expect(report.rejected?.message).toMatch(/always a request of it at the engine/)
  })

  inFull(
    "hogs the engine and the processor between its turns: the off-turn share is nothing, and position is no better than strong's",
    async () => {
      const report = await gradeFull(
        // Below the quota of requests in flight, and little enough for all sizes to be loaded: else nothing would be timed.
        await around(
          `setInterval(() => { const end = Date.now() + 15; while (Date.now() < end); }, 50)
  let inFlight = 0
  const hog = (user: string) => { inFlight++; strong.lastDay(user, Date.now()).catch(() => {}).finally(() => inFlight--) }
  setInterval(() => { for (let i = 0; i < 10 && inFlight < 200; i++) hog("nobody" + i) }, 20)
  return strong`,
          "redis",
        ),
      )
      expect(report.rejected).toBeNull()
      expect(report.evidence!.position!.offTurnCpuShare).toBeLessThan(0.05)
      const work = report.scores.find(({ criterion }) => criterion === "work")
      expect(work!.points).toBeLessThan(20)
    },
  )

  inFull(
    "burns its processors at peak, so that strong's calls are as slow as its own: the ratios are so much worse",
    async () => {
      const report = await gradeFull(
        await around(
          `const { pbkdf2 } = (process as any).getBuiltinModule("crypto")
  let under = 0
  // Calls overlap in the load and at peak alone, and the load reads nothing.
  const during = async (run: () => Promise<any>) => { under++; try { return await run() } finally { under-- } }
  return {
    record: (event: any) => during(() => strong.record(event)),
    lastDay(userId: string, now: number) {
      if (under > 0) for (let i = 0; i < 4; i++) pbkdf2("a", "b", 200_000, 64, "sha512", () => {})
      return during(() => strong.lastDay(userId, now))
    },
  }`,
          "redis",
        ),
      )
      expect(report.rejected).toBeNull()
      const budget = report.scores.find(({ criterion }) => criterion === "budget")!
      expect((budget.evidence as { hostCpuAtPeak: number }).hostCpuAtPeak).toBeGreaterThan(4)
      expect(budget.points).toBeLessThan(9)
      expect(budget.reason).toContain("its own processes used")
    },
  )

  it("throws for the crawler's long day: that invariant is broken", async () => {
    const report = await gradeUntimed(
      await around(
        `return { record: strong.record, async lastDay(userId: string, now: number) { const events = await strong.lastDay(userId, now); if (events.length > 1000) throw new Error("too many"); return events } }`,
      ),
    )
    expect(broken(report)).toContain("long-day")
  })

  inFull("slows down so that the large sizes are never reached: they count as the weak reference's", async () => {
    const report = await gradeFull(
      await around(`let n = 0
  return { lastDay: strong.lastDay, async record(event: any) { if (++n > 1500) await new Promise((done) => setTimeout(done, 900)); await strong.record(event) } }`),
    )
    expect(report.evidence?.stages.at(-1)?.stopped).not.toBeNull()
    expect(report.scores.find(({ criterion }) => criterion === "work")?.points).toBe(0)
    expect(report.measuredBand).not.toBe("strong")
  })

  inFull("keeps one blob per user: it is refused, or graded far from strong", async () => {
    const report = await gradeFull({
      ...(await reference("strong")),
      schema: "CREATE TABLE users (user_id text PRIMARY KEY, events text);",
      files: {
        "access.ts": `export default async function connect({ cassandra }: any) {
  const read = async (userId: string) => JSON.parse((await cassandra.execute("SELECT events FROM users WHERE user_id = ?", [userId], { prepare: true })).rows[0]?.events ?? "[]")
  return {
    async record(event: any) {
      const events = (await read(event.userId)).filter((one: any) => one.eventId !== event.eventId)
      await cassandra.execute("UPDATE users SET events = ? WHERE user_id = ?", [JSON.stringify([...events, event]), event.userId], { prepare: true })
    },
    async lastDay(userId: string, now: number) {
      return (await read(userId)).filter((one: any) => one.at > now - 86_400_000 && one.at <= now).sort((a: any, b: any) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
`,
      },
    })
    if (report.rejected) expect(report.rejected.stage).toBe("quota")
    else expect(report.measuredBand).not.toBe("strong")
  })
})
