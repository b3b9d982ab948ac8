/** The kinds of criteria and the rule of each. The compiler finds a kind without a rule. */
import { MEASURED_KINDS } from "../../prompts/measured-kinds.ts"
import type { Criterion, CriterionKind } from "../../prompts/question.ts"
import type { Judge, Judged, JudgeProse, Prose } from "../judged.ts"
import type { Measured } from "../measured.ts"
import { budget } from "./budget.ts"
import { claim } from "./claim.ts"
import { correctness } from "./correctness.ts"
import { growth } from "./growth.ts"
import { position } from "./position.ts"
import { work } from "./work.ts"
import { written } from "./written.ts"

type MeasuredKind = (typeof MEASURED_KINDS)[number]
type ProseKind = Exclude<CriterionKind, MeasuredKind>

/** Judged from the evidence. */
const MEASURED = { correctness, work, growth, position, budget } satisfies { [K in MeasuredKind]: Judge<K> }
/** Judged from what the answer says. */
const PROSE = { written, claim } satisfies { [K in ProseKind]: JudgeProse<K> }

export type MeasuredCriterion = Extract<Criterion, { kind: MeasuredKind }>
export type ProseCriterion = Extract<Criterion, { kind: ProseKind }>

export const isMeasured = (criterion: Criterion): criterion is MeasuredCriterion =>
  (MEASURED_KINDS as readonly string[]).includes(criterion.kind)

// Each table pairs a kind with its own variant; TypeScript cannot follow that through an index.

/** Judges one measured criterion by the rule of its kind. */
export function judge(criterion: MeasuredCriterion, measured: Measured): Judged {
  const rule = MEASURED[criterion.kind] as Judge<CriterionKind>
  return rule(criterion, measured)
}

/** Judges one criterion about the prose by the rule of its kind. */
export function judgeProse(criterion: ProseCriterion, prose: Prose): Judged {
  const rule = PROSE[criterion.kind] as JudgeProse<CriterionKind>
  return rule(criterion, prose)
}
