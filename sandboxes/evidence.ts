/** What a run reports: numbers and facts, never opinions. Graders read these types and nothing else of sandboxes/. */
import { z } from "zod"
import { SubmissionSchema } from "./submission.ts"

/** How data lies in an engine: rows in partitions, or elements under keys. */
export const DataModelSchema = z.enum(["partitions", "keys"])
export type DataModel = z.infer<typeof DataModelSchema>

const json: z.ZodType<unknown> = z.json()
const figure = z.number()

/** The candidate's mistake: at which stage, in the engine's or compiler's own words, and where. */
export const RejectionSchema = z.strictObject({
  stage: z.enum(["submission", "schema", "compile", "connect", "load", "run", "quota"]),
  message: z.string(),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
  /** The statement, request or code excerpt that it is about. */
  excerpt: z.string().optional(),
})
export type Rejection = z.infer<typeof RejectionSchema>

export const WarningSchema = z.strictObject({ file: z.string(), line: z.number().int(), message: z.string() })

/** The end of what one of the candidate's two processes printed in one pass of a free run: its word, shown to its author. */
export const PrintedSchema = z.strictObject({
  /** The size, as its label has it; "" before the first. */
  stage: z.string(),
  pass: z.string(),
  host: z.union([z.literal(0), z.literal(1)]),
  text: z.string(),
})
export type Printed = z.infer<typeof PrintedSchema>

export const ColumnSchema = z.strictObject({ name: z.string(), type: z.string() })
export const TableSchema = z.strictObject({
  name: z.string(),
  partitionKey: z.array(ColumnSchema),
  clusteringKey: z.array(ColumnSchema.extend({ order: z.enum(["asc", "desc"]) })),
  columns: z.array(ColumnSchema),
  /** default_time_to_live, seconds; 0 means never. Where whole keys expire: the longest life that any of them was found with. */
  ttlSeconds: figure,
  /** What an expiry takes away: each row by itself, or a key with all that is in it. Left out: each row. */
  expires: z.enum(["row", "key"]).optional(),
  compaction: z.string(),
  gcGraceSeconds: figure,
  indexes: z.array(z.strictObject({ name: z.string(), kind: z.string(), target: z.string() })),
  /** Line of its CREATE TABLE in the schema as handed in. */
  line: z.number().int().optional(),
})
export type TableFact = z.infer<typeof TableSchema>
export const SchemaFactsSchema = z.strictObject({ tables: z.array(TableSchema) })
export type SchemaFacts = z.infer<typeof SchemaFactsSchema>

export const StatementFactSchema = z.strictObject({
  text: z.string(),
  kind: z.enum(["select", "insert", "update", "delete", "batch", "other"]),
  table: z.string().nullable(),
  /** All that it names, where it may name several: a script's keys. Left out: `table` alone. */
  tables: z.array(z.string()).optional(),
  /** The engine's words where it refuses the statement without ALLOW FILTERING; null where it needs none. */
  filtering: z.string().nullable(),
  /** Uses IF: a lightweight transaction. */
  conditional: z.boolean(),
  /** USING TTL, seconds, where it is a literal; "bound" where it is a parameter; null where there is none. */
  ttl: z.union([z.number(), z.literal("bound")]).nullable(),
  /** Asks for all elements under a key, however many there are. */
  whole: z.boolean().optional(),
  /** Takes the oldest elements under its key away. */
  trims: z.boolean().optional(),
  /** How IN restricts, if it does. */
  in: z.enum(["partition", "clustering"]).nullable(),
  /** Operations during whose calls this statement was seen. */
  operations: z.array(z.string()).default([]),
})
export type StatementFact = z.infer<typeof StatementFactSchema>

export const StorageSchema = z.strictObject({
  liveBytes: figure,
  largestPartitionBytes: figure,
  tables: z.array(
    z.strictObject({
      name: z.string(),
      partitions: figure,
      bytes: figure,
      largestPartitionBytes: figure,
      /** The key of the largest partition as the engine prints it, cut to 200 characters. */
      largestPartitionKey: z.string(),
      sstables: figure,
      /** Rows, those of them in which something never expires, and the longest TTL, seconds (0: none): where rows expire by themselves. Left out by older evidence. */
      rows: figure.optional(),
      lastingRows: figure.optional(),
      longestTtlSeconds: figure.optional(),
    }),
  ),
})
export type StorageFacts = z.infer<typeof StorageSchema>

