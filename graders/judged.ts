/** What a kind of criterion answers: points with the figures they came from, or null with the reason. */
import type { z } from "zod"
import type { Criterion, CriterionKind } from "../prompts/question.ts"
import type { Claim } from "./claims/claim.ts"
import type { Judgement, Mark } from "./judge/judgement.ts"
import type { Measured } from "./measured.ts"

export type Evidence = z.infer<ReturnType<typeof z.json>>

export interface Judged {
  /** null: could not be judged; never a zero in disguise. */
  points: number | null
  /** Where the figure behind the points has an interval: the points at its ends, 95%. */
  interval?: { low: number; high: number }
  /** One sentence. */
  reason: string
  /** Figures by name, units in the name. */
  evidence: Evidence
}

/** One kind's rule. Pure. */
export type Judge<K extends CriterionKind> = (criterion: Extract<Criterion, { kind: K }>, measured: Measured) => Judged

/** What criteria about the prose are judged from. No figure of the run is in it but through claims and findings. */
export interface Prose {
  /** null: nobody judged the answer. */
  judgement: Judgement | null
  marks: Mark[]
  /** Rules that fired on this submission, with their titles. */
  findings: Map<string, string>
  /** null: no assertions were extracted. */
  claims: Claim[] | null
  /** Claim slots of the rubric with a contradicted claim in them, with what was contradicted. */
  contradictedSlots: Map<string, string>
  /** Why claims give no points, whatever they say; null where they do. */
  unscored: string | null
}

/** The rule of one kind of criterion about the prose. Pure. */
export type JudgeProse<K extends CriterionKind> = (criterion: Extract<Criterion, { kind: K }>, prose: Prose) => Judged

export const notJudged = (reason: string, evidence: Evidence = {}): Judged => ({ points: null, reason, evidence })

export const nothing = (reason: string, evidence: Evidence = {}): Judged => ({ points: 0, reason, evidence })

export const NO_JUDGE = "Not judged: no judge configured."
