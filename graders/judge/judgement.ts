/**
 * What the judge of prose leaves behind: data, stored in the report, from which code alone computes points. The model chose verdicts and quotes;
 * it never saw points, weights or measured figures, and no number of its own becomes one of a score.
 */
import { z } from "zod"
import { CLAIM_KINDS, HEDGES } from "../../prompts/judge/render.ts"

export const VERDICTS = ["met", "not met", "cannot tell"] as const
export const VerdictSchema = z.enum(VERDICTS)
export type Verdict = z.infer<typeof VerdictSchema>

/** A stretch of the answer as it was handed in: `answer.slice(start, end) === text`, offsets in UTF-16 code units. */
export const QuoteSchema = z.strictObject({
  text: z.string(),
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
})
export type Quote = z.infer<typeof QuoteSchema>

/** Why a person has to look. A closed set: each has a sentence of its own in the report. */
export const REVIEW_REASONS = [
  "split verdicts",
  "cannot tell",
  "quote not found",
  "refused",
  "cut off",
  "not understood",
  "no reply",
  "spend limit",
  "suspected steering",
] as const
export const ReviewReasonSchema = z.enum(REVIEW_REASONS)
export type ReviewReason = z.infer<typeof ReviewReasonSchema>

/** One sample's say about one criterion. */
export const SampleSchema = z.strictObject({
  /** Key of the stored call it came from. */
  call: z.string(),
  sample: z.number().int().nonnegative(),
  /** null: this sample gave none (see `failed`). */
  verdict: VerdictSchema.nullable(),
  reason: z.string(),
  /** Word for word as the model gave it; "" where none is needed. */
  quoted: z.string(),
  /** Where that stands in the answer; null: nowhere. */
  quote: QuoteSchema.nullable(),
  failed: ReviewReasonSchema.nullable(),
})
export type Sample = z.infer<typeof SampleSchema>

export const WrittenVerdictSchema = z.strictObject({
  criterion: z.string(),
  /** Hash of what was asked about it (statement, counts, examples, answer, prompts' version, model): a rubric edit asks again only what changed. */
  asked: z.string(),
  /** null: could not be judged; `review` says why. */
  verdict: z.enum(["met", "not met"]).nullable(),
  reason: z.string(),
  /** Located. A criterion that is met has one at least, unless it is about absence. */
  quotes: z.array(QuoteSchema),
  samples: z.array(SampleSchema),
  /** Share of the samples with a verdict that agree with the majority; null where none has one. */
  agreement: z.number().min(0).max(1).nullable(),
  /** null: no person is needed. May stand beside a verdict (suspected steering). */
  review: z.strictObject({ because: ReviewReasonSchema, detail: z.string() }).nullable(),
})
export type WrittenVerdict = z.infer<typeof WrittenVerdictSchema>

export const AssertionKindSchema = z.enum(CLAIM_KINDS)
export type AssertionKind = z.infer<typeof AssertionKindSchema>

export const ASSERTION_UNITS = [
  "ms",
  "per second",
  "bytes",
  "rows",
  "partitions",
  "round trips",
  "writes",
  "items",
  "power",
  "currency",
  "none",
] as const

/**
 * Something checkable that the answer asserts. Extracted by the model, believed only as far as code can read it in the quote: a number that is not
 * written there (as digits, a word, or a sum worked out in it) is dropped.
 */
export const AssertionSchema = z.strictObject({
  kind: AssertionKindSchema,
  /** One of the question's operations; null: of none, or not said. */
  operation: z.string().nullable(),
  quote: QuoteSchema,
  /** How the writer hedged: "exactly 2", "about 2", "at most 2" (also "under 2"), "at least 2". */
  hedge: z.enum(HEDGES),
  /** In `unit`, converted by code from what is written ("1.2 MB" is 1,200,000 bytes). Equal ends: one number. null: no number, or not in the quote. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  unit: z.enum(ASSERTION_UNITS),
  /** Of a latency: 99 for p99. */
  percentile: z.number().min(0).max(100).nullable(),
  /** For which calls: an ordinary one, the worst, or not said. */
  about: z.enum(["ordinary", "worst"]).nullable(),
  /** In words from a closed set: of a growth class or complexity "constant", "logarithmic", "linear", "quadratic", "bounded", "unbounded"; of a consistency level its name. */
  word: z.string().nullable(),
})
export type Assertion = z.infer<typeof AssertionSchema>