/** Counted work of one operation at one size: means over a fixed list of calls. Names of counts are the engine's, plus the relay's. */
export const OperationWorkSchema = z.strictObject({
  operation: z.string(),
  calls: z.number().int(),
  failed: z.number().int(),
  wrong: z.number().int(),
  counts: z.record(z.string(), figure),
  /** Means of the calls that neither failed nor came back wrong, where others did; left out: all or none were such, or older evidence. */
  goodCounts: z.record(z.string(), figure).optional(),
  /** Of the good calls, count by count: what half of them make the engine do, or less. Left out in older evidence. */
  usual: z.record(z.string(), figure).optional(),
  /** Means of the calls at each place on the axes that vary from call to call. */
  along: z
    .array(
      z.strictObject({
        at: z.record(z.string(), figure),
        calls: figure,
        /** Those that failed or came back wrong; left out in older evidence. */
        lost: z.number().int().optional(),
        counts: z.record(z.string(), figure),
        goodCounts: z.record(z.string(), figure).optional(),
      }),
    )
    .optional(),
  /** Elements in the answer, mean; for rows read per row returned. */
  returned: figure,
  /** Serial engine CPU per call, microseconds, tenth percentile of the calls (median in older evidence); null where it could not be read. */
  cpuMicros: figure.nullable(),
  /** Serial latency, milliseconds. */
  latencyMs: z.strictObject({ p50: figure, p95: figure, max: figure }),
})
export type OperationWork = z.infer<typeof OperationWorkSchema>

export const StageEvidenceSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  at: z.record(z.string(), figure),
  /** How many of each there are, e.g. { user: 600 }. */
  per: z.record(z.string(), figure).optional(),
  /** Growth axes that this is a size of, as the workload says. Left out: all whose sizes differ from it in that axis alone. */
  axes: z.array(z.string()).optional(),
  load: z.strictObject({ calls: figure, failed: figure, seconds: figure, perSecond: figure }),
  /** Work outside counted calls (late, background), already added to the operations' counts; per write call. */
  work: z.array(OperationWorkSchema),
  storage: StorageSchema.nullable(),
  /** Why the run went no further than this size, in words; null where it was finished. */
  stopped: z.string().nullable(),
})
export type StageEvidence = z.infer<typeof StageEvidenceSchema>

export const InvariantEvidenceSchema = z.strictObject({
  invariant: z.string(),
  checked: figure,
  broken: figure,
  examples: z.array(
    z.strictObject({
      stage: z.string(),
      request: json,
      message: z.string(),
      expected: json,
      got: json,
      pass: z.string(),
    }),
  ),
})
export type InvariantEvidence = z.infer<typeof InvariantEvidenceSchema>

export const IntervalSchema = z.strictObject({ value: figure, low: figure, high: figure })
export type Interval = z.infer<typeof IntervalSchema>

export const PositionSchema = z.strictObject({
  operation: z.string(),
  stage: z.string(),
  /** 0: as fast as the strong reference; 1: as slow as the anchor. With its 95% interval (moving-block bootstrap). */
  ladder: IntervalSchema,
  /** Rounds in which every arm had its turn; the figures are of these. */
  rounds: figure,
  /** Timed calls, milliseconds, in the order in which they were made. Failed or wrong calls stand as the anchor's midmean. */
  times: z.strictObject({
    candidate: z.array(figure),
    strong: z.array(figure),
    control: z.array(figure),
    anchor: z.array(figure),
  }),
  midmeans: z.strictObject({ candidate: figure, strong: figure, control: figure, anchor: figure }),
  /** Midmean of strong's and the control's calls together, milliseconds: what the ladder counts from. Not in older evidence. */
  baseMs: figure.optional(),
  /** Engine CPU per timed call, microseconds; to check what counts are blind to. */
  cpuMicros: z.strictObject({ candidate: figure, strong: figure, control: figure, anchor: figure }),
  /** Which quantile of the calls that is. Not in older evidence, where it is the median. */
  cpuQuantile: figure.optional(),
  /** Strong where the candidate is left out, over strong where the control is: well below 1, the candidate hogs the engine. */
  leftOut: IntervalSchema,
  /** How likely that is by chance. Not in older evidence. */
  leftOutChance: figure.optional(),
  /** CPU that the candidate's hosts burnt beyond their turns, share of the off-turn time. */
  offTurnCpuShare: figure,
  /** Set where no rounds were run. */
  skipped: z.string().nullable(),
})
export type Position = z.infer<typeof PositionSchema>

export const LatencySchema = z.strictObject({
  count: figure,
  failed: figure,
  p50: figure,
  p95: figure,
  p99: figure,
  p999: figure,
  max: figure,
  /** Latency at evenly spaced quantiles 0..1 (201 of them), milliseconds: enough to draw the distribution. */
  quantiles: z.array(figure),
})
export type Latency = z.infer<typeof LatencySchema>

