/** A new report from what an old one holds: its evidence, its yardsticks, what was said about its answer. Starts no container. */
import { grade } from "../graders/grade.ts"
import type { Report } from "../graders/report.ts"
import { hashRubric } from "../prompts/load-question.ts"
import type { Question, Rubric } from "../prompts/question.ts"
import type { Weights } from "../sandboxes/evidence.ts"
import type { Said } from "./grade-submission.ts"

/**
 * Grades by another rubric what a report holds. The question, the weights and the references' counts are those that the report was made with, so
 * nothing but the rubric can change a score. `rubricHash` is to be given of a rubric that was kept where the order of keys is not.
 */
export function regrade(
  old: Report,
  question: Question,
  rubric: Rubric,
  said: Said = old,
  rubricHash = hashRubric(rubric),
): Report {
  const { comparison, evidence, rejected, submission, warnings, printed, provenance } = old
  return grade({
    question: comparison?.question ?? question,
    rubric,
    rubricHash,
    submission,
    quick: old.quick,
    referenceCounts: comparison?.references ?? null,
    engines: comparison?.engines ?? [],
    weights: comparison?.weights ?? NO_WEIGHTS,
    judgement: said.judgement,
    marks: said.marks,
    outcome: evidence
      ? { kind: "measured", evidence }
      : { kind: "rejected", rejected: rejected!, warnings, printed, provenance },
  })
}

/** A rejected submission was never weighed. */
const NO_WEIGHTS: Weights = { unit: "", weights: {}, storedKiB: 0, error: 0, shapes: [], fittedOn: "" }
