/** The kinds of criteria and the rule of each. The compiler finds a kind without a rule. */
import type { Criterion, CriterionKind } from "../../prompts/question.ts"
import type { Judge, Judged } from "../judged.ts"
import type { Measured } from "../measured.ts"
import { budget } from "./budget.ts"
import { claim } from "./claim.ts"
import { correctness } from "./correctness.ts"
import { growth } from "./growth.ts"
import { position } from "./position.ts"
import { work } from "./work.ts"
import { written } from "./written.ts"

const KINDS = { correctness, work, growth, position, budget, written, claim } satisfies {
  [K in CriterionKind]: Judge<K>
}

/** Judges one criterion by the rule of its kind. */
export function judge(criterion: Criterion, measured: Measured): Judged {
  // The table pairs each kind with its own variant; TypeScript cannot follow that through an index.
  const rule = KINDS[criterion.kind] as Judge<CriterionKind>
  return rule(criterion, measured)
}
