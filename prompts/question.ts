/** What a question is: the schemas of `question.yaml` and `rubric.yaml`. Knows nothing of engines or of how anything is run. */
import { z } from "zod"

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, "use lower case letters, digits and dashes")
const operationName = z.string().regex(/^[a-z][A-Za-z0-9]*$/)

export const OperationSchema = z.strictObject({
  name: operationName,
  /** "write" operations load the data; "read" operations are judged by what they return. */
  kind: z.enum(["read", "write"]),
  /** Calls per second at peak in the stated mix. Work is weighted by it and the peak pass sends it. */
  perSecond: z.number().positive(),
  /** Stated budget: 99 of 100 calls at peak answer within this. */
  budgetP99Ms: z.number().positive(),
  /** A single call may take this long before it is given up as a failed reply. */
  limitMs: z.number().positive().default(5000),
})

/** One direction in which the data grows: from size to size, or from call to call (`callsOf`). */
export const AxisSchema = z.strictObject({
  id,
  title: z.string(),
  unit: z.string(),
  /** The real scale that the statement names; costs are extrapolated to it. */
  scale: z.number().positive(),
  /** Where the statement bounds the axis (a retention), the bound, in the axis' unit. */
  boundedAt: z.number().positive().optional(),
  /** Whether more of it means new keys (users, days); false where the same keys hold more. */
  newKeys: z.boolean().default(true),
  /** The axis varies from call to call of this operation: its counted calls say where they stand on it, and all are of one size of the data. */
  callsOf: operationName.optional(),
})

/** Something that happens in the middle of the peak, shown and never scored: an arm sends some calls at once, and everybody else is watched. */
export const PhaseSchema = z.strictObject({
  id,
  title: z.string(),
  operation: operationName,
  calls: z.number().int().positive(),
  /** How long the others are watched from the first of the calls on. What is sent meanwhile counts for no budget. */
  windowMs: z.number().positive(),
  /** When each arm's turn comes, as a share of the peak. */
  at: z.strictObject({ candidate: z.number().min(0).max(1), strong: z.number().min(0).max(1) }),
  /** The operation whose calls are watched. */
  watch: operationName,
})
export type Phase = z.infer<typeof PhaseSchema>

export const QuestionSchema = z.strictObject({
  id,
  title: z.string(),
  oneLine: z.string(),
  level: z.enum(["junior", "middle", "senior"]),
  minutes: z.number().int().positive(),
  engines: z.array(id).min(1),
  operations: z.array(OperationSchema).min(1),
  axes: z.array(AxisSchema).min(1),
  /** How long after its acknowledgement a write may stay invisible. 0: at once. */
  lagMs: z.number().nonnegative().default(0),
  /** Two operations of which one can be made cheap at the other's cost: shown as a picture. */
  trade: z.strictObject({ write: operationName, read: operationName }).optional(),
  phases: z.array(PhaseSchema).default([]),
  /** How long data must stay readable, where the question has a window. */
  retentionDays: z.number().positive().optional(),
  /** The ladder: which operation is timed, and which reference is its lower end, per engine. */
  position: z.strictObject({ operation: operationName, anchor: z.record(id, id) }),
  /** The reference that bounds cost from below ("as bad as this earns nothing"), per engine. */
  weak: z.record(id, id),
  interviewOnly: z.boolean().default(false),
})
export type Question = z.infer<typeof QuestionSchema>
export type Operation = z.infer<typeof OperationSchema>
export type Axis = z.infer<typeof AxisSchema>

const criterion = { id, title: z.string(), points: z.number().positive() }

