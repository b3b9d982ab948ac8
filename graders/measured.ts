/** What every kind of criterion and every finding is judged from: the evidence, the question, and the yardsticks. Decides nothing. */
import type { Axis, Operation, Question } from "../prompts/question.ts"
import type {
  Evidence,
  OperationWork,
  ReferenceCounts,
  StageEvidence,
  StatementFact,
  Weights,
} from "../sandboxes/evidence.ts"

export interface Measured {
  question: Question
  evidence: Evidence
  /** The references' counts; null where none are stored for this workload. */
  references: ReferenceCounts | null
  weights: Weights
}

/** The reference at the top of every comparison. */
export const STRONG = "strong"

export const NO_REFERENCES =
  "the references' counts are not stored for this workload; run ./proofrun verify --store, then ./proofrun regrade"

export const weakName = ({ question, evidence }: Measured) => question.weak[evidence.engine] ?? "weak"

/** Sizes that the run finished, smallest first. */
export const finished = (evidence: Evidence): StageEvidence[] => evidence.stages.filter((stage) => !stage.stopped)

/** The size at which the run gave up, if it did. Nothing larger was tried. */
export const stoppedAt = (evidence: Evidence): StageEvidence | undefined =>
  evidence.stages.find((stage) => stage.stopped)

/** The largest size that was finished; undefined where none was. */
export const lastStage = (evidence: Evidence): StageEvidence | undefined => finished(evidence).at(-1)

export const workOf = (stage: StageEvidence | undefined, operation: string): OperationWork | undefined =>
  stage?.work.find((work) => work.operation === operation)

export const operationNamed = (question: Question, name: string): Operation | undefined =>
  question.operations.find((operation) => operation.name === name)

/** Counts of a reference's operation at a size; undefined where they are not stored. */
export const referenceCounts = (measured: Measured, reference: string, stage: string, operation: string) =>
  measured.references?.references[reference]?.[stage]?.operations[operation]

/** Statements that an operation sends. */
export const statementsOf = (evidence: Evidence, operation: string): StatementFact[] =>
  evidence.statements.filter((statement) => statement.operations.includes(operation))

/** Share of an operation's counted calls that failed or came back wrong; all of them where the engine was never asked for the answer. */
export function lostShare(evidence: Evidence, work: OperationWork): number {
  if (unread(evidence, work.operation)) return 1
  return work.calls > 0 ? Math.min(1, (work.failed + work.wrong) / work.calls) : 0
}

export const NOT_READ =
  "The answers were not read from the engine with the calls that were timed, so their times say nothing of the design."

/** What the calls of such a run are seen to do is not what answers them. */
const NOT_FROM_THE_ENGINE = ["unread-answer", "beside-calls"]

/** Fewer bytes came from the engine than the answer needs, or all of them before anybody asked: it was not read there. */
export function unread(evidence: Evidence, operation: string): boolean {
  return evidence.suspicions.some((suspicion) => {
    if (!NOT_FROM_THE_ENGINE.includes(suspicion.rule)) return false
    const about = suspicion.evidence
    const named = typeof about === "object" && about !== null && "operation" in about ? about.operation : undefined
    return named === undefined || named === operation
  })
}

/** Along time, what a design stores may expire; along users or keys it may not. */
export const isTime = (axis: Axis) => /^days?$/.test(axis.unit)

/** Sizes along one axis, smallest first: as the workload says, or else those that differ in this axis alone. */
export function alongAxis(evidence: Evidence, axis: string): StageEvidence[] {
  const placed = evidence.stages.filter((stage) => stage.at[axis] !== undefined)
  const line = placed.some((stage) => stage.axes)
    ? placed.filter((stage) => stage.axes?.includes(axis))
    : longestLine(placed, axis)
  return line.toSorted((a, b) => a.at[axis]! - b.at[axis]!)
}

function longestLine(stages: StageEvidence[], axis: string): StageEvidence[] {
  const elsewhere = (stage: StageEvidence) =>
    JSON.stringify(
      Object.entries(stage.at)
        .filter(([name]) => name !== axis)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  const lines = [...Map.groupBy(stages, elsewhere).values()]
  return lines.reduce((longest, line) => (line.length >= longest.length ? line : longest), [])
}
