import { describe, expect, it } from "vitest"
import { resampled } from "../../../graders/agreement/bootstrap.ts"
import { SHARE } from "../../../graders/agreement/cohen-kappa.ts"
import { figuresOf, type Rule } from "../../../graders/agreement/figure.ts"

const mean: Rule = { value: (sums) => sums[1]! / sums[0]!, whyNone: () => null }
/** `yes` answers of `all` agree. */
const agreed = (yes: number, all: number) =>
  Array.from({ length: all }, (_, i) => (i < yes ? [1, 0, 0, 0] : [0, 1, 0, 0]))

describe("an interval", () => {
  it("is as wide as theory says: 80 of 100 is 0.72 to 0.88 (normal approximation, 1.96 sqrt(p(1-p)/n))", () => {
    const { share } = figuresOf(agreed(80, 100), { share: SHARE })
    expect(share.value).toBe(0.8)
    expect(share.low).toBeCloseTo(0.72, 1)
    expect(share.high).toBeCloseTo(0.88, 1)
    expect(share.high! - share.low!).toBeGreaterThan(0.14)
    expect(share.high! - share.low!).toBeLessThan(0.18)
  })

  it("is the same each time", () => {
    const answers = Array.from({ length: 60 }, (_, i) => [1, Math.sqrt(i)])
    expect(figuresOf(answers, { mean })).toEqual(figuresOf(answers, { mean }))
  })

  it("draws answers, not marks: forty marks of four answers are wider than forty answers", () => {
    const few = Array.from({ length: 8 }, (_, i) => [10, i < 4 ? 10 : 0])
    const many = Array.from({ length: 80 }, (_, i) => [1, i < 40 ? 1 : 0])
    const [wide, narrow] = [few, many].map((answers) => figuresOf(answers, { mean }).mean)
    expect(wide!.high! - wide!.low!).toBeGreaterThan(2 * (narrow!.high! - narrow!.low!))
  })

  it("is not given for a handful of answers, and says so beside the figure", () => {
    const { share } = figuresOf(agreed(2, 4), { share: SHARE })
    expect(share).toMatchObject({ value: 0.5, low: null, high: null, because: expect.stringContaining("fewer than 5") })
  })

  it("is not given where most resamples have no figure", () => {
    const rarely: Rule["value"] = (sums) => (sums[1]! > 2 ? 1 : Number.NaN)
    const answers = Array.from({ length: 10 }, (_, i) => [1, i === 0 ? 1 : 0])
    expect(resampled(answers, [rarely])).toEqual([null])
  })

  it("covers the truth about as often as it promises", () => {
    const trials = 200
    let covered = 0
    for (let trial = 0; trial < trials; trial++) {
      // A fair coin, thrown by a generator of its own.
      let state = trial * 7919 + 17
      const answers = Array.from({ length: 60 }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
        return [1, (state >>> 16) & 1]
      })
      const { low, high } = figuresOf(answers, { mean }).mean
      if (low! <= 0.5 && high! >= 0.5) covered++
    }
    expect(covered / trials).toBeGreaterThan(0.9)
    expect(covered / trials).toBeLessThan(0.99)
  })
})

describe("a figure", () => {
  it("of no answers has a reason instead of a value", () => {
    expect(figuresOf([], { share: SHARE }).share).toMatchObject({
      value: null,
      because: "there is no answer to compare",
    })
  })
})
