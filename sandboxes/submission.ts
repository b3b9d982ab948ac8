/** What a candidate hands in. Read from a folder or parsed from a request at the edge; inside, it is trusted to have this form. */
import { z } from "zod"

export const SubmissionSchema = z.strictObject({
  question: z.string(),
  engine: z.string(),
  displayName: z.string().max(200).optional(),
  /** Schema text for engines that have one (schema.cql), as handed in. */
  schema: z.string().optional(),
  /** keys.md for engines without a schema. */
  keys: z.string().optional(),
  /** Source files by relative path; the entry is access.ts, access.js or access.mjs. */
  files: z.record(z.string(), z.string()),
  answer: z.string(),
})
export type Submission = z.infer<typeof SubmissionSchema>

/** Largest sizes accepted, in bytes. */
export const SUBMISSION_LIMITS = {
  schemaBytes: 256 * 1024,
  codeBytes: 512 * 1024,
  answerBytes: 256 * 1024,
  files: 40,
} as const
