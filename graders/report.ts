/** The report: the published schema of `--json`. A score that could not be given is null with a reason, never zero. */
import { z } from "zod"
import {
  EvidenceSchema,
  IntervalSchema,
  PrintedSchema,
  ProvenanceSchema,
  RejectionSchema,
  WarningSchema,
} from "../sandboxes/evidence.ts"
import { SubmissionSchema } from "../sandboxes/submission.ts"
import { ClaimSchema } from "./claims/claim.ts"
import { ComparisonSchema } from "./comparison.ts"
import { JudgementSchema, MarkSchema } from "./judge/judgement.ts"

export const BANDS = ["strong", "adequate", "weak", "not yet working"] as const
export type Band = (typeof BANDS)[number]

export const ScoreSchema = z.strictObject({
  criterion: z.string(),
  title: z.string(),
  kind: z.string(),
  points: z.number().nullable(),
  outOf: z.number(),
  /** Where the points come from a figure with an interval: the points at its ends, 95%. */
  interval: IntervalSchema.nullable(),
  /** The points before wrong answers scaled them; null where nothing was scaled. */
  beforeScaling: z.number().nullable(),
  /** One sentence. */
  reason: z.string(),
  /** What the points came from: figures by name with their units in the name, or nested tables of them. */
  evidence: z.json(),
  /** Findings (ids) that explain lost points. */
  findings: z.array(z.string()),
})
export type Score = z.infer<typeof ScoreSchema>

export const FindingSchema = z.strictObject({
  /** The rule's name, e.g. "unbounded-partition". */
  rule: z.string(),
  title: z.string(),
  /** Where: a table, a statement, an operation; with the schema line where known. */
  place: z.string(),
  line: z.number().int().optional(),
  /** The measured evidence, as a sentence with figures and units. */
  evidence: z.string(),
  remedy: z.string(),
  /** Criteria whose lost points this explains, and how many points those lost in all. */
  explains: z.array(z.string()),
  pointsLost: z.number(),
})
export type Finding = z.infer<typeof FindingSchema>

export const SubtotalSchema = z.strictObject({
  points: z.number().nullable(),
  outOf: z.number(),
  interval: IntervalSchema.nullable(),
})
export type Subtotal = z.infer<typeof SubtotalSchema>

export const ReportSchema = z.strictObject({
  version: z.literal(1),
  question: z.string(),
  questionTitle: z.string(),
  engine: z.string(),
  displayName: z.string().nullable(),
  quick: z.boolean(),
  rubric: z.strictObject({ version: z.number().int(), hash: z.string() }),
  /** Set where the submission could not be measured: the candidate's mistake. All measured scores are then null. */
  rejected: RejectionSchema.nullable(),
  measured: SubtotalSchema,
  written: SubtotalSchema,
  total: z.number().nullable(),
  outOf: z.number(),
  interval: IntervalSchema.nullable(),
  /** The measured band stands by itself; the overall band waits for both parts. */
  measuredBand: z.enum(BANDS).nullable(),
  band: z.enum(BANDS).nullable(),
  /** "within a point of the next band", "not judged yet: ..." and the like. */
  remarks: z.array(z.string()),
  summary: z.array(z.string()),
  scores: z.array(ScoreSchema),
  findings: z.array(FindingSchema),
  warnings: z.array(WarningSchema),
  /** What the code printed in a free run. */
  printed: z.array(PrintedSchema).default([]),
  /** What the judge of prose said, with every call; null: nobody asked one. Reports from before there was one have none of these three. */
  judgement: JudgementSchema.nullable().default(null),
  /** People's verdicts, oldest first; the last on a criterion counts. */
  marks: z.array(MarkSchema).default([]),
  /** What the answer asserts, held against the evidence. */
  claims: z.array(ClaimSchema).default([]),
  submission: SubmissionSchema,
  /** The whole evidence; null where the submission was rejected. */
  evidence: EvidenceSchema.nullable(),
  /** The yardsticks and costs per operation and size: what the pictures are drawn from and a regrade needs. Null where it was rejected. */
  comparison: ComparisonSchema.nullable(),
  provenance: ProvenanceSchema.nullable(),
})
export type Report = z.infer<typeof ReportSchema>
