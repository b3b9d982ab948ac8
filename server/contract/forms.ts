/** What goes over the API, as zod schemas: the same for server, client, documentation and tests. */
import { z } from "zod"
import { BANDS } from "../../graders/report.ts"
import { QuestionSchema } from "../../prompts/question.ts"
import { SUBMISSION_LIMITS } from "../../sandboxes/submission.ts"

export const IdSchema = z.uuid()
/** Ids of questions and engines. */
export const NameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "use lower case letters, digits and dashes")
export const WhenSchema = z.iso.datetime()
const TitleSchema = z.string().trim().min(1).max(200)

const sized = (most: number) =>
  z.string().refine((text) => new TextEncoder().encode(text).length <= most, `at most ${most / 1024} KiB`)
const path = z
  .string()
  .max(200)
  .regex(
    /^(?!.*(?:^|\/)\.)(?!\/)[\w@$.-]+(?:\/[\w@$.-]+)*\.(?:[cm]?ts|[cm]?js|json)$/,
    "a relative path of a code file",
  )
  .refine((name) => !/(?:^|\/)(?:__proto__|constructor|prototype)(?:$|\/|\.)/.test(name), "not a name for a file")

/** What a candidate writes. Code may be anything: it is looked at where it runs. */
export const WorkSchema = z.strictObject({
  schema: sized(SUBMISSION_LIMITS.schemaBytes).optional(),
  keys: sized(SUBMISSION_LIMITS.schemaBytes).optional(),
  files: z
    .record(path, z.string())
    .refine((files) => Object.keys(files).length <= SUBMISSION_LIMITS.files, `at most ${SUBMISSION_LIMITS.files} files`)
    .refine(
      (files) =>
        Object.values(files).reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0) <=
        SUBMISSION_LIMITS.codeBytes,
      `the code may have ${SUBMISSION_LIMITS.codeBytes / 1024} KiB in all`,
    ),
  answer: sized(SUBMISSION_LIMITS.answerBytes),
})
export type Work = z.infer<typeof WorkSchema>

export const BandSchema = z.enum(BANDS)
export const PlatformRoleSchema = z.enum(["candidate", "mentor", "admin"])
export const MemberRoleSchema = z.enum(["recruiter", "mentor", "admin"])

export const MeSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: PlatformRoleSchema,
  organisations: z.array(z.strictObject({ id: IdSchema, name: z.string(), role: MemberRoleSchema })),
  createdAt: WhenSchema,
})

const BestSchema = z.strictObject({
  submission: IdSchema,
  measured: z.number().nullable(),
  total: z.number().nullable(),
  band: BandSchema.nullable(),
  measuredBand: BandSchema.nullable(),
  at: WhenSchema,
})

/** A row of the catalogue. */
export const ListedQuestionSchema = z.strictObject({
  id: NameSchema,
  title: z.string(),
  oneLine: z.string(),
  level: z.enum(["junior", "middle", "senior"]),
  minutes: z.number().int(),
  engines: z.array(NameSchema),
  /** The caller's own best counted attempt by measured points; null: none, or not signed in. */
  best: BestSchema.nullable(),
  attempts: z.number().int(),
})

export const CriterionViewSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: z.string(),
  points: z.number(),
  /** Of a written criterion: what must be said. Only after a graded attempt. */
  statement: z.string().optional(),
})

export const QuestionViewSchema = z.strictObject({
  ...ListedQuestionSchema.shape,
  /** Markdown. */
  statement: z.string(),
  content: QuestionSchema,
  rubric: z.strictObject({ version: z.number().int(), hash: z.string(), criteria: z.array(CriterionViewSchema) }),
  /** Module name -> TypeScript declarations that an access module is checked against. */
  types: z.record(z.string(), z.string()),
  /** Engines that have a schema file (schema.cql); the others have keys.md. */
  withSchema: z.array(NameSchema),
  /** The model answer may be looked at: there is a graded attempt. */
  modelAnswerOpen: z.boolean(),
  /** What the caller has been shown already. */
  seen: z.array(z.strictObject({ what: z.enum(["statements", "model answer"]), at: WhenSchema })),
})

/** What a window calls itself when it saves a draft, so that it knows its own saves again whose answers were lost. */
export const WriterSchema = z.uuid()

export const DraftSchema = z.strictObject({
  question: NameSchema,
  engine: NameSchema,
  revision: z.number().int().nonnegative(),
  /** Who saved it last; null: it gave no name. */
  writer: WriterSchema.nullable(),
  savedAt: WhenSchema,
  content: WorkSchema,
})

export const PhaseProgressSchema = z.strictObject({
  phase: z.string(),
  /** 0 to 1. */
  done: z.number(),
  detail: z.string(),
  seconds: z.number(),
})

