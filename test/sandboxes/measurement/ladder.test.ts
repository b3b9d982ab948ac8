import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { blockBootstrap } from "../../../sandboxes/measurement/bootstrap.ts"
import { CYCLE, ladderOf, leftOutChance, type Round } from "../../../sandboxes/measurement/ladder.ts"
import { poissonSchedule } from "../../../sandboxes/measurement/schedule.ts"
import { ascending, mean, midmean, quantile } from "../../../sandboxes/measurement/statistics.ts"

const noise = (index: number) => 1 + 0.05 * Math.sin(index * 12.9898)
const has = (index: number, arm: number) => CYCLE[index % CYCLE.length].includes(arm)
const rounds = (candidate: number, count = 96): Round[] =>
  Array.from({ length: count }, (_, index) => ({
    candidate: has(index, 0) ? candidate * noise(index) : null,
    strong: 2 * noise(index + 1),
    control: has(index, 2) ? 2 * noise(index + 2) : null,
    anchor: 60 * noise(index + 3),
  }))

describe("the ladder", () => {
  it("puts a candidate as fast as the strong reference at 0", () => {
    expect(ladderOf(rounds(2)).ladder.value).toBeCloseTo(0, 1)
  })

  it("puts a candidate as slow as the anchor at 1", () => {
    expect(ladderOf(rounds(60)).ladder.value).toBeCloseTo(1, 1)
  })

  it("is half way where the candidate's time is the geometric mean of both ends", () => {
    expect(ladderOf(rounds(Math.sqrt(2 * 60))).ladder.value).toBeCloseTo(0.5, 1)
  })

  it("rises with every millisecond of the candidate", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.double({ min: 1.01, max: 2, noNaN: true }),
        (ms, factor) => {
          expect(ladderOf(rounds(ms * factor, 24)).ladder.value).toBeGreaterThan(ladderOf(rounds(ms, 24)).ladder.value)
        },
      ),
      { numRuns: 20 },
    )
  })

  it("shows that strong is faster while a hog is left out", () => {
    const hogged = rounds(2).map((round) =>
      round.candidate === null ? round : { ...round, strong: round.strong * 1.2 },
    )
    const { leftOut } = ladderOf(hogged)
    expect(leftOut.high).toBeLessThan(0.97)
    expect(ladderOf(rounds(2)).leftOut.high).toBeGreaterThan(0.97)
  })

  it("takes a hog for no chance", () => {
    const hogged = (factor: number) =>
      rounds(2, 192).map((round) => (round.candidate === null ? round : { ...round, strong: round.strong * factor }))
    expect(leftOutChance(hogged(1.2))).toBeLessThan(0.0005)
    expect(leftOutChance(hogged(1))).toBeGreaterThan(0.01)
    expect(leftOutChance(hogged(1).slice(0, 48))).toBe(1)
  })

  it("shows no hog where every round with an arm less is faster, whoever is left out", () => {
    const shorter = rounds(2).map((round) =>
      round.candidate === null || round.control === null ? { ...round, strong: round.strong / 1.3 } : round,
    )
    const { leftOut } = ladderOf(shorter)
    expect(leftOut.low).toBeLessThan(1)
    expect(leftOut.high).toBeGreaterThan(1)
    expect(ladderOf(shorter).ladder).toEqual(ladderOf(rounds(2)).ladder)
  })

  it("accuses nobody by a handful of rounds, or by none", () => {
    for (const count of [3, 48]) {
      const hogged = rounds(2, count).map((round) => (round.candidate === null ? round : { ...round, strong: 9 }))
      expect(ladderOf(hogged).leftOut).toEqual({ value: 1, low: 1, high: 1 })
    }
  })

  it("leaves out the candidate in rounds that are otherwise like those that leave out the control", () => {
    const [without, instead] = CYCLE.filter((order) => order.length < 4)
    expect(without).not.toContain(0)
    expect(instead).toEqual(without.map((arm) => (arm === 2 ? 0 : arm)))
  })

  it("lets each arm follow each other equally often", () => {
    const followers = new Map<string, number>()
    for (const order of CYCLE.filter((order) => order.length === 4))
      for (let i = 1; i < order.length; i++)
        followers.set(`${order[i - 1]}${order[i]}`, (followers.get(`${order[i - 1]}${order[i]}`) ?? 0) + 1)
    expect(new Set(followers.values())).toEqual(new Set([1]))
    expect(followers.size).toBe(12)
  })
})

describe("the bootstrap", () => {
  it("gives the same interval for the same data", () => {
    const values = Array.from({ length: 100 }, (_, index) => noise(index))
    const once = () => blockBootstrap(values.length, (indices) => mean([...indices].map((index) => values[index])))
    expect(once()).toEqual(once())
  })

  it("holds the value inside its interval, and narrows with more data", () => {
    const width = (length: number) => {
      const { low, value, high } = blockBootstrap(length, (indices) => mean([...indices].map((index) => noise(index))))
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
      return high - low
    }
    expect(width(1000)).toBeLessThan(width(50))
  })
})

describe("statistics", () => {
  it("agree with figures worked out by hand", () => {
    expect(quantile(ascending([4, 1, 3, 2]), 0.5)).toBe(2.5)
    expect(midmean([1, 2, 3, 1000])).toBe(2.5)
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe("a Poisson schedule", () => {
  let state = 1
  const random = () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647
  }

  it("keeps the stated rate of each operation and deals the arrivals evenly to both arms", () => {
    const schedule = poissonSchedule(
      [
        { operation: "a", perSecond: 200 },
        { operation: "b", perSecond: 50 },
      ],
      60,
      random,
    )
    const count = (operation: string) => schedule.filter((one) => one.operation === operation).length
    expect(count("a") / 60).toBeGreaterThan(190)
    expect(count("a") / 60).toBeLessThan(210)
    expect(count("b") / 60).toBeGreaterThan(45)
    expect(count("b") / 60).toBeLessThan(55)
    expect(schedule.filter((one) => one.arm === 0).length / schedule.length).toBeCloseTo(0.5, 1)
    expect(schedule.every((one, index) => index === 0 || one.atMs >= schedule[index - 1].atMs)).toBe(true)
  })
})
