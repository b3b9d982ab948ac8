import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { makeGraph } from "../../../../prompts/questions/fan-out-feed/graph.ts"
import * as layout from "../../../../prompts/questions/fan-out-feed/layout.ts"
import type { Post } from "../../../../prompts/questions/fan-out-feed/types.d.ts"
import makeWorkload from "../../../../prompts/questions/fan-out-feed/workload.ts"
import type { Call, Json, Workload } from "../../../../prompts/workload.ts"
import { answerOf, type Clock, openHybrid, openPull, RIGHT_SERVICES, type Service, WRONG_SERVICES } from "./services.ts"

const NOON = Date.UTC(2026, 10, 23, 12, 34, 56, 789)
const NUMBERED = Buffer.alloc(32, 7)
const WORKLOAD = makeWorkload({ key: NUMBERED, nowMs: NOON })
const nows = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** What a call is, with names replaced by the order in which they first appear and times counted from the last midnight. */
function outline(calls: Call[], nowMs: number) {
  const midnight = layout.lastMidnight(nowMs)
  const names = new Map<Json, number>()
  const number = (name: Json) => names.get(name) ?? names.set(name, names.size).size - 1
  return calls.map(({ operation, args }) => {
    if (operation === "post") {
      const { author, postId, at, text } = args[0] as unknown as Post
      return [operation, number(author), number(postId), at - midnight, text.length]
    }
    if (operation !== "feed") return [operation, number(args[0]), number(args[1])]
    const before = args[2] as { at: number; postId: string } | undefined
    return [operation, number(args[0]), args[1], before && before.at - midnight]
  })
}

const first = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))

function callsOf(workload: Workload): Call[] {
  return [
    ...workload.stages.flatMap(({ id }) => [
      ...workload.load(id),
      ...workload.probes(id).flatMap(({ before, call }) => [...before, call]),
    ]),
    ...first(200, (i) => workload.pair(i)).flatMap(({ before, call }) => [...before, call]),
    ...["feed", "post", "follow", "unfollow"].flatMap((operation) => first(100, (i) => workload.peak(operation, i))),
    ...first(8, (i) => workload.phase!("celebrity-burst", i)),
    ...first(40, (i) => workload.looks!.look(i)).flatMap(({ before, call }) => [...before, call]),
  ]
}

/** Plays everything against a service, one call after the other; the invariants that the oracle finds broken, with how often. */
function play(workload: Workload, open: (clock: Clock) => Service, killing = false): Record<string, number> {
  const broken: Record<string, number> = {}
  let now = 10_000
  let hosts = [open(() => now)]
  if (killing) hosts = [hosts[0], open(() => now)]
  const oracle = workload.oracle()
  const call = (one: Call, host = 0) => {
    const sentAt = now + 0.5
    now = sentAt
    if (one.operation !== "feed") oracle.sent(one, sentAt)
    const reply = answerOf(hosts[host % hosts.length], one)
    const repliedAt = now + 0.5
    now = repliedAt
    if (one.operation !== "feed") oracle.settled(one, repliedAt, true)
    const mismatch = oracle.judge(one, reply, sentAt, repliedAt)
    if (mismatch) broken[mismatch.invariant] = (broken[mismatch.invariant] ?? 0) + 1
  }
  for (const { id } of workload.stages) {
    for (const one of workload.load(id)) call(one)
    // Before the script begins, what was loaded is flushed to disk.
    now += 5000
    for (const step of workload.checks(id)) {
      if (step.do === "call") call(step.call, step.host)
      else if (step.do === "wait") now += step.ms
      else if (killing)
        hosts = hosts.with(
          step.host,
          open(() => now),
        )
    }
    now += 5000
    for (const { before, call: probe } of workload.probes(id)) for (const one of [...before, probe]) call(one)
  }
  for (let i = 0; i < 60; i++) for (const one of [...workload.pair(i).before, workload.pair(i).call]) call(one)
  for (let i = 0; i < 200; i++) call(workload.peak(i % 20 === 7 ? "post" : "feed", i))
  for (let i = 0; i < 20; i++) for (const operation of ["follow", "unfollow"]) call(workload.peak(operation, i))
  return broken
}

