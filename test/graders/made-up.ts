/** Made-up evidence for tests: a complete, plausible run of four designs on Cassandra, and small edits of it. Nothing here was measured. */

import { type GradeInput, grade } from "../../graders/grade.ts"
import type { Measured } from "../../graders/measured.ts"
import type { Report } from "../../graders/report.ts"
import { QuestionSchema, RubricSchema } from "../../prompts/question.ts"
import type {
  Evidence,
  Latency,
  OperationWork,
  ReferenceCounts,
  StageEvidence,
  StatementFact,
  StorageFacts,
  TableFact,
  Weights,
} from "../../sandboxes/evidence.ts"

export type DesignName = "strong" | "adequate" | "weak" | "weak-filtering"

export const question = QuestionSchema.parse({
  id: "clickstream",
  title: "Clickstream",
  oneLine: "Record page views, and show a user's last day.",
  level: "junior",
  minutes: 45,
  engines: ["cassandra"],
  operations: [
    { name: "record", kind: "write", perSecond: 150, budgetP99Ms: 20 },
    { name: "lastDay", kind: "read", perSecond: 50, budgetP99Ms: 50 },
  ],
  axes: [
    { id: "history", title: "days of history", unit: "days", scale: 1000, boundedAt: 30 },
    { id: "users", title: "number of users", unit: "users", scale: 1_000_000 },
  ],
  retentionDays: 30,
  position: { operation: "lastDay", anchor: { cassandra: "weak-filtering" } },
  weak: { cassandra: "weak" },
})

export const rubric = RubricSchema.parse({
  version: 1,
  criteria: [
    {
      id: "right",
      title: "Right answers",
      points: 20,
      kind: "correctness",
      invariants: [
        { id: "order", title: "newest first", points: 4 },
        { id: "ties", title: "ties by event id", points: 4 },
        { id: "long-day", title: "the bot's long day", points: 4 },
        { id: "lost", title: "no acknowledged event is lost", points: 4 },
        { id: "invented", title: "nothing is made up", points: 4 },
      ],
    },
    { id: "work", title: "Work for the stated mix", points: 20, kind: "work" },
    {
      id: "partition",
      title: "Largest partition as history grows",
      points: 10,
      kind: "growth",
      axis: "history",
      measure: "largest-partition-bytes",
      weak: { cassandra: "adequate" },
    },
    {
      id: "rows",
      title: "Rows read as history grows",
      points: 5,
      kind: "growth",
      axis: "history",
      measure: "rows",
      operation: "lastDay",
    },
    { id: "position", title: "A call beside the references", points: 10, kind: "position" },
    { id: "budget", title: "p99 at peak", points: 10, kind: "budget" },
    {
      id: "bounded",
      title: "Says what bounds a partition",
      points: 20,
      kind: "written",
      statement: "The answer says what bounds a partition.",
      counts: "a bucket of time in the key",
      doesNotCount: "that Cassandra scales",
      examples: { met: "A partition holds one day of one user.", notMet: "Cassandra scales well." },
    },
    {
      id: "claims",
      title: "Claims hold",
      points: 5,
      kind: "claim",
      claim: "partitions-per-read",
      operation: "lastDay",
      statement: "How many partitions a read touches.",
    },
  ],
})

export const weights: Weights = {
  unit: "µs of engine CPU",
  weights: {
    roundTrips: 60,
    lookups: 25,
    rows: 1.5,
    tombstones: 1,
    ranges: 40,
    mutations: 30,
    readKiB: 2,
    writtenKiB: 3,
  },
  storedKiB: 0.001,
  error: 0.15,
  shapes: [],
  fittedOn: "made up for tests",
}

const SIZES = [
  { id: "2-days", label: "2 days", history: 2, users: 60 },
  { id: "8-days", label: "8 days", history: 8, users: 60 },
  { id: "30-days", label: "30 days", history: 29, users: 60 },
  { id: "3x-users", label: "3x users", history: 29, users: 180 },
  { id: "6x-users", label: "6x users", history: 29, users: 360 },
]
type Size = (typeof SIZES)[number]

const EVENT_BYTES = 180
const eventsAt = ({ history, users }: Size) => 6000 + 24 * 12 * history + 12 * history + users * 40

