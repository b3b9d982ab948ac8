/** What a kind of criterion answers: points with the figures they came from, or null with the reason. */
import type { z } from "zod"
import type { Criterion, CriterionKind } from "../prompts/question.ts"
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

export const notJudged = (reason: string, evidence: Evidence = {}): Judged => ({ points: null, reason, evidence })

export const nothing = (reason: string, evidence: Evidence = {}): Judged => ({ points: 0, reason, evidence })

export const NO_JUDGE = "Not judged: no judge configured."