/** Something that happened in the middle of the peak: an arm sent some calls at once, and the other calls of both arms were watched. Shown, never scored. */
export const PhaseWindowSchema = z.strictObject({
  phase: z.string(),
  /** Whose calls these were. */
  by: z.enum(["candidate", "strong"]),
  startMs: figure,
  endMs: figure,
  /** The calls themselves. */
  own: LatencySchema,
  /** Everybody else's calls of the watched operation in this window. */
  others: z.strictObject({ candidate: LatencySchema, strong: LatencySchema }),
})
export type PhaseWindow = z.infer<typeof PhaseWindowSchema>

/** Every call of one arm to one operation at peak, column by column, in the order of their intended times. */
export const PeakCallsSchema = z.strictObject({
  operation: z.string(),
  arm: z.enum(["candidate", "strong"]),
  /** The phase that they belong to; left out for the stated mix. */
  phase: z.string().optional(),
  /** Intended time, milliseconds after the start. */
  dueMs: z.array(figure),
  /** From the intended time to the reply, milliseconds. */
  latencyMs: z.array(figure),
  /** Which of them failed, by place in the columns. */
  failed: z.array(figure),
})
export type PeakCalls = z.infer<typeof PeakCallsSchema>

export const PeakSchema = z.strictObject({
  /** Seconds of the stated mix that the figures are from. */
  seconds: figure,
  /** The rates are this share of the stated ones, at which this design needs more than one core for the engine; left out: they are the stated ones. */
  rateShare: figure.optional(),
  /** When the calls that count began, milliseconds since 1970; left out by earlier versions, as are the calls. */
  startedAtMs: figure.optional(),
  calls: z.array(PeakCallsSchema).optional(),
  operations: z.array(
    z.strictObject({
      operation: z.string(),
      perSecond: figure,
      budgetP99Ms: figure,
      candidate: LatencySchema,
      strong: LatencySchema,
      /** p99 candidate / p99 strong with its 95% interval. */
      p99Ratio: IntervalSchema,
      /** The slow tail (geometric mean of the latencies from the 95th to the 99.5th percentile), candidate / strong, with its 95% interval. Left out by earlier versions. */
      tailRatio: IntervalSchema.optional(),
      /** Interval of the candidate's p99, milliseconds. */
      p99: IntervalSchema,
    }),
  ),
  /** How late the generator itself was, milliseconds. */
  generatorLagMs: z.strictObject({ p50: figure, p99: figure, max: figure }),
  /** The key that the candidate's commands named most, by its pattern, and how often it and the strong reference's was named per call; left out where keys are not seen. */
  hottestKey: z.strictObject({ pattern: z.string(), perCall: figure, strongPerCall: figure }).optional(),
  /** Share of calls above four times the rolling strong median, candidate less strong. */
  tailShare: figure,
  phases: z.array(PhaseWindowSchema).optional(),
  /** What the candidate's calls made the engine do in all, those of the warm-up included; left out by earlier versions. */
  work: z
    .strictObject({
      /** Calls of the mix, and of phases, that were answered or failed. */
      calls: z.array(z.strictObject({ operation: z.string(), mixed: figure, inPhases: figure })),
      counts: z.record(z.string(), figure),
    })
    .optional(),
  /** CPU that the two processes of an arm used, microseconds per call, from their cgroups; left out by earlier versions. */
  hostMicros: z.strictObject({ candidate: figure, strong: figure }).optional(),
  skipped: z.string().nullable(),
})
export type Peak = z.infer<typeof PeakSchema>

/** From the acknowledgement of a write to the first look that showed it, where the question allows a lag. */
export const VisibilitySchema = z.strictObject({
  write: z.string(),
  read: z.string(),
  looks: figure,
  /** Writes that no look had shown when the lag, twice over, was past. */
  unseen: figure,
  /** Already shown by the first look. */
  atOnce: figure,
  /** How long its work in the background was given to go on after a pause; 0: it has none. */
  pauseMs: figure,
  delayMs: z.strictObject({ p50: figure, p99: figure, max: figure }),
})
export type Visibility = z.infer<typeof VisibilitySchema>

/** What both processes read and wrote beside their calls, in the pass in which that came nearest to what is taken, or went farthest beyond: KiB in the engine. */
export const BesideCallsSchema = z.strictObject({
  pass: z.string(),
  kib: figure,
  storedKiB: figure,
  mostKiB: figure,
})
export type BesideCalls = z.infer<typeof BesideCallsSchema>

