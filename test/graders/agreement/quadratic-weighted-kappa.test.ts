import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  MEAN_ABSOLUTE_ERROR,
  MEAN_DIFFERENCE,
  quadraticWeightedKappa,
  sumsOf,
  WEIGHTED_KAPPA,
} from "../../../graders/agreement/quadratic-weighted-kappa.ts"

const sums = (first: number[], second: number[]) =>
  sumsOf(first.map((one, index) => ({ first: one, second: second[index]! })))

const times = (value: number, count: number) => new Array<number>(count).fill(value)

/** As it is usually written: a table of categories, weights by the distance of their numbers, and what the margins give by chance. */
function byTable(first: number[], second: number[], categories: number): number {
  let observed = 0
  let expected = 0
  const share = (list: number[], category: number) => list.filter((one) => one === category).length / list.length
  for (let row = 0; row < categories; row++)
    for (let column = 0; column < categories; column++) {
      const weight = ((row - column) / (categories - 1)) ** 2
      const both = first.filter((one, index) => one === row && second[index] === column).length / first.length
      observed += weight * both
      expected += weight * share(first, row) * share(second, column)
    }
  return 1 - observed / expected
}

describe("quadratic weighted kappa", () => {
  it.each([
    // github.com/benhamner/Metrics, R/tests/1.R: the reference values of the essay-scoring contest that made the measure usual.
    [[1, 2, 1], [1, 2, 2], 0.4],
    [[1, 2, 3, 1, 2, 3], [1, 2, 3, 1, 3, 2], 0.75],
    [[1, 2, 3], [1, 2, 3], 1],
    [[1, 3, 5], [2, 4, 6], 0.8421052631578947],
    [[1, 3, 3, 5], [2, 4, 5, 6], 0.6956521739130435],
  ])("of %j and %j is the published %d", (first, second, kappa) => {
    expect(quadraticWeightedKappa(sums(first, second))).toBeCloseTo(kappa, 12)
  })

  it("is that of scikit-learn's weighting example (three categories, 100 items: 0.9541)", () => {
    const first = [...times(0, 46), ...times(1, 44), ...times(2, 10)]
    const second = [...times(0, 50), ...times(1, 40), ...times(2, 10)]
    expect(quadraticWeightedKappa(sums(first, second))).toBeCloseTo(0.9541, 4)
  })

  it("is for whole points what the table of categories gives", () => {
    const pairs = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 2, maxLength: 50 })
    fc.assert(
      fc.property(pairs, (list) => {
        const [first, second] = [list.map(([one]) => one), list.map(([, other]) => other)]
        const direct = quadraticWeightedKappa(sums(first, second))
        const table = byTable(first, second, 7)
        if (Number.isFinite(table)) expect(direct).toBeCloseTo(table, 9)
        else expect(direct).toBeNaN()
      }),
    )
  })

  it("does not depend on the scale", () => {
    const [first, second] = [
      [1, 4, 2, 5],
      [2, 4, 1, 5],
    ]
    const halved = (list: number[]) => list.map((one) => one / 2)
    expect(quadraticWeightedKappa(sums(halved(first), halved(second)))).toBeCloseTo(
      quadraticWeightedKappa(sums(first, second)),
      12,
    )
  })

  it.each([
    ["nothing", [], [], /no points/],
    ["one answer", [3], [3], /one answer/],
    ["a constant first", [2, 2, 2], [1, 2, 3], /same points every time/],
    ["a constant second", [1, 2, 3], [2, 2, 2], /same points every time/],
    ["both constant, in tenths", times(0.1, 30), times(0.1, 30), /same points every time/],
  ])("is withheld, with the reason, for %s", (_, first, second, reason) => {
    expect(WEIGHTED_KAPPA.whyNone(sums(first, second))).toMatch(reason)
  })
})

describe("errors in points", () => {
  it("are the mean distance and the mean difference, positive where the first is milder", () => {
    const all = sums([4, 2, 7], [3, 4, 7])
    expect(MEAN_ABSOLUTE_ERROR.value(all)).toBe(1)
    expect(MEAN_DIFFERENCE.value(all)).toBeCloseTo(-1 / 3, 12)
  })
})
