/** The tables, in Postgres. Postgres is the truth about people's work: the queue carries ids only, and can be lost. */
import { sql } from "drizzle-orm"
import {
  bigint,
  bigserial,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core"
import type { Call } from "../../graders/judge/judgement.ts"
import type { Question, Rubric } from "../../prompts/question.ts"
import type { Submission } from "../../sandboxes/submission.ts"

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" })
const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" })
const now = (name: string) => at(name).notNull().defaultNow()

export const PLATFORM_ROLES = ["candidate", "mentor", "admin"] as const
export type PlatformRole = (typeof PLATFORM_ROLES)[number]
export const MEMBER_ROLES = ["recruiter", "mentor", "admin"] as const
export type MemberRole = (typeof MEMBER_ROLES)[number]

// People and their sessions. The columns of these four are the account library's.

export const person = pgTable("person", {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text(),
  createdAt: now("created_at"),
  updatedAt: now("updated_at"),
  role: text({ enum: PLATFORM_ROLES }).notNull().default("candidate"),
})

export const session = pgTable(
  "session",
  {
    id: text().primaryKey(),
    token: text().notNull().unique(),
    userId: text("person")
      .notNull()
      .references(() => person.id, { onDelete: "cascade" }),
    expiresAt: at("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: now("created_at"),
    updatedAt: now("updated_at"),
  },
  (table) => [index("session_of_person").on(table.userId)],
)

export const account = pgTable(
  "account",
  {
    id: text().primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("person")
      .notNull()
      .references(() => person.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: at("access_token_expires_at"),
    refreshTokenExpiresAt: at("refresh_token_expires_at"),
    scope: text(),
    /** The hash. */
    password: text(),
    createdAt: now("created_at"),
    updatedAt: now("updated_at"),
  },
  (table) => [index("account_of_person").on(table.userId)],
)

export const verification = pgTable(
  "verification",
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: at("expires_at").notNull(),
    createdAt: now("created_at"),
    updatedAt: now("updated_at"),
  },
  (table) => [index("verification_by_identifier").on(table.identifier)],
)

export const organisation = pgTable("organisation", {
  id: uuid().primaryKey().defaultRandom(),
  name: text().notNull(),
  createdAt: now("created_at"),
})

export const membership = pgTable(
  "membership",
  {
    organisation: uuid()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    person: text()
      .notNull()
      .references(() => person.id, { onDelete: "cascade" }),
    role: text({ enum: MEMBER_ROLES }).notNull(),
    createdAt: now("created_at"),
  },
  (table) => [
    primaryKey({ columns: [table.organisation, table.person] }),
    index("membership_of_person").on(table.person),
  ],
)

// What is asked.

export const question = pgTable("question", {
  id: text().primaryKey(),
  /** As its folder says. */
  content: jsonb().$type<Question>().notNull(),
  statement: text().notNull(),
  workloadHash: text("workload_hash").notNull(),
  interviewOnly: boolean("interview_only").notNull(),
  /** The rubric that new submissions are graded by. */
  rubric: text().notNull(),
  /** The rubric of its folder when it was last loaded: another one there is published, an edit made here stays. */
  folderRubric: text("folder_rubric").notNull(),
  loadedAt: now("loaded_at"),
})

/** Never changed once written: an edit makes a new one. */
export const rubricVersion = pgTable(
  "rubric_version",
  {
    hash: text().primaryKey(),
    question: text().notNull(),
    version: integer().notNull(),
    content: jsonb().$type<Rubric>().notNull(),
    /** null: it came with the question's folder. */
    createdBy: text("created_by").references(() => person.id, { onDelete: "set null" }),
    createdAt: now("created_at"),
  },
  (table) => [
    index("rubric_of_question").on(table.question, table.createdAt),
    index("rubric_by_person").on(table.createdBy),
  ],
)

/** What a person has been shown that makes a later attempt another one than a first. */
export const SEEN = ["statements", "model answer"] as const
export const seen = pgTable(
  "seen",
  {
    person: text()
      .notNull()
      .references(() => person.id, { onDelete: "cascade" }),
    question: text().notNull(),
    what: text({ enum: SEEN }).notNull(),
    at: now("at"),
  },
  (table) => [primaryKey({ columns: [table.person, table.question, table.what] })],
)

// What is handed in.

export const draft = pgTable(
  "draft",
  {
    person: text()
      .notNull()
      .references(() => person.id, { onDelete: "cascade" }),
    question: text().notNull(),
    engine: text().notNull(),
    content: jsonb().$type<Pick<Submission, "schema" | "keys" | "files" | "answer">>().notNull(),
    /** Goes up by one with each save; whoever saves says which one they had before them. */
    revision: integer().notNull(),
    /** Who saved it last, as it names itself: whoever was not answered finds out that it was their own save. null: it gave no name. */
    writer: text(),
    savedAt: now("saved_at"),
  },
  (table) => [primaryKey({ columns: [table.person, table.question, table.engine] })],
)

/** queued -> running -> measured -> grading -> graded; or failed (our side, for good), or cancelled. */
export const SUBMISSION_STATES = ["queued", "running", "measured", "grading", "graded", "failed", "cancelled"] as const
export type SubmissionState = (typeof SUBMISSION_STATES)[number]
export const STAGES = ["run", "grade"] as const
export type Stage = (typeof STAGES)[number]

/** Lower goes first. */
export const PRIORITY = { interview: 1, practice: 2, sample: 3 } as const

export const submission = pgTable(
  "submission",
  {
    id: uuid().primaryKey().defaultRandom(),
    person: text()
      .notNull()
      .references(() => person.id, { onDelete: "cascade" }),
    question: text().notNull(),
    engine: text().notNull(),
    /** null: practice. */
    sitting: uuid(),
    /** A free look: findings and counts, no points. */
    quick: boolean().notNull(),
    content: jsonb().$type<Submission>().notNull(),
    /** sha256 of the content: the same text again has the same. */
    contentHash: text("content_hash").notNull(),
    /** sha256 of what evidence depends on: engine, schema, code, workload, quick. */
    designHash: text("design_hash").notNull(),
    rubric: text().notNull(),
    priority: integer().notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    state: text({ enum: SUBMISSION_STATES }).notNull().default("queued"),
    /** Number of the attempt at the present stage; the queue's jobs are named by it. */
    tries: integer().notNull().default(1),
    /** How often our side failed at the present stage. */
    faults: integer().notNull().default(0),
    cancelRequested: boolean("cancel_requested").notNull().default(false),
    /** Why it failed, or what went wrong on our side so far: a sentence for the candidate. */
    remark: text(),
    /** The submission whose evidence this one was graded from; null: it was run. */
    reusedFrom: uuid("reused_from"),
    createdAt: now("created_at"),
    changedAt: now("changed_at"),
    // From the newest report, for lists.
    rejected: boolean(),
    total: doublePrecision(),
    measured: doublePrecision(),
    band: text(),
    measuredBand: text("measured_band"),
    /** A written criterion waits for a person. */
    waits: boolean().notNull().default(false),
  },
  (table) => [
    unique("submission_once").on(table.person, table.idempotencyKey),
    index("submission_of_person").on(table.person, table.createdAt),
    index("submission_of_question").on(table.person, table.question, table.createdAt),
    index("submission_of_design").on(table.designHash, table.person),
    index("submission_of_sitting").on(table.sitting).where(sql`sitting is not null`),
    index("submission_active").on(table.person).where(sql`state in ('queued', 'running', 'measured', 'grading')`),
    index("submission_running").on(table.person).where(sql`state = 'running'`),
    index("submission_waits").on(table.changedAt).where(sql`waits`),
  ],
)

/** When a person's submission last began to run: whoever was served longest ago goes first. */
export const turn = pgTable("turn", {
  person: text()
    .primaryKey()
    .references(() => person.id, { onDelete: "cascade" }),
  startedAt: now("started_at"),
})

export const ATTEMPT_STATES = ["leased", "done", "fault", "lost", "released", "cancelled"] as const

/** One worker's try at one stage. The token goes up with every lease: what comes with an older one than the lease's is thrown away. */
export const attempt = pgTable(
  "attempt",
  {
    token: bigserial({ mode: "number" }).primaryKey(),
    submission: uuid()
      .notNull()
      .references(() => submission.id, { onDelete: "cascade" }),
    stage: text({ enum: STAGES }).notNull(),
    n: integer().notNull(),
    worker: text().notNull(),
    leaseUntil: at("lease_until").notNull(),
    state: text({ enum: ATTEMPT_STATES }).notNull().default("leased"),
    /** What failed on our side, for us. */
    fault: text(),
    startedAt: now("started_at"),
    endedAt: at("ended_at"),
  },
  (table) => [
    unique("attempt_once").on(table.submission, table.stage, table.n),
    uniqueIndex("attempt_leased").on(table.submission).where(sql`state = 'leased'`),
    index("attempt_lease").on(table.leaseUntil).where(sql`state = 'leased'`),
  ],
)

/** Phases before anything of the candidate's runs: it waits for the machine, or its sandbox is made. */
export const PREPARING = ["waiting", "preparing the machine", "sandbox"]

/** The newest whole picture of a submission's progress. */
export const progress = pgTable("progress", {
  submission: uuid()
    .primaryKey()
    .references(() => submission.id, { onDelete: "cascade" }),
  revision: integer().notNull(),
  phases: jsonb().$type<PhaseProgress[]>().notNull(),
  changedAt: now("changed_at"),
})
export interface PhaseProgress {
  phase: string
  /** 0 to 1. */
  done: number
  detail: string
  seconds: number
}

/** What has to be handed to the queue: written with the change that makes it due, gone once somebody has leased it. */
export const outbox = pgTable(
  "outbox",
  {
    submission: uuid()
      .primaryKey()
      .references(() => submission.id, { onDelete: "cascade" }),
    stage: text({ enum: STAGES }).notNull(),
    n: integer().notNull(),
    dueAt: now("due_at"),
    /** null: waits for its turn. */
    sentAt: at("sent_at"),
  },
  (table) => [
    index("outbox_sent").on(table.sentAt).where(sql`sent_at is not null`),
    index("outbox_due").on(table.stage, table.dueAt).where(sql`sent_at is null`),
  ],
)

// What came of it.

/** Large things by the sha256 of what they hold: the same is kept once. */
export const blob = pgTable("blob", {
  hash: text().primaryKey(),
  /** zstd. */
  packed: bytes().notNull(),
  /** Bytes unpacked. */
  size: integer().notNull(),
  createdAt: now("created_at"),
})

/** What a run left behind. One per submission, whoever ran it. */
export const evidence = pgTable(
  "evidence",
  {
    submission: uuid()
      .primaryKey()
      .references(() => submission.id, { onDelete: "cascade" }),
    /** The outcome: evidence, or the candidate's mistake. */
    outcome: text()
      .notNull()
      .references(() => blob.hash),
    kind: text({ enum: ["measured", "rejected"] }).notNull(),
    /** Hash of the images that it was measured by. */
    images: text().notNull(),
    token: bigint({ mode: "number" }).notNull(),
    createdAt: now("created_at"),
  },
  (table) => [index("evidence_of_blob").on(table.outcome)],
)

export const REPORT_CAUSES = ["grading", "mark", "rubric"] as const

/** Reports are added, never replaced; the newest is shown. */
export const report = pgTable(
  "report",
  {
    id: uuid().primaryKey().defaultRandom(),
    submission: uuid()
      .notNull()
      .references(() => submission.id, { onDelete: "cascade" }),
    rubric: text().notNull(),
    cause: text({ enum: REPORT_CAUSES }).notNull(),
    content: text()
      .notNull()
      .references(() => blob.hash),
    createdAt: now("created_at"),
  },
  (table) => [
    index("report_of_submission").on(table.submission, table.createdAt),
    uniqueIndex("report_graded_once").on(table.submission).where(sql`cause = 'grading'`),
    index("report_of_blob").on(table.content),
  ],
)

export const score = pgTable(
  "score",
  {
    report: uuid()
      .notNull()
      .references(() => report.id, { onDelete: "cascade" }),
    criterion: text().notNull(),
    kind: text().notNull(),
    /** null: could not be judged, with the reason. */
    points: doublePrecision(),
    outOf: doublePrecision("out_of").notNull(),
    reason: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.report, table.criterion] })],
)