/** The keys of one pattern that the same writes named at two times, where keys are seen on the wire and data is kept for a time. */
export const KeysApartSchema = z.strictObject({
  /** Its pattern, as `TableSchema.name`. */
  table: z.string(),
  /** How far the two times lie apart. */
  days: figure,
  early: figure,
  late: figure,
  /** Named at both times: not closed by then. */
  both: figure,
  /** Of those that a write of the late time names: into which the next write of that time puts something more. Left out by older evidence. */
  growing: figure.optional(),
  /** Of those: in which something that is older than anything may get is still there after many more writes. */
  outlived: figure.optional(),
})
export type KeysApart = z.infer<typeof KeysApartSchema>

export const SuspicionSchema = z.strictObject({ rule: z.string(), message: z.string(), evidence: json })

export const ProvenanceSchema = z.strictObject({
  startedAt: z.string(),
  seconds: figure,
  /** Seconds per phase, in order. */
  phases: z.array(z.strictObject({ phase: z.string(), seconds: figure })),
  seed: z.string(),
  /** The key that ids and payloads came from, hex; published after the run. */
  key: z.string(),
  nowMs: figure,
  images: z.record(z.string(), z.string()),
  engine: z.record(z.string(), z.string()),
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  workloadHash: z.string(),
  bundleHash: z.string(),
  /** Earlier tries that failed on our side, in words. */
  faults: z.array(z.string()),
})
export type Provenance = z.infer<typeof ProvenanceSchema>

export const EvidenceSchema = z.strictObject({
  version: z.literal(1),
  quick: z.boolean(),
  question: z.string(),
  engine: z.string(),
  /** Left out: partitions. */
  model: DataModelSchema.optional(),
  submission: SubmissionSchema,
  warnings: z.array(WarningSchema),
  notes: z.array(z.string()),
  schema: SchemaFactsSchema,
  statements: z.array(StatementFactSchema),
  invariants: z.array(InvariantEvidenceSchema),
  stages: z.array(StageEvidenceSchema),
  position: PositionSchema.nullable(),
  peak: PeakSchema.nullable(),
  visibility: VisibilitySchema.nullable().optional(),
  /** Empty: one of the writes failed. Left out by engines that do not show keys on the wire, by older evidence, and where a size was not finished. */
  keysApart: z.array(KeysApartSchema).optional(),
  /** Left out by older evidence. */
  besideCalls: BesideCallsSchema.optional(),
  /** What a run saw that looks like an attempt to be measured as something that one is not. */
  suspicions: z.array(SuspicionSchema),
  /** Of a free run. */
  printed: z.array(PrintedSchema).optional(),
  provenance: ProvenanceSchema,
})
export type Evidence = z.infer<typeof EvidenceSchema>

/** How a run ends when it is not our fault. Our own faults are thrown. */
export const OutcomeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("measured"), evidence: EvidenceSchema }),
  z.strictObject({
    kind: z.literal("rejected"),
    rejected: RejectionSchema,
    warnings: z.array(WarningSchema),
    printed: z.array(PrintedSchema).optional(),
    provenance: ProvenanceSchema.nullable(),
  }),
])
export type Outcome = z.infer<typeof OutcomeSchema>

/** Counts of one design: stage -> operation -> counts, with storage per stage. */
export const CountsByStageSchema = z.record(
  z.string(),
  z.strictObject({
    operations: z.record(z.string(), z.record(z.string(), figure)),
    /** Per operation, at each place on the axes that vary from call to call. */
    along: z
      .record(
        z.string(),
        z.array(z.strictObject({ at: z.record(z.string(), figure), counts: z.record(z.string(), figure) })),
      )
      .optional(),
    storage: z.strictObject({ liveBytes: figure, largestPartitionBytes: figure }),
  }),
)

/**
 * Counts of the references at each size: constants of image and workload, stored by `verify` as `references/ENGINE/counts.json` in the
 * question's folder.
 */
export const ReferenceCountsSchema = z.strictObject({
  workloadHash: z.string(),
  engineVersion: z.string(),
  /** By the reference's name. */
  references: z.record(z.string(), CountsByStageSchema),
})
export type ReferenceCounts = z.infer<typeof ReferenceCountsSchema>

/** Fitted once per engine by `bench weights`, kept as `weights.json` in the engine's folder. Cost = sum of count x weight. */
export const WeightsSchema = z.strictObject({
  unit: z.string(),
  /** Count name -> weight per unit of that count. */
  weights: z.record(z.string(), z.number().nonnegative()),
  /** Weight of one stored live KiB in the work criterion, in cost per second of the mix. */
  storedKiB: z.number().nonnegative(),
  /** Median relative error of the fit over its query shapes. */
  error: z.number().nonnegative(),
  shapes: z.array(z.strictObject({ shape: z.string(), measured: figure, fitted: figure })),
  fittedOn: z.string(),
})
export type Weights = z.infer<typeof WeightsSchema>
