/** Holds each assertion of the answer against the evidence. Pure; gives verdicts with both figures, and no points. */
import type { Assertion, AssertionKind } from "../judge/judgement.ts"
import type { Measured } from "../measured.ts"
import type { Claim, Held } from "./claim.ts"
import { holdCounted } from "./counted.ts"
import { holdGrowth } from "./growth-class.ts"
import { holdLargestPartition } from "./largest-partition.ts"
import { showLatency, showThroughput } from "./shown.ts"

const unmeasured = (why: string) => (): Held => ({ verdict: "not measured", sentence: why, answers: false })

/** One rule for each kind of assertion; the compiler finds a kind without one. */
const RULES = {
  latency: showLatency,
  throughput: showThroughput,
  complexity: holdGrowth,
  "growth-class": holdGrowth,
  "largest-partition": holdLargestPartition,
  "partitions-per-read": (assertion, measured) => holdCounted("partitions-per-read", assertion, measured),
  "rows-per-read": (assertion, measured) => holdCounted("rows-per-read", assertion, measured),
  "round-trips": (assertion, measured) => holdCounted("round-trips", assertion, measured),
  "writes-per-call": (assertion, measured) => holdCounted("writes-per-call", assertion, measured),
  "item-count": unmeasured("How many items there are is the question's affair; the run does not count them."),
  "consistency-level": unmeasured("One node was run, so no consistency level shows in what was measured."),
  availability: unmeasured("No node was taken away in the run, so what happens then was not measured."),
  cost: unmeasured("Money was not measured; the engine's work is."),
} satisfies Record<AssertionKind, (assertion: Assertion, measured: Measured) => Held>

/** `measured` null: the submission could not be run, and nothing is known but what was said. */
export function compareClaims(assertions: Assertion[], measured: Measured | null): Claim[] {
  return assertions.map((assertion) => {
    const held: Held = measured
      ? RULES[assertion.kind](assertion, measured)
      : { verdict: "not measured", sentence: "The submission could not be run." }
    return {
      assertion,
      verdict: held.verdict,
      measured: held.measured ?? null,
      sentence: held.sentence,
      answers: held.answers ?? true,
      printedBefore: null,
    }
  })
}