function lastDayCounts(design: DesignName, size: Size): Record<string, number> {
  const read = (requests: number, lookups: number, rows: number, ranges = 0) => ({
    roundTrips: requests,
    waves: 1,
    requests,
    lookups,
    rows,
    tombstones: 0,
    ranges,
    reads: requests,
    mutations: 0,
    requestKiB: 0.1 * requests,
    replyKiB: 0.2 * rows,
    readKiB: 0.18 * rows,
    writtenKiB: 0,
  })
  if (design === "strong") return read(2, 2, 12)
  if (design === "adequate") return read(1, 1, 12)
  if (design === "weak") return read(1, 12 * size.history + 1, 12 * size.history, 1)
  return { ...read(1, 0, eventsAt(size), 1), replyKiB: 2.4 }
}

const RECORD = {
  roundTrips: 1,
  waves: 1,
  requests: 1,
  lookups: 0,
  rows: 0,
  tombstones: 0,
  ranges: 0,
  reads: 0,
  mutations: 1,
  requestKiB: 0.3,
  replyKiB: 0.01,
  readKiB: 0,
  writtenKiB: 0.18,
}

function workAt(design: DesignName, size: Size): OperationWork[] {
  const entry = (operation: string, counts: Record<string, number>, returned: number, cpuMicros: number) => ({
    operation,
    calls: 24,
    failed: 0,
    wrong: 0,
    counts,
    returned,
    cpuMicros,
    latencyMs: { p50: cpuMicros / 200, p95: cpuMicros / 150, max: cpuMicros / 100 },
  })
  const lastDay = lastDayCounts(design, size)
  const cost = Object.entries(weights.weights).reduce((sum, [name, weight]) => sum + weight * (lastDay[name] ?? 0), 0)
  return [entry("record", RECORD, 0, 260), entry("lastDay", lastDay, 12, 120 + cost)]
}

function storageAt(design: DesignName, size: Size): StorageFacts {
  const events = eventsAt(size)
  const bytes = events * EVENT_BYTES
  const [partitions, largest] = {
    strong: [1 + size.users + 25 * size.history, 6000 * EVENT_BYTES],
    adequate: [25 + size.users, (6000 + 12 * size.history) * EVENT_BYTES],
    weak: [events, EVENT_BYTES],
    "weak-filtering": [events, EVENT_BYTES],
  }[design] as [number, number]
  return {
    liveBytes: bytes,
    largestPartitionBytes: largest,
    tables: [
      { name: "events", partitions, bytes, largestPartitionBytes: largest, largestPartitionKey: "bot", sstables: 1 },
    ],
  }
}

export const referenceCounts: ReferenceCounts = {
  workloadHash: "made-up",
  engineVersion: "5.0.9",
  references: Object.fromEntries(
    (["strong", "adequate", "weak"] as const).map((name) => [
      name,
      Object.fromEntries(
        SIZES.map((size) => {
          const { liveBytes, largestPartitionBytes } = storageAt(name, size)
          const operations = { record: RECORD, lastDay: lastDayCounts(name, size) }
          return [size.id, { operations, storage: { liveBytes, largestPartitionBytes } }]
        }),
      ),
    ]),
  ),
}

const column = (name: string, type: string) => ({ name, type })
const EVENT_COLUMNS = [column("page_url", "text"), column("type", "text")]