/** A person's verdict on a written criterion: appended, never written over a score. */
export const mark = pgTable(
  "mark",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    submission: uuid()
      .notNull()
      .references(() => submission.id, { onDelete: "cascade" }),
    criterion: text().notNull(),
    verdict: text({ enum: ["met", "not met"] }).notNull(),
    quote: text(),
    reason: text().notNull(),
    by: text().references(() => person.id, { onDelete: "set null" }),
    at: now("at"),
  },
  (table) => [index("mark_of_submission").on(table.submission), index("mark_by_person").on(table.by)],
)

// Calls to the judge's model.

export const judgeCall = pgTable("judge_call", {
  key: text().primaryKey(),
  /** As text: what a model replies may hold what jsonb refuses (NUL, half a pair of surrogates). */
  call: json().$type<Call>().notNull(),
  createdAt: now("created_at"),
})

/** Calls that came to nothing, for whoever wants to know why. */
export const judgeFailure = pgTable(
  "judge_failure",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    key: text().notNull(),
    /** Something came, and it was of no use. */
    spoilt: boolean().notNull(),
    call: json().$type<Call>().notNull(),
    createdAt: now("created_at"),
  },
  (table) => [index("judge_failure_by_key").on(table.key).where(sql`spoilt`)],
)

/** Money set aside before a call goes out, and settled with what it cost. A line that nobody settled stays spent. */
export const judgeSpending = pgTable(
  "judge_spending",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    day: text().notNull(),
    key: text().notNull(),
    usd: doublePrecision().notNull(),
    settled: boolean().notNull().default(false),
  },
  (table) => [index("judge_spending_of_day").on(table.day)],
)

