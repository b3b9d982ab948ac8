import { describe, expect, it } from "vitest"
import { halfWidth, halfWidthOfMean } from "../../../sandboxes/measurement/ratio-scale.ts"

describe("how well a ratio of p99s is known", () => {
  it("is perfectly known where both ends are as good as alike, or both hopeless", () => {
    expect(halfWidth({ value: 1, low: 0.7, high: 1.2 })).toBe(0)
    expect(halfWidth({ value: 9, low: 4.1, high: 30 })).toBe(0)
  })

  it("counts only the part of the interval in which designs are told apart", () => {
    expect(halfWidth({ value: 1.3, low: 0.5, high: Math.sqrt(1.25 * 4) })).toBeCloseTo(0.25, 10)
    expect(halfWidth({ value: 2, low: 1.25, high: 4 })).toBeCloseTo(0.5, 10)
  })

  it("is not known at all where there is no ratio", () => {
    expect(halfWidth({ value: Number.NaN, low: 0, high: 0 })).toBe(1)
  })

  it("is better known for the mean of several than for each", () => {
    const one = { value: 2, low: 1.25, high: 4 }
    expect(halfWidthOfMean([one, one])).toBeCloseTo(0.5 / Math.SQRT2, 10)
  })
})