/** The kinds of criteria. A new kind is one variant here, one file in graders/, one line in its table. */
export const CriterionSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...criterion,
    kind: z.literal("correctness"),
    invariants: z.array(z.strictObject({ id, title: z.string(), points: z.number().positive() })).min(1),
  }),
  z.strictObject({ ...criterion, kind: z.literal("work") }),
  z.strictObject({
    ...criterion,
    kind: z.literal("growth"),
    axis: id,
    /** What grows: the cost of calls, one count of an operation's calls, or bytes of the largest partition (or key). */
    measure: z.enum(["cost", "rows", "largest-partition-bytes"]),
    operation: operationName.optional(),
    /** The reference that earns nothing here, per engine, where it is not the question's `weak` (which may well be good at just this). */
    weak: z.record(id, id).optional(),
    /** Further axes, each with its own weak reference: the criterion is judged along each, and the worst counts. */
    alsoAlong: z.array(z.strictObject({ axis: id, weak: z.record(id, id).optional() })).optional(),
  }),
  z.strictObject({ ...criterion, kind: z.literal("position") }),
  z.strictObject({ ...criterion, kind: z.literal("budget") }),
  z.strictObject({
    ...criterion,
    kind: z.literal("written"),
    statement: z.string(),
    counts: z.string(),
    doesNotCount: z.string(),
    examples: z.strictObject({ met: z.string(), notMet: z.string() }),
    contradictedBy: z.array(id).default([]),
    /** It is about something that must not be there: met without a quote, and broken by one. */
    absence: z.boolean().default(false),
  }),
  z.strictObject({
    ...criterion,
    kind: z.literal("claim"),
    /** The claim kind and the counted figure that it is held against. */
    claim: z.enum([
      "partitions-per-read",
      "rows-per-read",
      "largest-partition",
      "round-trips",
      "growth-class",
      "writes-per-call",
    ]),
    operation: operationName.optional(),
    statement: z.string(),
  }),
])
export type Criterion = z.infer<typeof CriterionSchema>
export type CriterionKind = Criterion["kind"]

/** The stretch of ratios of latency at peak that a budget criterion tells apart: full points up to the one end, none from the other. A run measures until it knows them there. */
export const PEAK_RATIO = { fullTo: 1.25, noneFrom: 4 } as const

/**
 * The same for the counted engine work of the stated mix, in seconds of engine CPU a second. The stated rates are for two cores: from two on a design
 * cannot bear them, and up to one it has room. One engine serves both at peak, where strong's calls wait behind a dear design's and flatter it.
 */
export const PEAK_LOAD = { fullTo: 1, noneFrom: 2 } as const

/** Of fewer calls the slow tail is nearly their slowest, which is chance: such an operation is shown at peak and not scored, and nobody waits for its ratio. */
export const PEAK_FEWEST_CALLS = 60
/** The same where the peak is sent slower than stated: fewer than so many say nothing at any rate. */
const PEAK_FEWEST_CALLS_SLOWED = 30

/** So long the peak is sent at most: until the ratios are known. */
export const PEAK_SECONDS = 17
/** By chance one arm has fewer calls than the other. */
const PEAK_SPARE = 1.5

/**
 * Whether an operation is scored at peak: by its stated rate alone. By how many calls there happened to be, one with 7 a second would be scored in one run of
 * four, which took half of the points from the others.
 */
export const isScoredAtPeak = ({ perSecond }: { perSecond: number }): boolean =>
  (perSecond * PEAK_SECONDS) / 2 >= PEAK_SPARE * PEAK_FEWEST_CALLS

/** How many calls an operation must have by each arm, at this share of the stated rates. */
export const fewestCallsAtPeak = (rateShare: number): number =>
  Math.max(Math.ceil(PEAK_FEWEST_CALLS * rateShare), PEAK_FEWEST_CALLS_SLOWED)

export const RubricSchema = z
  .strictObject({ version: z.number().int().positive(), criteria: z.array(CriterionSchema).min(1) })
  .superRefine((rubric, context) => {
    const seen = new Set<string>()
    for (const [index, item] of rubric.criteria.entries()) {
      if (seen.has(item.id))
        context.addIssue({ code: "custom", path: ["criteria", index, "id"], message: `"${item.id}" is used twice` })
      seen.add(item.id)
      if (item.kind !== "correctness") continue
      const sum = item.invariants.reduce((total, invariant) => total + invariant.points, 0)
      if (Math.abs(sum - item.points) > 1e-9)
        context.addIssue({
          code: "custom",
          path: ["criteria", index, "points"],
          message: `the invariants add up to ${sum}, not ${item.points}`,
        })
    }
  })
export type Rubric = z.infer<typeof RubricSchema>

/** What a reference promises (`expected.yaml` in its folder); `verify` holds it to that. */
export const ExpectedSchema = z.strictObject({
  band: z.enum(["strong", "adequate", "weak", "not yet working"]),
  findings: z.array(id).default([]),
  /** Invariants that this reference must break. */
  breaks: z.array(id).default([]),
  /** Invariants that it may break as well, by what happens to happen at the same time. */
  mayBreak: z.array(id).default([]),
  /** The band that it gets where what it breaks by chance decides between two. */
  orBand: z.enum(["weak", "not yet working"]).optional(),
  /** Why this design lands there, in one sentence. */
  because: z.string(),
})
export type Expected = z.infer<typeof ExpectedSchema>
