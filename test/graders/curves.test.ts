import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { exponentAt, extrapolate, falling, fallingInLn, inWords } from "../../graders/curves.ts"
import { budgetShare } from "../../graders/kinds/budget.ts"
import { growthShare } from "../../graders/kinds/growth.ts"
import { positionShare } from "../../graders/kinds/position.ts"
import { workShare } from "../../graders/kinds/work.ts"

const ratio = fc.double({ min: 1e-3, max: 1e4, noNaN: true })
/** Nearer than a thousandth. */
const nearly = 1.001

/** Every function that turns a figure into a share of points, with the figures that it takes. */
const shares: [string, fc.Arbitrary<(figure: number) => number>][] = [
  ["work", fc.option(fc.double({ min: 0.5, max: 100, noNaN: true })).map((weak) => (r: number) => workShare(r, weak))],
  ["budget", fc.constant(budgetShare)],
  ["position", fc.constant(positionShare)],
  [
    "growth",
    fc.tuple(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.double({ min: 1.5, max: 1e6, noNaN: true })).map(
      ([strong, span]) =>
        (figure: number) =>
          growthShare(figure, strong, strong * span),
    ),
  ],
]

describe.each(shares)("the share of points for %s", (_, share) => {
  it("never leaves 0 to 1", () => {
    fc.assert(
      fc.property(share, ratio, (of, figure) => {
        expect(of(figure)).toBeGreaterThanOrEqual(0)
        expect(of(figure)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it("never rises as the figure gets worse", () => {
    fc.assert(
      fc.property(share, ratio, fc.double({ min: 1, max: 100, noNaN: true }), (of, figure, worse) => {
        expect(of(figure * worse)).toBeLessThanOrEqual(of(figure) + 1e-12)
      }),
    )
  })

  it("has no cliff where its ends do not nearly meet", () => {
    fc.assert(
      fc.property(share, ratio, (of, figure) => {
        const span = of(figure) - of(figure * nearly)
        // The steepest line allowed falls from all to nothing over a factor of 1.02.
        fc.pre(of(figure * 1.02) !== 0 || of(figure / 1.02) !== 1)
        expect(span).toBeLessThan(0.1)
      }),
    )
  })
})

describe("the ends of the scales", () => {
  it("give full marks up to 1.25 times the strong reference's work and none from 10", () => {
    expect(workShare(0.5, null)).toBe(1)
    expect(workShare(1.25, null)).toBe(1)
    expect(workShare(1.26, null)).toBeLessThan(1)
    expect(workShare(10, null)).toBe(0)
    expect(workShare(Math.sqrt(1.25 * 10), null)).toBeCloseTo(0.5)
  })

  it("take the weak reference's ratio where it is nearer than 10", () => {
    expect(workShare(4, 4)).toBe(0)
    expect(workShare(9.9, 40)).toBeGreaterThan(0)
    expect(workShare(10, 40)).toBe(0)
  })

  it("leave out a weak reference that works as little as the strong one", () => {
    expect(workShare(2, 1.1)).toBe(workShare(2, null))
  })

  it("give full marks at peak up to 1.25 times and none from 4", () => {
    expect(budgetShare(1.25)).toBe(1)
    expect(budgetShare(4)).toBe(0)
    expect(budgetShare(Math.sqrt(1.25 * 4))).toBeCloseTo(0.5)
  })

  it("give full marks on the ladder up to a twentieth and none at the anchor", () => {
    expect(positionShare(-0.3)).toBe(1)
    expect(positionShare(0.05)).toBe(1)
    expect(positionShare(0.525)).toBeCloseTo(0.5)
    expect(positionShare(1)).toBe(0)
    expect(positionShare(3)).toBe(0)
  })
})

describe("carrying a figure on", () => {
  it("shows what looks flat at a thousand rows and is thousands at ten million", () => {
    const cost = (n: number) => ({ n, value: 25 + 0.001 * n })
    expect(extrapolate(cost(100), cost(1000), 10_000_000)).toBeGreaterThan(8_000)
  })

  it("takes half a percent between two sizes for none, and counts only what is beyond it", () => {
    const to = (value: number) => extrapolate({ n: 425, value: 100 }, { n: 1625, value }, 1_000_000)
    expect(to(100.5)).toBeCloseTo(100.5)
    expect(to(100.51)).toBeLessThan(109)
    expect(to(104)).toBeGreaterThan(3_000 * 0.9)
  })

  it("never promises that a design gets cheaper", () => {
    expect(extrapolate({ n: 1, value: 10 }, { n: 2, value: 5 }, 1000)).toBe(5)
  })

  it("never falls below the figure at the larger size", () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.double({ min: 1, max: 1e6, noNaN: true }), (small, large, target) => {
        expect(extrapolate({ n: 2, value: small }, { n: 8, value: large }, target)).toBeGreaterThanOrEqual(large)
      }),
    )
  })

  it("says in words how it grows where it is judged", () => {
    const at = (a: number, b: number, n: number) =>
      inWords(exponentAt({ n: 1, value: a + b }, { n: 2, value: a + 2 * b }, { n, value: a + b * n }))
    expect(at(10, 0, 1000)).toBe("stays flat")
    expect(at(10, 1, 1000)).toBe("grows in proportion")
    expect(at(1000, 7, 1000)).toBe("grows slowly")
  })

  it("falls in proportion between its ends", () => {
    expect(falling(0.75, 0.5, 1)).toBeCloseTo(0.5)
    expect(fallingInLn(0, 1, 2)).toBe(1)
  })
})
