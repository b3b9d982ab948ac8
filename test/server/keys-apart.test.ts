/** Whether keys are closed as time goes by is seen by which ones the same writes name four weeks apart, in the real containers. */
import { describe, expect, it } from "vitest"
import { gradeQuick, strongWith } from "../support/grading.ts"

/** Hashes of events under keys whose names the expression `keyOf` makes; `beside` is done before each write. */
async function hashes(keyOf: string, beside = "") {
  const report = await gradeQuick(
    await strongWith(
      {
        access: `import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 86_400_000
const keyOf = (userId: string, at: number) => ${keyOf}

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      const key = keyOf(event.userId, event.at)
      ${beside}
      await redis.multi().hset(key, event.eventId, JSON.stringify(event)).expire(key, 31 * 86_400).exec()
    },

    async lastDay(userId, now) {
      const keys = new Set([keyOf(userId, now), keyOf(userId, now - DAY_MS)])
      const found = await Promise.all([...keys].map((key) => redis.hvals(key)))
      return found
        .flat()
        .map((text): Event => JSON.parse(text))
        .filter(({ at }) => at > now - DAY_MS && at <= now)
        .sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}`,
      },
      "redis",
    ),
  )
  expect(report.rejected).toBeNull()
  return { apart: report.evidence!.keysApart, rules: report.findings.map(({ rule }) => rule) }
}

describe("keys that the same writes name four weeks apart", () => {
  it("are others where a key belongs to a month", async () => {
    const { apart, rules } = await hashes("`events:$" + "{userId}:$" + "{new Date(at).toISOString().slice(0, 7)}`")
    expect(apart).toEqual([
      { table: "events:*:*", days: expect.any(Number), early: 4, late: 4, both: 0, growing: 4, outlived: 0 },
    ])
    expect(apart![0]!.days).toBeGreaterThanOrEqual(28)
    expect(rules).not.toContain("unbounded-partition")
  })

  it("are the same for a key of each user, however many others with such names are made beside it", async () => {
    const { apart, rules } = await hashes(
      "`events:$" + "{userId}`",
      "await redis.set(`events:$" + '{event.eventId}`, "", "EX", 31 * 86_400)',
    )
    expect(apart).toEqual([
      { table: "events:*", days: expect.any(Number), early: 8, late: 8, both: 4, growing: 4, outlived: 4 },
    ])
    expect(rules).toContain("unbounded-partition")
    expect(rules).toContain("no-ttl")
  })
})

/** A sorted set for each user, from which a write cuts off what lies up to `until`, where it does so at all. */
async function cuttingUntil(until: string, when = "true") {
  const report = await gradeQuick(
    await strongWith(
      {
        access: `import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 86_400_000

export default async function connect({ redis }: Engines): Promise<Access> {
  const counts = new Map<string, number>()
  return {
    async record(event) {
      const nth = (counts.get(event.userId) ?? 0) + 1
      counts.set(event.userId, nth)
      const key = "events:" + event.userId
      await redis.zadd(key, event.at, JSON.stringify(event))
      if (${when}) await redis.zremrangebyscore(key, "-inf", ${until})
    },

    async lastDay(userId, now) {
      const found = await redis.zrangebyscore("events:" + userId, "(" + (now - DAY_MS), now)
      return found.map((text): Event => JSON.parse(text)).sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}`,
      },
      "redis",
    ),
  )
  expect(report.rejected).toBeNull()
  return { apart: report.evidence!.keysApart, rules: report.findings.map(({ rule }) => rule) }
}

describe("a command that cuts off what is old", () => {
  it.each([
    ["each write", "true"],
    ["one write in twenty", "nth % 20 === 0"],
  ])("bounds keys where %s cuts off what is too old", async (_name, when) => {
    const { apart, rules } = await cuttingUntil("Date.now() - 31 * DAY_MS", when)
    expect(apart).toMatchObject([{ table: "events:*", both: 4, growing: 4, outlived: 0 }])
    expect(rules).not.toContain("unbounded-partition")
  })

  it("bounds nothing where it cuts off nothing", async () => {
    const { apart, rules } = await cuttingUntil("0")
    expect(apart).toMatchObject([{ table: "events:*", both: 4, growing: 4, outlived: 4 }])
    expect(rules).toContain("unbounded-partition")
    expect(rules).toContain("no-ttl")
  })
})
