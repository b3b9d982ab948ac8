/** What a growth criterion follows. Types alone, for whoever draws its curve and whoever judges it. */
import type { Criterion } from "../prompts/question.ts"

export type GrowthCriterion = Extract<Criterion, { kind: "growth" }>

/** What is followed along an axis, and whose figure is the worst. */
export type Figure = Pick<GrowthCriterion, "measure" | "operation" | "weak">