const TABLES: Record<DesignName, TableFact> = {
  strong: {
    name: "events",
    partitionKey: [column("user_id", "text"), column("day", "date")],
    clusteringKey: [
      { ...column("at", "timestamp"), order: "desc" },
      { ...column("event_id", "text"), order: "desc" },
    ],
    columns: EVENT_COLUMNS,
    ttlSeconds: 31 * 86_400,
    compaction: "org.apache.cassandra.db.compaction.TimeWindowCompactionStrategy",
    gcGraceSeconds: 864_000,
    indexes: [],
    line: 2,
  },
  adequate: {
    name: "events",
    partitionKey: [column("user_id", "text")],
    clusteringKey: [
      { ...column("at", "timestamp"), order: "desc" },
      { ...column("event_id", "text"), order: "desc" },
    ],
    columns: EVENT_COLUMNS,
    ttlSeconds: 0,
    compaction: "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy",
    gcGraceSeconds: 864_000,
    indexes: [],
    line: 2,
  },
  weak: {
    name: "events",
    partitionKey: [column("event_id", "text")],
    clusteringKey: [],
    columns: [...EVENT_COLUMNS, column("user_id", "text"), column("at", "timestamp")],
    ttlSeconds: 0,
    compaction: "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy",
    gcGraceSeconds: 864_000,
    indexes: [{ name: "events_by_user", kind: "COMPOSITES", target: "user_id" }],
    line: 2,
  },
  "weak-filtering": {
    name: "events",
    partitionKey: [column("event_id", "text")],
    clusteringKey: [],
    columns: [...EVENT_COLUMNS, column("user_id", "text"), column("at", "timestamp")],
    ttlSeconds: 0,
    compaction: "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy",
    gcGraceSeconds: 864_000,
    indexes: [],
    line: 2,
  },
}

export function statement(text: string, operations: string[], edits: Partial<StatementFact> = {}): StatementFact {
  const kind = /^\s*insert/i.test(text) ? "insert" : /^\s*select/i.test(text) ? "select" : "other"
  return { text, kind, table: "events", filtering: null, conditional: false, ttl: null, in: null, operations, ...edits }
}

function statementsOf(design: DesignName): StatementFact[] {
  const insert = statement("INSERT INTO events (user_id, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?)", [
    "record",
  ])
  const select = {
    strong: statement("SELECT * FROM events WHERE user_id = ? AND day = ? AND at > ? AND at <= ?", ["lastDay"]),
    adequate: statement("SELECT * FROM events WHERE user_id = ? AND at > ? AND at <= ?", ["lastDay"]),
    weak: statement("SELECT * FROM events WHERE user_id = ?", ["lastDay"]),
    "weak-filtering": statement("SELECT * FROM events WHERE user_id = ? AND at > ? ALLOW FILTERING", ["lastDay"], {
      filtering: "Cannot execute this query as it might involve data filtering",
    }),
  }[design]
  return [insert, select]
}

/** A plausible latency distribution around a median, milliseconds. */
export function latency(p50: number, count = 600): Latency {
  const at = (q: number) => p50 * Math.exp(0.45 * Math.log((q + 0.002) / (1 - q + 0.002)) * 0.6)
  return {
    count,
    failed: 0,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
    quantiles: Array.from({ length: 201 }, (_, index) => at(index / 200)),
  }
}

const around = (value: number, half: number) => ({ value, low: value - half, high: value + half })

const FEEL: Record<DesignName, { ladder: number; ratio: number }> = {
  strong: { ladder: 0.01, ratio: 1.02 },
  adequate: { ladder: -0.02, ratio: 0.98 },
  weak: { ladder: 0.46, ratio: 3.1 },
  "weak-filtering": { ladder: 0.99, ratio: 8 },
}

