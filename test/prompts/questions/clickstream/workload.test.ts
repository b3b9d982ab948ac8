import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { timesApart } from "../../../../prompts/questions/clickstream/layout.ts"
import type { Event } from "../../../../prompts/questions/clickstream/types.d.ts"
import makeWorkload from "../../../../prompts/questions/clickstream/workload.ts"
import type { Call, Json, Workload } from "../../../../prompts/workload.ts"
import { mean } from "../../../../sandboxes/measurement/statistics.ts"
import { openShop, type Shop, WRONG_SHOPS } from "./shops.ts"

const DAY_MS = 86_400_000
const NOON = Date.UTC(2026, 10, 23, 12, 34, 56, 789)
const NUMBERED = Buffer.alloc(32, 7)
const nows = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** Made once: a workload keeps what it made, and each oracle of it is fresh. */
const WORKLOAD = makeWorkload({ key: NUMBERED, nowMs: NOON })

const eventOf = (call: Call) => call.args[0] as unknown as Event
const all = (workload: Workload) => workload.stages.flatMap(({ id }) => workload.load(id))
const lengthOf = (reply: Json) => (reply as Json[]).length

/** What a call is, with names replaced by the order in which they first appear and times counted from the last midnight. */
function outline(calls: Call[], nowMs: number) {
  const midnight = Math.floor(nowMs / DAY_MS) * DAY_MS
  const names = new Map<Json, number>()
  const number = (name: Json) => names.get(name) ?? names.set(name, names.size).size - 1
  return calls.map(({ operation, args }) => {
    if (operation === "lastDay") return [operation, number(args[0]), (args[1] as number) - midnight]
    const { userId, eventId, at, type, pageUrl } = args[0] as unknown as Event
    return [operation, number(userId), number(eventId), at - midnight, type, pageUrl.length]
  })
}

function callsOf(workload: Workload): Call[] {
  return [
    ...workload.stages.flatMap(({ id }) => [
      ...workload.load(id),
      ...workload.probes(id).flatMap(({ before, call }) => [...before, call]),
    ]),
    ...Array.from({ length: 500 }, (_, i) => workload.pair(i)).flatMap(({ before, call }) => [...before, call]),
    ...Array.from({ length: 500 }, (_, i) => workload.peak(i % 4 === 0 ? "lastDay" : "record", i)),
  ]
}

function send(shop: Shop, call: Call): Json {
  if (call.operation === "lastDay") return shop.lastDay(call.args[0] as string, call.args[1] as number)
  shop.record(eventOf(call))
  return null
}

/** Plays everything against a shop, one call after the other; the invariants that the oracle finds broken, with how often. */
function play(workload: Workload, shop: Shop): Record<string, number> {
  const oracle = workload.oracle()
  const broken: Record<string, number> = {}
  let at = 0
  const call = (one: Call) => {
    const sentAt = ++at
    oracle.sent(one, sentAt)
    const reply = send(shop, one)
    const repliedAt = ++at
    oracle.settled(one, repliedAt, true)
    const mismatch = oracle.judge(one, reply, sentAt, repliedAt)
    if (mismatch) broken[mismatch.invariant] = (broken[mismatch.invariant] ?? 0) + 1
  }
  for (const { id } of workload.stages) {
    workload.load(id).forEach(call)
    for (const step of workload.checks(id)) if (step.do === "call") call(step.call)
    for (const probe of workload.probes(id)) [...probe.before, probe.call].forEach(call)
  }
  for (let i = 0; i < 100; i++) [...workload.pair(i).before, workload.pair(i).call].forEach(call)
  for (let i = 0; i < 300; i++) call(workload.peak(i % 4 === 0 ? "lastDay" : "record", i))
  return broken
}

