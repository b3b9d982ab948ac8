/** Correctness: named invariants, each lost in full if any checked reply breaks it. No reply is judged here, only counted. */
import { count, list, points } from "../figures.ts"
import type { Judge } from "../judged.ts"
import { stoppedAt } from "../measured.ts"

export const correctness: Judge<"correctness"> = (criterion, { evidence }) => {
  const stopped = stoppedAt(evidence)
  const anyBroken = evidence.invariants.some(({ broken }) => broken > 0)
  const invariants = criterion.invariants.map((invariant) => {
    const seen = evidence.invariants.find((one) => one.invariant === invariant.id)
    const checked = seen?.checked ?? 0
    const broken = seen?.broken ?? 0
    // What a stopped run did not reach is the design's own loss; otherwise it is ours not to know.
    // An answer that breaks one invariant shows nothing of another: where that happened to all of them, the design has not shown this one.
    const unseen = stopped ? "not reached" : anyBroken ? "not shown" : "not checked"
    const state = broken > 0 ? "broken" : checked > 0 ? "holds" : unseen
    return { ...invariant, checked, broken, state }
  })
  const evidenceOf = { invariants }
  const unchecked = invariants.filter((one) => one.state === "not checked")
  if (unchecked.length > 0)
    return {
      points: null,
      reason: `The run holds no check of ${list(unchecked.map((one) => `"${one.title}"`))}.`,
      evidence: evidenceOf,
    }
  const lost = invariants.filter((one) => one.state !== "holds")
  const earned = invariants.reduce((sum, one) => sum + (one.state === "holds" ? one.points : 0), 0)
  const checks = invariants.reduce((sum, one) => sum + one.checked, 0)
  if (lost.length === 0)
    return { points: earned, reason: `All ${count(checks, "check")} came back right.`, evidence: evidenceOf }
  const named = lost.map((one) =>
    one.state === "broken"
      ? `"${one.title}" broke in ${one.broken} of ${count(one.checked, "check")} (${points(one.points)} points)`
      : one.state === "not shown"
        ? `"${one.title}" was not shown, because every answer that would show it broke something else (${points(one.points)} points)`
        : `"${one.title}" was not reached, because the run stopped at ${stopped!.label} (${points(one.points)} points)`,
  )
  return { points: earned, reason: `${list(named)}.`, evidence: evidenceOf }
}
