/** What a rule about designs is: it looks at facts and says where, on what evidence, and whose lost points that explains. It never scores. */
import type { Criterion, Question } from "../../prompts/question.ts"
import type { StageEvidence, StatementFact, TableFact } from "../../sandboxes/evidence.ts"
import { finished, lastStage, type Measured, referenceCounts, STRONG, workOf } from "../measured.ts"
import type { Wording } from "../words.ts"

export interface Rule {
  /** The rule's name, e.g. "unbounded-partition". */
  rule: string
  title: Wording
  /** Teaches what to look for, without handing out the model answer. */
  remedy: Wording
  /** "cause": a choice in the design; "effect": what such a choice leads to. Lost points go to causes first. */
  kind: "cause" | "effect"
  /** Whether a question has what it looks at; left out: any has. A statement that only such a finding may contradict would be contradicted by nothing. */
  canFire?(question: Question): boolean
  find(measured: Measured): Found[]
}

export interface Found {
  /** A table, a statement, an operation. */
  place: string
  /** Line in the schema. */
  line?: number
  /** One sentence with figures and units. */
  evidence: string
  explains(criterion: Criterion): boolean
}

/** Criteria that an operation's dearness shows in. */
export const dearCalls =
  (...operations: string[]) =>
  (criterion: Criterion): boolean => {
    if (criterion.kind === "work" || criterion.kind === "position" || criterion.kind === "budget") return true
    if (criterion.kind !== "growth" || criterion.measure === "largest-partition-bytes") return false
    return criterion.operation === undefined || operations.includes(criterion.operation)
  }

/** Criteria that the size of partitions shows in. */
export const bigPartitions = (criterion: Criterion): boolean =>
  criterion.kind === "growth" && criterion.measure === "largest-partition-bytes"

export const nothingScored = (): boolean => false

/** A count of an operation at the largest finished size; undefined where the engine does not count it. */
export const counted = (measured: Measured, operation: string, name: string): number | undefined =>
  workOf(lastStage(measured.evidence), operation)?.counts[name]

/** The same count of the strong reference. */
export function strongCounted(measured: Measured, operation: string, name: string): number | undefined {
  const stage = lastStage(measured.evidence)
  return stage && referenceCounts(measured, STRONG, stage.id, operation)?.[name]
}

export const tableOf = ({ evidence }: Measured, statement: StatementFact): TableFact | undefined =>
  evidence.schema.tables.find((table) => table.name === statement.table)

/** The statement as a place: its text, cut to one readable line. */
export function placeOf(statement: StatementFact): string {
  const text = statement.text.replace(/\s+/g, " ").trim()
  return text.length > 160 ? `${text.slice(0, 157)}...` : text
}

/** "lastDay", "record and lastDay", or "a call" where it was not seen whose statement it is. */
export const senders = (statement: StatementFact): string => statement.operations.join(" and ") || "a call"

/** Operations of the question that a statement serves, by kind. */
export const readsAmong = ({ question }: Measured, names: string[]): string[] =>
  names.filter((name) => question.operations.some((one) => one.name === name && one.kind === "read"))

/** The two sizes to compare a table along a line of stages: the first and the last finished. */
export function firstAndLast(measured: Measured, stages: StageEvidence[]): [StageEvidence, StageEvidence] | null {
  const done = stages.filter((stage) => finished(measured.evidence).includes(stage) && stage.storage !== null)
  return done.length >= 2 ? [done[0]!, done.at(-1)!] : null
}

export const storedIn = (stage: StageEvidence, table: string) =>
  stage.storage?.tables.find((one) => one.name === table) ?? null

/** " (1.0 at the strong reference)", where that is known. */
export const besideStrong = (value: number | undefined, write: (value: number) => string): string =>
  value === undefined ? "" : ` (${write(value)} with the strong reference)`
