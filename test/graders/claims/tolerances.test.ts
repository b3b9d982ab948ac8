import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { fits, fitsWithin } from "../../../graders/claims/tolerances.ts"

const claimed = (low: number, high = low, hedge: "exactly" | "about" | "at most" | "at least" = "exactly") => ({
  low,
  high,
  hedge,
})
const counted = (low: number, high = low) => ({ low, high })

describe("a counted figure", () => {
  it.each([
    ["two, and 1.96 on average", claimed(2), counted(1.96), "holds"],
    ["two, and three", claimed(2), counted(3), "does not hold"],
    ["one, and two", claimed(1), counted(2), "does not hold"],
    ["eight, and nine", claimed(8), counted(9), "holds"],
    ["a hundred and twenty, and 241", claimed(120), counted(241), "does not hold"],
    ["about ten, and thirteen", claimed(10, 10, "about"), counted(13), "holds"],
    ["about ten, and six", claimed(10, 10, "about"), counted(6), "does not hold"],
    ["under three, and 2", claimed(3, 3, "at most"), counted(2), "holds"],
    ["under three, and 4", claimed(3, 3, "at most"), counted(4), "does not hold"],
    ["under a million, and 2", claimed(1e6, 1e6, "at most"), counted(2), "too loose"],
    ["at least two, and 2", claimed(2, 2, "at least"), counted(2), "holds"],
    ["at least two, and 1", claimed(2, 2, "at least"), counted(1), "does not hold"],
    ["at least one, and 347", claimed(1, 1, "at least"), counted(347), "too loose"],
    ["one to three, and 1 to 3", claimed(1, 3), counted(1, 3), "holds"],
    ["one to three, and 1 to 5", claimed(1, 3), counted(1, 5), "does not hold"],
    ["one to a thousand, and 1 to 3", claimed(1, 1000), counted(1, 3), "too loose"],
  ] as const)("%s", (_, claim, figure, fit) => {
    expect(fits(claim, figure)).toBe(fit)
  })
})

describe("a figure known within a factor", () => {
  it.each([
    ["0.9 MB, and 872 kB", claimed(900_000), 872_111, "holds"],
    ["0.5 MB, and 872 kB", claimed(500_000), 872_111, "holds"],
    ["0.3 MB, and 872 kB", claimed(300_000), 872_111, "does not hold"],
    ["at most 1 MB, and 872 kB", claimed(1e6, 1e6, "at most"), 872_111, "holds"],
    ["at most 100 MB, and 872 kB", claimed(1e8, 1e8, "at most"), 872_111, "too loose"],
  ] as const)("%s", (_, claim, figure, fit) => {
    expect(fitsWithin(claim, figure, 2)).toBe(fit)
  })
})

it("lets what was counted be said of itself, and never a claim without a figure", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
      expect(fits(claimed(value), counted(value))).toBe("holds")
    }),
  )
  expect(fits({ low: null, high: null, hedge: "exactly" }, counted(2))).toBe("does not hold")
})