/** A complete run of one of four designs. */
export function evidenceOf(design: DesignName): Evidence {
  const { ladder, ratio } = FEEL[design]
  const cost = (name: DesignName) => workAt(name, SIZES[4]!)[1]!.cpuMicros!
  const times = (middle: number) => Array.from({ length: 64 }, (_, i) => middle * (1 + 0.04 * Math.sin(i * 2.1)))
  const midmeans = { candidate: 1.4 + ladder * 12, strong: 1.4, control: 1.41, anchor: 13.4 }
  return {
    version: 1,
    quick: false,
    question: "clickstream",
    engine: "cassandra",
    submission: {
      question: "clickstream",
      engine: "cassandra",
      displayName: `the ${design} reference`,
      schema: `-- ${design}\nCREATE TABLE events (\n  user_id text,\n  at timestamp,\n  event_id text,\n  type text,\n  page_url text\n);\n`,
      files: {
        "access.ts":
          'import type { Access } from "proofrun/clickstream"\n\nexport default async function connect() {}\n',
      },
      answer: "A partition holds one day of one user.\n\nIt is read newest first.",
    },
    warnings: [],
    notes: [],
    schema: { tables: [TABLES[design]] },
    statements: statementsOf(design),
    invariants: ["order", "ties", "long-day", "lost", "invented"].map((invariant) => ({
      invariant,
      checked: 84,
      broken: 0,
      examples: [],
    })),
    stages: SIZES.map(
      (size): StageEvidence => ({
        id: size.id,
        label: size.label,
        at: { history: size.history, users: size.users },
        load: { calls: 8000, failed: 0, seconds: 2.5, perSecond: 3200 },
        work: workAt(design, size),
        storage: storageAt(design, size),
        stopped: null,
      }),
    ),
    position: {
      operation: "lastDay",
      stage: "6x-users",
      ladder: around(ladder, 0.015),
      rounds: 64,
      times: {
        candidate: times(midmeans.candidate),
        strong: times(1.4),
        control: times(1.41),
        anchor: times(13.4),
      },
      midmeans,
      cpuMicros: { candidate: cost(design), strong: cost("strong"), control: cost("strong"), anchor: 40_000 },
      leftOut: { value: 1, low: 0.98, high: 1.02 },
      offTurnCpuShare: 0.003,
      skipped: null,
    },
    peak: {
      seconds: 8,
      operations: [
        {
          operation: "record",
          perSecond: 150,
          budgetP99Ms: 20,
          candidate: latency(1.1),
          strong: latency(1.1),
          p99Ratio: around(1.01, 0.06),
          p99: around(4.1, 0.4),
        },
        {
          operation: "lastDay",
          perSecond: 50,
          budgetP99Ms: 50,
          candidate: latency(1.6 * ratio, 200),
          strong: latency(1.6, 200),
          p99Ratio: around(ratio, 0.08),
          p99: around(5.2 * ratio, 0.6),
        },
      ],
      generatorLagMs: { p50: 0.05, p99: 0.6, max: 1.4 },
      tailShare: 0.002,
      skipped: null,
    },
    suspicions: [],
    provenance: {
      startedAt: "2026-11-03T09:12:00.000Z",
      seconds: 41.2,
      phases: [
        { phase: "load", seconds: 12.1 },
        { phase: "correctness", seconds: 2.8 },
        { phase: "position", seconds: 9.7 },
      ],
      seed: "from the design",
      key: "00".repeat(32),
      nowMs: 1_793_000_000_000,
      images: { cassandra: "sha256:0123456789abcdef", host: "sha256:fedcba9876543210" },
      engine: { version: "5.0.9" },
      machine: { cores: 2, memoryGiB: 8 },
      workloadHash: "made-up",
      bundleHash: "ab".repeat(32),
      faults: [],
    },
  }
}

/** Evidence with an edit; the original is not touched. */
export function edited(design: DesignName, edit: (evidence: Evidence) => void): Evidence {
  const evidence = structuredClone(evidenceOf(design))
  edit(evidence)
  return evidence
}

/** What findings and kinds look at. */
export const measuredOf = (evidence: Evidence, edits: Partial<Measured> = {}): Measured => ({
  question,
  evidence,
  references: referenceCounts,
  weights,
  ...edits,
})

/** The report on a piece of evidence. */
export function gradeOf(evidence: Evidence, edits: Partial<GradeInput> = {}): Report {
  return grade({
    question,
    rubric,
    rubricHash: "made-up",
    submission: evidence.submission,
    referenceCounts,
    engines: [],
    weights,
    quick: false,
    outcome: { kind: "measured", evidence },
    judgement: null,
    marks: [],
    ...edits,
  })
}

export const scoreOf = (report: Report, criterion: string) =>
  report.scores.find((score) => score.criterion === criterion)!

export const rulesOf = (report: Report): string[] => [...new Set(report.findings.map((finding) => finding.rule))].sort()

/** Breaks an invariant with one shown example. */
export function breakInvariant(evidence: Evidence, invariant: string, broken = 1): void {
  const entry = evidence.invariants.find((one) => one.invariant === invariant)!
  entry.broken = broken
  entry.examples = [
    {
      stage: "2-days",
      request: { operation: "lastDay", args: ["u1", 1_792_999_000_000] },
      message: "two events at the same time came in the wrong order",
      expected: [{ eventId: "b" }, { eventId: "a" }],
      got: [{ eventId: "a" }, { eventId: "b" }],
      pass: "correctness",
    },
  ]
}
