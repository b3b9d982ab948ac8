/** The words for how data lies in an engine: a report speaks of partitions and rows, or of keys and elements. Decides nothing. */
import type { DataModel, Evidence, TableFact } from "../sandboxes/evidence.ts"
import { list } from "./figures.ts"

/** A text, or one for each way in which data may lie. */
export type Wording = string | Record<DataModel, string>

export interface Words {
  /** What lies together, and has a name by which it is found. */
  partition: string
  /** What is read one by one. */
  row: string
  /** Where a table's partitions are, as a place in a finding. */
  place(table: TableFact): string
}

const WORDS: Record<DataModel, Words> = {
  partitions: {
    partition: "partition",
    row: "row",
    place: ({ name, partitionKey }) => `${name}, partition key ${list(partitionKey.map((column) => column.name))}`,
  },
  keys: { partition: "key", row: "element", place: ({ name }) => name },
}

export const modelOf = ({ model }: Pick<Evidence, "model">): DataModel => model ?? "partitions"

export const wordsOf = (evidence: Pick<Evidence, "model">): Words => WORDS[modelOf(evidence)]

export const worded = (text: Wording, evidence: Pick<Evidence, "model">): string =>
  typeof text === "string" ? text : text[modelOf(evidence)]
