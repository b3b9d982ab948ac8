import { expect, it } from "vitest"
import { phaseName } from "../../client/submission/phase-names.ts"

it("a run's phases are told in words, with the size that they are at", () => {
  expect(phaseName("burn-in")).toBe("warming up")
  expect(phaseName("load 2-days")).toBe("loading, 2 days")
})

it("a phase that has no words of its own stands as the driver says it", () => {
  expect(phaseName("preparing the machine")).toBe("preparing the machine")
  expect(phaseName("toString")).toBe("toString")
})
