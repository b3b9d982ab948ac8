/** The lines of the two files that are compared: what a judge said of an answer, and what a person said. */
import { z } from "zod"
import { QuoteSchema, SteeringSchema, WrittenVerdictSchema } from "../judge/judgement.ts"

/** Begins every line that `judge` writes: tells a torn line of ours from somebody's file. */
export const MARKED_FORMAT = "proofrun-marks-1"

/** An answer with the judge's marks, as `judge` writes it. The judge chose verdicts; the points are added up by code. */
export const MarkedAnswerSchema = z.strictObject({
  format: z.literal(MARKED_FORMAT),
  id: z.string(),
  /** Sum of the points of what is met; null where a statement could not be judged, with the reason in `because`. */
  points: z.number().nullable(),
  outOf: z.number(),
  because: z.string().nullable(),
  criteria: z.array(
    z.strictObject({
      criterion: z.string(),
      title: z.string(),
      outOf: z.number(),
      verdict: WrittenVerdictSchema.shape.verdict,
      reason: z.string(),
      quotes: z.array(QuoteSchema),
      agreement: z.number().nullable(),
      review: WrittenVerdictSchema.shape.review,
    }),
  ),
  steering: z.array(SteeringSchema),
  answer: z.string(),
  /** Hash of question, references and answer: the same id with another text is not the same answer. */
  asked: z.string(),
  judge: z.strictObject({
    model: z.string(),
    prompts: z.strictObject({ version: z.number().int(), hash: z.string() }),
    rubric: z.string(),
    samples: z.number().int().positive(),
  }),
  /** Of the calls that this answer rests on, also those that an earlier run had paid for. */
  tokens: z.strictObject({ prompt: z.number(), completion: z.number() }),
  usd: z.number().nullable(),
})
export type MarkedAnswer = z.infer<typeof MarkedAnswerSchema>

/** Sets of answers number theirs as often as they name them. */
export const IdSchema = z
  .union([z.string().min(1), z.number()], { error: "is neither a name nor a number" })
  .transform(String)

/** What is read of a judge's mark when it is compared: points and verdicts. Marks that something else gave may hold no more than that. */
export const JudgeMarkSchema = z.object({
  id: IdSchema,
  points: z.number().nonnegative().nullable(),
  outOf: z.number().positive().optional(),
  because: z.string().nullish(),
  criteria: z
    .array(
      z.object({
        criterion: z.string(),
        title: z.string().optional(),
        outOf: z.number().positive(),
        verdict: z.enum(["met", "not met"]).nullable(),
        reason: z.string().optional(),
        quotes: z.array(z.object({ text: z.string() })).default([]),
        review: z.object({ because: z.string(), detail: z.string() }).nullish(),
      }),
    )
    .default([]),
  answer: z.string().optional(),
})
export type JudgeMark = z.infer<typeof JudgeMarkSchema>

const VerdictGivenSchema = z.union([z.enum(["met", "not met"]), z.boolean(), z.number().nonnegative()], {
  error: 'is neither "met" nor "not met", nor true, false or points',
})

/** One person's mark of one answer: points for the whole, verdicts per criterion, or both. */
export const HumanMarkSchema = z
  .strictObject({
    id: IdSchema,
    /** Who marked; to be left out where one person marked everything. */
    by: z.string().min(1).default("the person"),
    /** null: this person could not tell. */
    points: z.number().nonnegative().nullable().optional(),
    /** Points are all or nothing of what the statement is worth. null: could not tell. */
    criteria: z.record(z.string(), VerdictGivenSchema.nullable()).optional(),
  })
  .refine(({ points, criteria }) => points !== undefined || criteria !== undefined, {
    message: "has neither points nor criteria",
  })
export type HumanMark = z.infer<typeof HumanMarkSchema>
