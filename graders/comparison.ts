/** The candidate beside the references, size by size, and the yardsticks it was held against, so that a report can be drawn and graded again alone. */
import { z } from "zod"
import { QuestionSchema } from "../prompts/question.ts"
import { CountsByStageSchema, ReferenceCountsSchema, WeightsSchema } from "../sandboxes/evidence.ts"
import { candidateCost, candidateMix, referenceMix } from "./cost.ts"
import { costOf } from "./counted.ts"
import { alongAxis, type Measured, STRONG } from "./measured.ts"

const OperationSchema = z.strictObject({
  operation: z.string(),
  counts: z.record(z.string(), z.number()),
  /** Cost per call in the weights' unit, charges included. */
  cost: z.number(),
})

const SizeSchema = z.strictObject({
  stage: z.string(),
  operations: z.array(OperationSchema),
  /** Cost per second of the stated mix, storage included; null where an operation has no figure. */
  mix: z.number().nullable(),
  largestPartitionBytes: z.number().nullable(),
  liveBytes: z.number().nullable(),
})

export const StrongByEngineSchema = z.array(z.strictObject({ engine: z.string(), stages: CountsByStageSchema }))
export type StrongByEngine = z.infer<typeof StrongByEngineSchema>

export const ComparisonSchema = z.strictObject({
  question: QuestionSchema,
  weights: WeightsSchema,
  references: ReferenceCountsSchema.nullable(),
  /** Sizes that form each axis, smallest first; stopped ones included. */
  axes: z.record(z.string(), z.array(z.string())),
  /** Counts of the strong reference on every engine that the question allows and that has been counted, this report's first. */
  engines: StrongByEngineSchema.default([]),
  /** The candidate first ("this design"), then strong, then the others. */
  designs: z.array(z.strictObject({ name: z.string(), sizes: z.array(SizeSchema) })),
})
export type Comparison = z.infer<typeof ComparisonSchema>
export type Design = Comparison["designs"][number]

export const CANDIDATE = "this design"

export function compare(measured: Measured, engines: StrongByEngine): Comparison {
  const { question, evidence, weights, references } = measured
  const names = Object.keys(references?.references ?? {}).sort((a, b) => Number(b === STRONG) - Number(a === STRONG))
  return {
    question,
    weights,
    references,
    axes: Object.fromEntries(
      question.axes.map((axis) => [axis.id, alongAxis(evidence, axis.id).map((stage) => stage.id)]),
    ),
    engines,
    designs: [
      { name: CANDIDATE, sizes: candidateSizes(measured) },
      ...names.map((name) => ({ name, sizes: referenceSizes(measured, name) })),
    ],
  }
}

function candidateSizes(measured: Measured): Design["sizes"] {
  return measured.evidence.stages.map((stage) => ({
    stage: stage.id,
    operations: stage.work.map(({ operation, counts }) => ({
      operation,
      counts,
      cost: candidateCost(measured, stage, operation)?.charged ?? costOf(counts, measured.weights),
    })),
    mix: stage.stopped ? null : candidateMix(measured, stage),
    largestPartitionBytes: stage.storage?.largestPartitionBytes ?? null,
    liveBytes: stage.storage?.liveBytes ?? null,
  }))
}

function referenceSizes(measured: Measured, name: string): Design["sizes"] {
  return measured.evidence.stages.flatMap((stage) => {
    const stored = measured.references?.references[name]?.[stage.id]
    if (!stored) return []
    const operations = Object.entries(stored.operations).map(([operation, counts]) => ({
      operation,
      counts,
      cost: costOf(counts, measured.weights),
    }))
    return [{ stage: stage.id, operations, mix: referenceMix(measured, name, stage), ...stored.storage }]
  })
}
