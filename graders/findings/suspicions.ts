/** What the run itself saw and named, told as a finding. A rule file names the suspicion; this turns it into places and sentences. */
import type { Criterion } from "../../prompts/question.ts"
import type { Measured } from "../measured.ts"
import { dearCalls, type Found } from "./rule.ts"

export function suspected(measured: Measured, rule: string): Found[] {
  return measured.evidence.suspicions
    .filter((suspicion) => suspicion.rule === rule)
    .map(({ message, evidence }) => {
      const operation =
        typeof evidence === "object" && evidence !== null && "operation" in evidence ? String(evidence.operation) : null
      return {
        place: operation ?? "the run",
        evidence: message,
        explains: operation === null ? anyMeasured : dearCalls(operation),
      }
    })
}

const anyMeasured = (criterion: Criterion): boolean =>
  criterion.kind === "work" ||
  criterion.kind === "position" ||
  criterion.kind === "budget" ||
  (criterion.kind === "growth" && criterion.measure !== "largest-partition-bytes")
