import { expect, it } from "vitest"
import { ascending, slowTail } from "../../../sandboxes/measurement/statistics.ts"

const sample = (slow: number) =>
  ascending([...Array.from({ length: 970 }, () => 1), ...Array.from({ length: 30 }, () => slow)])

it("the slow tail of calls that are alike is what each takes", () => {
  expect(slowTail(ascending(Array.from({ length: 500 }, () => 7)))).toBeCloseTo(7, 10)
})

it("three calls in a hundred that are slow weigh more than half of it", () => {
  expect(slowTail(sample(100))).toBeGreaterThan(Math.sqrt(100))
  expect(slowTail(sample(100))).toBeLessThan(100)
})

it("the very slowest call changes nothing", () => {
  const calls = Array.from({ length: 1000 }, (_, index) => 1 + index / 1000)
  expect(slowTail(ascending([...calls.slice(0, -1), 10_000]))).toBe(slowTail(ascending(calls)))
})