/** What the model listed and code could not take. Nobody knows what it was, so no slot that it may have answered is worth zero without a person's look. */
export const LostClaimSchema = z.strictObject({
  /** null: none of those that were offered. */
  kind: AssertionKindSchema.nullable(),
  operation: z.string().nullable(),
  /** As the model gave it, or the beginning of it; "" of what it may have left out. */
  quoted: z.string(),
  because: z.enum([
    "it is not of the form that was asked for",
    "its quote is not in the answer",
    "its figure could not be read",
    "its figure and its word say different things",
    "the list is full, and the answer may say more",
  ]),
})
export type LostClaim = z.infer<typeof LostClaimSchema>

/** Text in the answer that looks as if it spoke to the judge. Shown; has no effect on any score by itself. */
export const SteeringSchema = z.strictObject({ family: z.string(), quote: QuoteSchema })
export type Steering = z.infer<typeof SteeringSchema>

export const CALL_OUTCOMES = ["answered", "refused", "cut off", "not understood", "no reply", "spend limit"] as const

/** One call, as stored. The key is the hash of (model, mode, prompt, sample): the same call is never paid twice. */
export const CallSchema = z.strictObject({
  key: z.string(),
  purpose: z.enum(["probe", "written", "claims", "quote again"]),
  /** Written criteria that it asks about, in the order of their keys in the prompt. */
  criteria: z.array(z.string()),
  sample: z.number().int().nonnegative(),
  /** As asked for, and as the server says who answered. */
  model: z.string(),
  answeredBy: z.string().nullable(),
  promptHash: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(["system", "user"]), content: z.string() })),
  /** As it came, before anything was read from it; null: none came. */
  completion: z.string().nullable(),
  outcome: z.enum(CALL_OUTCOMES),
  detail: z.string(),
  attempts: z.number().int().positive(),
  tokens: z.strictObject({
    prompt: z.number().int(),
    completion: z.number().int(),
    counted: z.enum(["by the server", "estimated"]),
  }),
  /** US dollars by the price list in prompts/judge; null: the model has no price there. */
  usd: z.number().nullable(),
  milliseconds: z.number(),
  at: z.iso.datetime(),
})
export type Call = z.infer<typeof CallSchema>

/** What a server was found to honour. */
export const EndpointSchema = z.strictObject({
  mode: z.enum(["strict schema", "JSON mode", "tools", "text"]),
  temperature: z.boolean(),
  /** Whether it says how many tokens a call took. */
  usage: z.boolean(),
})
export type Endpoint = z.infer<typeof EndpointSchema>
export type Mode = Endpoint["mode"]

export const JudgementSchema = z.strictObject({
  model: z.string(),
  /** What the endpoint was found to honour; null: it could not be asked. */
  endpoint: EndpointSchema.nullable(),
  prompts: z.strictObject({ version: z.number().int(), hash: z.string() }),
  written: z.array(WrittenVerdictSchema),
  /** null: the claims could not be extracted; `claimsReview` says why. */
  assertions: z.array(AssertionSchema).nullable(),
  lostClaims: z.array(LostClaimSchema).default([]),
  claimsReview: z.strictObject({ because: ReviewReasonSchema, detail: z.string() }).nullable(),
  steering: z.array(SteeringSchema),
  calls: z.array(CallSchema),
})
export type Judgement = z.infer<typeof JudgementSchema>

/** A person's verdict: beats the model's, is appended and never written over. */
export const MarkSchema = z.strictObject({
  criterion: z.string(),
  verdict: z.enum(["met", "not met"]),
  /** A stretch of the answer that the verdict rests on; null where it is about absence. */
  quote: z.string().nullable(),
  reason: z.string().min(1),
  by: z.string().min(1),
  at: z.iso.datetime(),
})
export type Mark = z.infer<typeof MarkSchema>
