import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { cohenKappa, KAPPA, shareAgreed } from "../../../graders/agreement/cohen-kappa.ts"

/** A square table of how often the first chose the row while the second chose the column. */
const tableOf = (first: number[], second: number[], size: number) => {
  const table = new Array<number>(size * size).fill(0)
  for (const [index, row] of first.entries()) table[row * size + second[index]!]!++
  return table
}

const times = (value: number, count: number) => new Array<number>(count).fill(value)

describe("Cohen's kappa", () => {
  it.each([
    // The worked examples of the encyclopedia article "Cohen's kappa": fifty grant proposals, and two tables with the same agreement.
    [[20, 5, 10, 15], 0.7, 0.4],
    [[45, 15, 25, 15], 0.6, 0.1304],
    [[25, 35, 5, 35], 0.6, 0.2593],
  ])("is that of the worked example %j", (table, share, kappa) => {
    expect(shareAgreed(table)).toBeCloseTo(share, 10)
    expect(cohenKappa(table)).toBeCloseTo(kappa, 4)
  })

  it("is that of Artstein and Poesio 2008, table 4 (three verdicts)", () => {
    const first = [...times(0, 46), ...times(1, 44), ...times(2, 10)]
    const second = [...times(0, 52), ...times(1, 32), ...times(2, 16)]
    expect(cohenKappa(tableOf(first, second, 3))).toBeCloseTo(0.8013, 4)
  })

  it("is Fleiss' kappa where each pair of markers stands both ways round (the worked example of 14 markers and 10 subjects: 0.210)", () => {
    const subjects = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ]
    const table = new Array<number>(25).fill(0)
    for (const counts of subjects)
      for (let row = 0; row < 5; row++)
        for (let column = 0; column < 5; column++)
          table[row * 5 + column]! += counts[row]! * (counts[column]! - (row === column ? 1 : 0))
    expect(cohenKappa(table)).toBeCloseTo(0.21, 3)
  })

  it("is 1 for full agreement, and the same whoever is called the first", () => {
    const verdicts = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(verdicts, (pairs) => {
        const [first, second] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
        const kappa = cohenKappa(tableOf(first, second, 3))
        if (Number.isNaN(kappa)) return
        expect(cohenKappa(tableOf(second, first, 3))).toBeCloseTo(kappa, 10)
        expect(kappa).toBeLessThanOrEqual(1 + 1e-12)
        if (new Set(first).size > 1) expect(cohenKappa(tableOf(first, first, 3))).toBeCloseTo(1, 10)
      }),
    )
  })

  it.each([
    ["nothing to compare", [0, 0, 0, 0], /no verdict/],
    ["one pair", [1, 0, 0, 0], /one answer/],
    ["a first who always says the same", [7, 3, 0, 0], /same verdict every time/],
    ["a second who always says the same", [7, 0, 3, 0], /same verdict every time/],
    ["two who always say the same", [9, 0, 0, 0], /same verdict every time/],
  ])("is withheld, with the reason, for %s", (_, table, reason) => {
    expect(KAPPA.whyNone(table)).toMatch(reason)
  })

  it("is given where both vary", () => expect(KAPPA.whyNone([3, 1, 1, 3])).toBeNull())
})