describe("the clickstream workload", () => {
  it("is the same but for names and payloads at every key, and at every hour but for the times' midnight", () => {
    const expected = outline(callsOf(WORKLOAD), NOON)
    fc.assert(
      fc.property(keys, nows, (key, nowMs) => {
        expect(outline(callsOf(makeWorkload({ key, nowMs })), nowMs)).toEqual(expected)
      }),
      { numRuns: 4 },
    )
  })

  it("has names and payloads that depend on the key", () => {
    const [one, other] = [NUMBERED, Buffer.alloc(32, 8)].map((key) => {
      const events = makeWorkload({ key, nowMs: NOON }).load("2-days").map(eventOf)
      return new Set(events.flatMap(({ userId, eventId, pageUrl }) => [userId, eventId, pageUrl]))
    })
    expect([...one].filter((name) => other.has(name))).toEqual([])
  })

  it("loads no more than 28,000 events, none older than 28 days before midnight, none in the future", () => {
    const workload = WORKLOAD
    const midnight = Math.floor(NOON / DAY_MS) * DAY_MS
    const events = all(workload).map(eventOf)
    expect(events.length).toBeGreaterThan(20_000)
    expect(events.length).toBeLessThanOrEqual(28_000)
    for (const { at } of events) {
      expect(at).toBeGreaterThanOrEqual(midnight - 28 * DAY_MS)
      expect(at).toBeLessThan(midnight)
    }
  })

  it("asks for nothing older than 29 days when it is made, whatever the hour", () => {
    fc.assert(
      fc.property(nows, (nowMs) => {
        const workload = makeWorkload({ key: NUMBERED, nowMs })
        const asked = workload.stages.flatMap(({ id }) => [
          ...workload.checks(id).flatMap((step) => (step.do === "call" ? [step.call] : [])),
          ...workload.probes(id).map(({ call }) => call),
        ])
        for (const call of asked) {
          if (call.operation !== "lastDay") continue
          expect(call.args[1]).toBeLessThanOrEqual(nowMs)
          expect((call.args[1] as number) - DAY_MS).toBeGreaterThanOrEqual(nowMs - 29 * DAY_MS)
        }
      }),
      { numRuns: 3 },
    )
  })

  it("has ties, repeated and late events and the bot's 6,000 in the load, by constant numbers", () => {
    const workload = WORKLOAD
    const events = all(workload).map(eventOf)
    const ids = new Set(events.map(({ eventId }) => eventId))
    const times = new Set([...new Map(events.map((event) => [event.eventId, `${event.userId} ${event.at}`])).values()])
    const newest = new Map<string, number>()
    let late = 0
    for (const { userId, at } of workload.load("2-days").map(eventOf)) {
      if (at < (newest.get(userId) ?? 0)) late++
      newest.set(userId, Math.max(at, newest.get(userId) ?? 0))
    }
    const perUser = new Map<string, number>()
    for (const { userId } of events) perUser.set(userId, (perUser.get(userId) ?? 0) + 1)
    expect({
      repeated: events.length - ids.size,
      tied: ids.size - times.size,
      late,
      busiest: Math.max(...perUser.values()),
    }).toEqual({ repeated: 320, tied: 1120, late: 160, busiest: 6000 })
  })

  it("gives every counted read an answer of 13 events at every size, and of 13 to 17 in 1,000 timed pairs", () => {
    const workload = WORKLOAD
    const shop = openShop()
    for (const { id } of workload.stages) {
      workload.load(id).forEach((call) => void send(shop, call))
      for (const step of workload.checks(id)) if (step.do === "call") send(shop, step.call)
      for (const { before, call } of workload.probes(id)) {
        before.forEach((write) => void send(shop, write))
        const reply = send(shop, call)
        if (call.operation === "lastDay") expect(lengthOf(reply)).toBe(13)
      }
    }
    // The pairs that warm up must not make the answers of the timed ones grow.
    for (const from of [100_000, 0])
      for (let i = from; i < from + 1000; i++) {
        const { before, call } = workload.pair(i)
        const untouched = lengthOf(send(shop, call))
        before.forEach((write) => void send(shop, write))
        const length = lengthOf(send(shop, call))
        expect(length).toBe(untouched + 1)
        if (from > 0) continue
        expect(length).toBeGreaterThanOrEqual(13)
        expect(length).toBeLessThanOrEqual(17)
      }
  })

  it("asks at 24 phases of the day", () => {
    const { probes } = WORKLOAD
    const reads = probes("8-days").filter(({ operation }) => operation === "lastDay")
    const hours = reads.map(({ call }) => ((call.args[1] as number) % DAY_MS) / 3_600_000)
    expect(hours.sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, hour) => hour))
  })

  it("lays other people's events beside each counted window, as many at each history and four times as many with four times the users", () => {
    const { stages, probes, load } = WORKLOAD
    // By id: an event that is recorded twice is one.
    const loaded = new Map<string, Event>()
    const beside = stages.map(({ id }) => {
      for (const event of load(id).map(eventOf)) loaded.set(event.eventId, event)
      const reads = probes(id).flatMap(({ operation, call }) => (operation === "lastDay" ? [call.args] : []))
      const probed = new Set(reads.map(([user]) => user))
      const others = [...loaded.values()].filter(({ userId }) => !probed.has(userId))
      const inside = (now: number) => others.filter(({ at }) => at > now - DAY_MS && at <= now).length
      return mean(reads.map(([, now]) => inside(now as number)))
    })
    const [days2, days8, days30, users4, longDay] = beside
    expect(days2).toBeGreaterThan(400)
    for (const same of [days8, days30, users4 / 4, longDay / 4]) expect(Math.abs(same / days2 - 1)).toBeLessThan(0.05)
  })

  it("changes one thing along each axis", () => {
    const { stages, axes } = WORKLOAD
    for (const [axis, ids] of Object.entries(axes)) {
      const sizes = ids.map((id) => stages.find((stage) => stage.id === id)!.at)
      for (const [index, size] of sizes.entries()) {
        if (index === 0) continue
        expect(size[axis]).toBeGreaterThan(sizes[index - 1][axis])
        expect({ ...size, [axis]: 0 }).toEqual({ ...sizes[0], [axis]: 0 })
      }
    }
  })

  it("says how many users there are", () => {
    const workload = WORKLOAD
    const users = new Set<string>()
    for (const { id, at } of workload.stages) {
      for (const call of workload.load(id)) users.add(eventOf(call).userId)
      expect(at.users).toBe(users.size)
    }
  })

  it("asks at peak for users whose answer has just changed, the most active ones most", () => {
    const { peak } = WORKLOAD
    const asked = new Map<string, number>()
    for (let i = 0; i < 400; i++) {
      const event = eventOf(peak("record", i * 3))
      const [userId, now] = peak("lastDay", i).args as [string, number]
      expect(userId).toBe(event.userId)
      expect(event.at > now - DAY_MS && event.at <= now).toBe(true)
      asked.set(userId, (asked.get(userId) ?? 0) + 1)
    }
    const most = Math.max(...asked.values())
    expect(most).toBeGreaterThan(10)
    expect(most).toBeLessThan(80)
  })
})

