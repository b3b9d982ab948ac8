/** Made-up evidence of a question whose calls stand on axes of their own, trades writes for reads, and has a phase. Nothing here was measured. */
import type { GradeInput } from "../../graders/grade.ts"
import type { Report } from "../../graders/report.ts"
import { QuestionSchema, RubricSchema } from "../../prompts/question.ts"
import type { Evidence, ReferenceCounts } from "../../sandboxes/evidence.ts"
import { edited, gradeOf, latency, question, referenceCounts, rubric } from "./made-up.ts"

/** The question of the other made-up evidence, its `record` counted by followers and its `lastDay` by authors. */
export const feedQuestion = QuestionSchema.parse({
  ...question,
  lagMs: 2000,
  trade: { write: "record", read: "lastDay" },
  axes: [
    ...question.axes,
    { id: "followers", title: "followers", unit: "followers", scale: 1_000_000, callsOf: "record" },
    { id: "authors", title: "authors followed", unit: "authors", scale: 5000, callsOf: "lastDay" },
  ],
  phases: [
    {
      id: "burst",
      title: "A burst",
      operation: "record",
      calls: 4,
      windowMs: 1000,
      at: { candidate: 0.3, strong: 0.6 },
      watch: "lastDay",
    },
  ],
})

export const feedRubric = RubricSchema.parse({
  ...rubric,
  criteria: [
    ...rubric.criteria,
    {
      id: "post-growth",
      title: "What a post costs",
      points: 10,
      kind: "growth",
      axis: "followers",
      measure: "cost",
      operation: "record",
      weak: { cassandra: "adequate" },
    },
  ],
})

export const FOLLOWERS = [1, 60, 120]
type Along = NonNullable<Evidence["stages"][number]["work"][number]["along"]>

/** Counts of a design whose post makes so many mutations for so many followers. */
export const mutations = (of: (followers: number) => number): Along =>
  FOLLOWERS.map((followers) => ({ at: { followers }, calls: 2, counts: { mutations: of(followers) } }))

const stored = structuredClone(referenceCounts)
for (const [name, along] of Object.entries({ strong: mutations(() => 2), adequate: mutations((n) => 1 + n) }))
  for (const stage of Object.values(stored.references[name]!)) stage.along = { record: along }
export const feedCounts: ReferenceCounts = stored

export function feedEvidence(posts: Along, edit: (evidence: Evidence) => void = () => {}): Evidence {
  return edited("strong", (evidence) => {
    for (const stage of evidence.stages) {
      stage.per = { user: 600 }
      stage.work[0]!.along = posts
    }
    evidence.visibility = {
      write: "record",
      read: "lastDay",
      looks: 40,
      unseen: 1,
      atOnce: 30,
      pauseMs: 12,
      delayMs: { p50: 0.4, p99: 812, max: 900 },
    }
    const others = { candidate: latency(9, 50), strong: latency(8, 50) }
    evidence.peak!.phases = [
      { phase: "burst", by: "candidate", startMs: 3000, endMs: 4000, own: latency(77, 4), others },
      { phase: "burst", by: "strong", startMs: 6000, endMs: 7000, own: latency(5, 4), others },
    ]
    edit(evidence)
  })
}

export const gradeFeed = (evidence: Evidence, edits: Partial<GradeInput> = {}): Report =>
  gradeOf(evidence, { question: feedQuestion, rubric: feedRubric, referenceCounts: feedCounts, ...edits })
