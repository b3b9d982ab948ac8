import { describe, expect, it } from "vitest"
import type { Report } from "../../graders/report.ts"
import { readExpected, readQuestion } from "../../prompts/load-question.ts"
import { settings } from "../../server/settings.ts"
import { gradeQuick, leftovers, reference, storedStrong, strongWith } from "../support/grading.ts"
import { holdQuickly } from "../support/held-to.ts"

/** The strong reference on Redis, with something done before each `record`. */
async function recording(first: string, before = ""): Promise<Report> {
  const { files } = await reference("strong", "redis")
  return gradeQuick(
    await strongWith(
      {
        files: {
          "strong.ts": files["access.ts"]!,
          "access.ts": `import connectStrong from "./strong.ts"
export default async function connect(engines: any) {
  const { redis } = engines
  const strong = await connectStrong(engines)
  ${before}
  return { ...strong, async record(event: any) { ${first}; return strong.record(event) } }
}`,
        },
      },
      "redis",
    ),
  )
}

const broken = (report: Report) => report.evidence?.invariants.filter((one) => one.broken > 0) ?? []

describe("hostile submissions on Redis end in their named verdicts", () => {
  it.each([
    ["a script that never ends", 'await redis.eval("while true do end", 0)', /ran too long and was stopped/],
    ["a string made 512 MiB long", 'await redis.setrange("big", 536870900, "x")', /exceeds maximum allowed size/],
    ["FLUSHALL", "await redis.flushall()", /NOPERM.*flushall/i],
    ["MONITOR", 'await redis.call("MONITOR")', /MONITOR is not taken here/],
    ["another database", "await redis.select(1)", /DB index is out of range/],
    ["a pop that waits for ever", 'await redis.blpop("queue", 0)', /NOPERM.*blpop/i],
    ["a stream that is waited for", 'await redis.xread("BLOCK", 0, "STREAMS", "s", "$")', /BLOCK is not taken here/],
  ])("%s: the operation fails, and the report says why", async (_, first, message) => {
    const report = await recording(first)
    expect(report.rejected?.stage).toBe("run")
    expect(report.rejected?.message).toMatch(message)
  })

  it("a flood of connections: over quota", async () => {
    const report = await recording("await Promise.all(Array.from({ length: 40 }, () => redis.duplicate().ping()))")
    expect(report.rejected).toMatchObject({ stage: "quota", message: expect.stringMatching(/connections/) })
  })

  it("a subscription that is left hanging: graded as if it were not there", async () => {
    const report = await recording(
      'await redis.publish("news", event.eventId)',
      'const listener = redis.duplicate(); listener.on("message", () => {}); await listener.subscribe("news")',
    )
    expect(report.rejected).toBeNull()
    expect(broken(report)).toEqual([])
    const record = report.evidence!.stages.at(-1)!.work.find(({ operation }) => operation === "record")!
    const honest = await storedStrong("clickstream", "redis")
    // Each message goes to both processes, and what they receive is read by this arm.
    expect(record.counts.replyKiB! - honest[1]!.record!.replyKiB!).toBeGreaterThan(0.1)
  })

  it("numbers below nothing take nothing away from what is counted, and a scan counts its steps with or without COUNT", async () => {
    const steps: [command: string, elements: number][] = [
      // Refused, and one element at least was asked for.
      ['redis.scan(0, "COUNT", -5_000_000)', 1],
      ['redis.scan(0, "COUNT", 1, "COUNT", 7)', 7],
      ["redis.scan(0)", 10],
      ['redis.hscan("three", 0)', 3],
      ['redis.zrangebyscore("none", "-inf", "+inf", "LIMIT", -9_000_000, 1)', 0],
      ['redis.srandmember("none", "-9223372036854775807")', 0],
    ]
    const report = await recording(
      steps.map(([command]) => `await ${command}.catch(() => {})`).join("; "),
      'await redis.hset("three", "a", 1, "b", 2, "c", 3)',
    )
    expect(report.rejected).toBeNull()
    const record = report.evidence!.stages.at(-1)!.work.find(({ operation }) => operation === "record")!
    const honest = await storedStrong("clickstream", "redis")
    const elements = steps.reduce((sum, [, each]) => sum + each, 0)
    expect(record.counts.rows! - honest[1]!.record!.rows!).toBeCloseTo(elements, 6)
  })

  it("going through all keys: a finding", async () => {
    const clickstream = await readQuestion("clickstream")
    const expected = await readExpected(clickstream, "redis", "weak-scan")
    const report = await holdQuickly(await reference("weak-scan", "redis"), expected)
    expect(report.findings.map(({ rule }) => rule)).toContain("key-scan")
  })

  it.runIf(settings().full)(
    "a pattern that keeps the server busy for ever: it is ended, twice, and that is the verdict",
    async () => {
      const report = await recording(
        `await redis.eval("return string.find(string.rep('a', 40), string.rep('a*', 40) .. 'b')", 0)`,
      )
      expect(report.rejected).toMatchObject({ stage: "run", message: expect.stringMatching(/engine stopped .*twice/) })
    },
  )

  it("leave nothing behind", async () => {
    expect(await leftovers()).toEqual([])
  })
})