// Interviews.

export const interview = pgTable(
  "interview",
  {
    id: uuid().primaryKey().defaultRandom(),
    organisation: uuid()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    title: text().notNull(),
    question: text().notNull(),
    engines: text().array().notNull(),
    minutes: integer().notNull(),
    /** Counted submissions that a candidate may make in a sitting. */
    attempts: integer().notNull(),
    /** Readers see no names before somebody reveals them, which is written down. */
    anonymised: boolean().notNull(),
    revealedAt: at("revealed_at"),
    createdBy: text("created_by").references(() => person.id, { onDelete: "set null" }),
    createdAt: now("created_at"),
    closedAt: at("closed_at"),
  },
  (table) => [
    index("interview_of_organisation").on(table.organisation, table.createdAt),
    index("interview_by_person").on(table.createdBy),
  ],
)

/** To an organisation, with a role, or to an interview. The link's secret is kept as a hash, works once, and for one e-mail address. */
export const invitation = pgTable(
  "invitation",
  {
    id: uuid().primaryKey().defaultRandom(),
    organisation: uuid()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    interview: uuid().references(() => interview.id, { onDelete: "cascade" }),
    role: text({ enum: MEMBER_ROLES }),
    email: text().notNull(),
    tokenHash: text("token_hash").notNull().unique(),
    createdBy: text("created_by").references(() => person.id, { onDelete: "set null" }),
    createdAt: now("created_at"),
    expiresAt: at("expires_at").notNull(),
    usedAt: at("used_at"),
    revokedAt: at("revoked_at"),
  },
  (table) => [
    index("invitation_of_organisation").on(table.organisation, table.createdAt),
    index("invitation_of_interview").on(table.interview).where(sql`interview is not null`),
    index("invitation_by_person").on(table.createdBy),
  ],
)

export const sitting = pgTable(
  "sitting",
  {
    id: uuid().primaryKey().defaultRandom(),
    interview: uuid()
      .notNull()
      .references(() => interview.id, { onDelete: "cascade" }),
    /** null: the person's account was deleted. */
    person: text().references(() => person.id, { onDelete: "cascade" }),
    createdAt: now("created_at"),
    startedAt: at("started_at"),
    /** Nothing counts that is handed in later. */
    deadlineAt: at("deadline_at"),
    finishedAt: at("finished_at"),
  },
  (table) => [unique("sitting_once").on(table.interview, table.person), index("sitting_of_person").on(table.person)],
)

/** Who did what to what. Appended only: a trigger refuses changes. */
export const audit = pgTable(
  "audit",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    at: now("at"),
    /** A person's id; null: the program itself. */
    actor: text(),
    action: text().notNull(),
    subject: text().notNull(),
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [index("audit_by_subject").on(table.subject, table.id)],
)
