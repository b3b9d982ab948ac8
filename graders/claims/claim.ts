/** What becomes of an assertion of the answer once it is held against the evidence: a verdict, and both figures. Gives no points. */
import { z } from "zod"
import { AssertionSchema } from "../judge/judgement.ts"

/** "shown": said and measured stand side by side, and nothing is decided, because nobody knows which machine was meant. */
export const CLAIM_VERDICTS = ["confirmed", "contradicted", "not measured", "shown"] as const

export const ClaimSchema = z.strictObject({
  assertion: AssertionSchema,
  verdict: z.enum(CLAIM_VERDICTS),
  /** What the run shows, in words with its unit; null where it shows nothing of the kind. */
  measured: z.string().nullable(),
  /** One sentence with both. */
  sentence: z.string(),
  /** False where it is true or not but says too little to answer a slot of the rubric: no figure, another case, a bound beyond all reach. */
  answers: z.boolean(),
  /** Whether a free run had printed this figure before the answer was handed in; null: not known. */
  printedBefore: z.boolean().nullable(),
})
export type Claim = z.infer<typeof ClaimSchema>

/** What a comparison finds out. Left out: it answers, and nothing of the kind was measured. */
export interface Held {
  verdict: Claim["verdict"]
  measured?: string
  sentence: string
  answers?: boolean
}