export const SubmissionStateSchema = z.enum([
  "queued",
  "running",
  "measured",
  "grading",
  "graded",
  "failed",
  "cancelled",
])

/** In lists. */
export const ListedSubmissionSchema = z.strictObject({
  id: IdSchema,
  question: NameSchema,
  engine: NameSchema,
  quick: z.boolean(),
  /** The sitting of an interview that it was handed in for; null: practice. */
  sitting: IdSchema.nullable(),
  state: SubmissionStateSchema,
  /** A sentence: why it failed, or what went wrong on our side so far. */
  remark: z.string().nullable(),
  createdAt: WhenSchema,
  changedAt: WhenSchema,
  /** The submission whose evidence this one was graded from, being the same design; null: it was run. */
  reusedFrom: IdSchema.nullable(),
  rejected: z.boolean().nullable(),
  total: z.number().nullable(),
  measured: z.number().nullable(),
  band: BandSchema.nullable(),
  measuredBand: BandSchema.nullable(),
  /** A written criterion waits for a person's verdict. */
  waits: z.boolean(),
})

/** The whole picture of one, also as it is told live. */
export const SubmissionViewSchema = z.strictObject({
  ...ListedSubmissionSchema.shape,
  cancelRequested: z.boolean(),
  /** Something of the candidate's has run, and may have shown figures: in an interview that is an attempt, also where it is cancelled. */
  begun: z.boolean(),
  /** While it waits for its run: 1 is next. */
  place: z.number().int().nullable(),
  /** Estimated until it ends, from the last runs; null: nothing to tell from. */
  secondsLeft: z.number().nullable(),
  phases: z.array(PhaseProgressSchema),
})
export type SubmissionView = z.infer<typeof SubmissionViewSchema>

export const InvitationSchema = z.strictObject({
  id: IdSchema,
  email: z.string(),
  role: MemberRoleSchema.nullable(),
  createdAt: WhenSchema,
  expiresAt: WhenSchema,
  used: z.boolean(),
  /** null where it was not used, and in an anonymised interview until somebody reveals it: who came when would tell who is who. */
  usedAt: WhenSchema.nullable(),
  revokedAt: WhenSchema.nullable(),
})

/** `link` is told once, to who invites; null: it went by mail. */
export const InvitedSchema = z.strictObject({ invitation: InvitationSchema, link: z.string().nullable() })

export const InterviewSchema = z.strictObject({
  id: IdSchema,
  organisation: IdSchema,
  title: z.string(),
  question: NameSchema,
  engines: z.array(NameSchema),
  minutes: z.number().int(),
  attempts: z.number().int(),
  anonymised: z.boolean(),
  revealedAt: WhenSchema.nullable(),
  createdAt: WhenSchema,
  closedAt: WhenSchema.nullable(),
})

export const NewInterviewSchema = z.strictObject({
  title: TitleSchema,
  question: NameSchema,
  engines: z.array(NameSchema).min(1),
  minutes: z
    .number()
    .int()
    .min(5)
    .max(24 * 60),
  attempts: z.number().int().min(1).max(20).default(3),
  anonymised: z.boolean().default(true),
})

const AttemptInSittingSchema = z.strictObject({
  submission: IdSchema,
  state: SubmissionStateSchema,
  measured: z.number().nullable(),
  total: z.number().nullable(),
  band: BandSchema.nullable(),
  measuredBand: BandSchema.nullable(),
  rejected: z.boolean().nullable(),
  waits: z.boolean(),
  at: WhenSchema,
})

/** As the organisation's readers see it. */
export const SittingRowSchema = z.strictObject({
  id: IdSchema,
  /** "Candidate 7F3A" where the interview is anonymised and nobody has revealed it. */
  candidate: z.string(),
  email: z.string().nullable(),
  startedAt: WhenSchema.nullable(),
  deadlineAt: WhenSchema.nullable(),
  finishedAt: WhenSchema.nullable(),
  attempts: z.array(AttemptInSittingSchema),
})

/** As the candidate sees their own. */
export const SittingSchema = z.strictObject({
  id: IdSchema,
  interview: z.string(),
  question: NameSchema,
  engines: z.array(NameSchema),
  minutes: z.number().int(),
  attempts: z.number().int(),
  startedAt: WhenSchema.nullable(),
  deadlineAt: WhenSchema.nullable(),
  finishedAt: WhenSchema.nullable(),
  closed: z.boolean(),
  /** The server's clock, to show what is left by. */
  now: WhenSchema,
})

export const AuditLineSchema = z.strictObject({
  id: z.number().int(),
  at: WhenSchema,
  actor: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
})

export const TitleOrNameSchema = TitleSchema
export const EmailSchema = z.email().max(254)
