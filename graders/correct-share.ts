/** How far the answers are right, as a whole: the share that scales the other measured points, and what caps the band. Scores nothing itself. */
import type { Rubric } from "../prompts/question.ts"
import type { Evidence } from "../sandboxes/evidence.ts"

/** Invariants whose breach means that data was lost or made up: nothing else counts then. */
const FATAL = ["lost", "invented"]

/** Share of the correctness points that hold, 0 to 1; 1 where the rubric has none. `null` points leave the share as it is. */
export function correctShare(rubric: Rubric, pointsOf: (criterion: string) => number | null): number {
  const criteria = rubric.criteria.filter((criterion) => criterion.kind === "correctness")
  const judged = criteria.filter((criterion) => pointsOf(criterion.id) !== null)
  const outOf = judged.reduce((sum, criterion) => sum + criterion.points, 0)
  return outOf > 0 ? judged.reduce((sum, criterion) => sum + pointsOf(criterion.id)!, 0) / outOf : 1
}

/** Invariants that some reply broke, those outside the rubric included. */
export const brokenInvariants = (evidence: Evidence): string[] =>
  evidence.invariants.filter((one) => one.broken > 0).map((one) => one.invariant)

/** Why this is "not yet working"; null where it works. */
export function notWorking(evidence: Evidence, operations: string[]): string | null {
  const fatal = brokenInvariants(evidence).filter((invariant) => FATAL.includes(invariant))
  if (fatal.includes("lost")) return "an acknowledged write was lost"
  if (fatal.includes("invented")) return "an answer held data that nobody wrote"
  for (const operation of operations) {
    const works = evidence.stages.some((stage) =>
      stage.work.some((work) => work.operation === operation && work.calls > work.failed + work.wrong),
    )
    if (!works) return `${operation} works at no size`
  }
  return null
}