describe("played from the first size to the peak", () => {
  it("a right implementation breaks nothing", () => {
    expect(play(WORKLOAD, openShop())).toEqual({})
  })

  for (const { mistake, invariant, habits } of WRONG_SHOPS)
    it(`${mistake}: that is called "${invariant}"`, () => {
      const broken = play(WORKLOAD, openShop(habits))
      expect(Object.keys(broken)).toContain(invariant)
      const most = Object.entries(broken).sort(([, a], [, b]) => b - a)[0][0]
      expect(most).toBe(invariant)
    })

  for (const invariant of ["ties", "long-day", "window", "order", "duplicates"])
    it(`a mistake that breaks "${invariant}" alone is not called anything else`, () => {
      for (const one of WRONG_SHOPS.filter((shop) => shop.invariant === invariant)) {
        const broken = play(WORKLOAD, openShop(one.habits))
        // Answers that are sorted the wrong way have their ties the wrong way as well.
        expect(Object.keys(broken).filter((name) => name !== "ties")).toEqual(invariant === "ties" ? [] : [invariant])
      }
    })

  it("checks every invariant of the rubric at the last size", () => {
    const workload = WORKLOAD
    const tags = workload
      .checks("long-day")
      .flatMap((step) => (step.do === "call" && step.invariant ? [step.invariant] : []))
    expect([...new Set(tags)].sort()).toEqual(
      ["duplicates", "empty-user", "invented", "late", "long-day", "lost", "order", "shape", "ties", "window"].sort(),
    )
  })

  it("a host that keeps what it acknowledged in memory is found out when it is killed", () => {
    const workload = WORKLOAD
    const oracle = workload.oracle()
    let hosts = [openShop(), openShop()]
    const found: string[] = []
    let at = 0
    for (const step of workload.checks("2-days")) {
      if (step.do === "wait") continue
      if (step.do === "kill") {
        hosts = hosts.with(step.host, openShop())
        continue
      }
      const sentAt = ++at
      oracle.sent(step.call, sentAt)
      const reply = send(hosts[step.host], step.call)
      oracle.settled(step.call, ++at, true)
      const mismatch = oracle.judge(step.call, reply, sentAt, at)
      if (mismatch) found.push(mismatch.invariant)
    }
    expect(found).toContain("lost")
  })
})

describe("the writes that lie apart", () => {
  it("are of the same users, and each is an event of its own", () => {
    const { days, early, late, next, expired, after } = WORKLOAD.timesApart!
    const all = [early, late, next, expired]
    const every = [...all.flat(), ...after]
    expect(new Set(every.map((call) => eventOf(call).eventId)).size).toBe(every.length)
    for (const [index, call] of after.entries())
      expect(eventOf(call).userId).toBe(eventOf(next[index % next.length]!).userId)
    for (const [index, call] of early.entries()) {
      for (const writes of all) expect(eventOf(writes[index]!).userId).toBe(eventOf(call).userId)
      expect(eventOf(late[index]!).at - eventOf(expired[index]!).at).toBeGreaterThan(45 * DAY_MS)
      expect(eventOf(late[index]!).userId).toBe(eventOf(call).userId)
      expect(eventOf(late[index]!).at - eventOf(call).at).toBe(days * DAY_MS)
    }
  })

  it("lie on the same day of the week and never in the same month, whatever the day of the run", () => {
    for (let day = 0; day < 4 * 366; day++) {
      const midnight = Date.UTC(2027, 0, 1) + day * DAY_MS
      const { days, early, late } = timesApart(midnight)
      expect(late - early).toBe(days * DAY_MS)
      expect(days % 7).toBe(0)
      expect(days).toBeGreaterThanOrEqual(28)
      expect(new Date(late).getUTCMonth()).not.toBe(new Date(early).getUTCMonth())
      // Whatever the hour, nothing is older than its retention when the run ends.
      expect(midnight + DAY_MS - early).toBeLessThan(29.5 * DAY_MS)
    }
  })
})