describe("the graph", () => {
  const graph = makeGraph()

  it("has 600 users with 1 to 120 followers by Zipf, following 1 to 200 authors", () => {
    const followers = graph.followers.map(({ length }) => length)
    const followed = graph.authors.map(({ length }) => length)
    expect([followers.length, Math.min(...followers), Math.max(...followers)]).toEqual([600, 1, 120])
    expect([Math.min(...followed), Math.max(...followed)]).toEqual([1, 200])
    expect(followers).toEqual(first(600, layout.followersOf))
    expect(graph.edges).toHaveLength(followers.reduce((sum, n) => sum + n, 0))
  })

  it("lets nobody follow themselves, nor anybody twice", () => {
    for (const [user, authors] of graph.authors.entries()) {
      expect(authors).not.toContain(user)
      expect(new Set(authors).size).toBe(authors.length)
    }
  })

  it("gives the readers who are counted along the axis two celebrities each, whatever they follow besides", () => {
    const kinds = layout.AUTHORS_FOLLOWED.flatMap((n) => [n, n])
    for (const [index, n] of kinds.entries()) {
      const authors = graph.authors[layout.GROWTH_READERS_FROM + index]
      expect(authors).toHaveLength(n)
      expect(authors.filter((author) => author < layout.CELEBRITIES)).toHaveLength(2)
    }
  })
})

describe("the feed's workload", () => {
  it("is the same but for names and texts at every key, and at every hour but for the times' midnight", () => {
    const expected = outline(callsOf(WORKLOAD), NOON)
    fc.assert(
      fc.property(keys, nows, (key, nowMs) => {
        expect(outline(callsOf(makeWorkload({ key, nowMs })), nowMs)).toEqual(expected)
      }),
      { numRuns: 4 },
    )
  })

  it("dates no post after midnight, so that none lies in the future at any hour, nor further back than three days", () => {
    const midnight = layout.lastMidnight(NOON)
    for (const { operation, args } of callsOf(WORKLOAD)) {
      if (operation !== "post") continue
      const { at } = args[0] as unknown as Post
      expect(at).toBeLessThan(midnight)
      expect(at).toBeGreaterThan(midnight - 3 * layout.DAY_MS)
    }
  })

  it("gives every counted read an answer of 10 posts at every size, and every timed one", () => {
    let now = 0
    const service = openPull(() => now++)
    for (const { id } of WORKLOAD.stages) {
      for (const call of WORKLOAD.load(id)) answerOf(service, call)
      for (const { before, call } of WORKLOAD.probes(id)) {
        for (const write of before) answerOf(service, write)
        if (call.operation === "feed") expect(answerOf(service, call)).toHaveLength(layout.PAGE)
        else answerOf(service, call)
      }
    }
    for (let i = 0; i < 200; i++) {
      const { before, call } = WORKLOAD.pair(i)
      const untouched = answerOf(service, call)
      for (const write of before) answerOf(service, write)
      const answer = answerOf(service, call) as unknown as Post[]
      expect(answer).toHaveLength(layout.PAGE)
      expect(answer[0].postId).toBe((before[0].args[0] as unknown as Post).postId)
      expect(answer).not.toEqual(untouched)
    }
  })

  it("reads nobody again within 40 counted or timed reads", () => {
    const readers = (calls: Call[]) => calls.filter(({ operation }) => operation === "feed").map(({ args }) => args[0])
    const rows = [...WORKLOAD.stages.map(({ id }) => readers(WORKLOAD.probes(id).map(({ call }) => call)))]
    rows.push(readers(first(300, (i) => WORKLOAD.pair(i).call)))
    for (const row of rows)
      for (const [index, reader] of row.entries()) expect(row.slice(index + 1, index + 40)).not.toContain(reader)
  })

  it("lets half of the readers who are not counted along the axis follow a celebrity, as half of all users do", () => {
    const graph = makeGraph()
    const share = (all: number[][]) =>
      all.filter((authors) => authors.some((author) => author < layout.CELEBRITIES)).length / all.length
    expect(share(graph.authors)).toBeGreaterThan(0.45)
    expect(share(graph.authors)).toBeLessThan(0.6)
    const followed = new Map<Json, Set<Json>>()
    for (const { operation, args } of WORKLOAD.load("one-round"))
      if (operation === "follow") followed.set(args[0], (followed.get(args[0]) ?? new Set()).add(args[1]))
    const known = new Map<Json, number>()
    for (const authors of followed.values())
      for (const author of authors) known.set(author, (known.get(author) ?? 0) + 1)
    const readers = WORKLOAD.probes("two-rounds").filter(({ operation, at }) => operation === "feed" && !at)
    const famous = readers.filter(({ call }) => [...followed.get(call.args[0])!].some((one) => known.get(one)! > 50))
    expect([readers.length, famous.length]).toEqual([40, 20])
  })

  it("makes nine of ten posts at peak by celebrities, and leaves the graph as it was after counting", () => {
    const known = new Map<string, number>()
    for (const { operation, args } of WORKLOAD.load("one-round"))
      if (operation === "follow") known.set(args[1] as string, (known.get(args[1] as string) ?? 0) + 1)
    const posts = first(1000, (i) => WORKLOAD.peak("post", i).args[0] as unknown as Post)
    const famous = posts.filter(({ author }) => known.get(author)! > 50).length / posts.length
    expect(famous).toBeGreaterThan(0.87)
    expect(famous).toBeLessThan(0.93)
    const pairs = (operation: string) =>
      WORKLOAD.probes("one-round").flatMap(({ call }) => (call.operation === operation ? [call.args.join()] : []))
    expect(pairs("unfollow")).toEqual(pairs("follow"))
  })

  it("counts no post of an author whom anybody unfollows: where what is left of that lies, ids decide", () => {
    const unfollowed = new Set<Json>()
    for (const { id } of WORKLOAD.stages) {
      const calls = [
        ...WORKLOAD.checks(id).flatMap((step) => (step.do === "call" ? [step.call] : [])),
        ...WORKLOAD.probes(id).map(({ call }) => call),
      ]
      for (const { operation, args } of calls) if (operation === "unfollow") unfollowed.add(args[1])
    }
    for (const { id } of WORKLOAD.stages)
      for (const { call } of WORKLOAD.probes(id))
        if (call.operation === "post") expect(unfollowed).not.toContain((call.args[0] as unknown as Post).author)
  })

  it("says of each counted post how many followers its author has", () => {
    const followers = new Map<string, number>()
    for (const { operation, args } of WORKLOAD.load("one-round"))
      if (operation === "follow") followers.set(args[1] as string, (followers.get(args[1] as string) ?? 0) + 1)
    for (const { operation, call, at } of WORKLOAD.probes("two-rounds"))
      if (operation === "post") expect(at?.followers).toBe(followers.get((call.args[0] as unknown as Post).author))
  })
})

describe("played from the first size to the peak", () => {
  for (const [name, open] of Object.entries(RIGHT_SERVICES))
    it(`${name} breaks nothing`, () => {
      expect(play(WORKLOAD, open)).toEqual({})
    })

  for (const { mistake, invariant, habits } of WRONG_SERVICES)
    it(`${mistake}: that is called "${invariant}"`, () => {
      const broken = play(WORKLOAD, (clock) => openPull(clock, habits))
      const most = Object.entries(broken).sort(([, a], [, b]) => b - a)[0]?.[0]
      expect(most).toBe(invariant)
    })

  it("copies of one time that overwrite each other are missed among the ties", () => {
    expect(Object.keys(play(WORKLOAD, (clock) => openHybrid(clock, { byTime: true })))).toContain("ties")
  })

  it("copies that are made after the lag are late, and those that die with their process are lost", () => {
    expect(Object.keys(play(WORKLOAD, (clock) => openHybrid(clock, { delayMs: 2500 })))).toEqual(["lag"])
    expect(Object.keys(play(WORKLOAD, (clock) => openHybrid(clock), true))).toContain("lost")
  })

  it("checks every invariant of the rubric at the largest size, and what was loaded and killed at each", () => {
    const tagsOf = (id: string) =>
      [...new Set(WORKLOAD.checks(id).flatMap((step) => (step.do === "call" ? (step.invariant ?? []) : [])))].sort()
    expect(tagsOf("one-round")).toEqual(["invented", "lost", "paging"])
    expect(tagsOf("two-rounds")).toEqual([
      "duplicates",
      "empty",
      "invented",
      "lag",
      "limit",
      "lost",
      "order",
      "paging",
      "shape",
      "strangers",
      "ties",
      "unfollowed",
    ])
    for (const { id } of WORKLOAD.stages)
      expect(WORKLOAD.checks(id).filter((step) => step.do === "kill")).toHaveLength(2)
  })
})
