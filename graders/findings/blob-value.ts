/** Many elements packed into one value: one row by the counts, and all of its bytes at every touch. */
import type { TableFact } from "../../sandboxes/evidence.ts"
import { number } from "../figures.ts"
import { lastStage, statementsOf, workOf } from "../measured.ts"
import { modelOf } from "../words.ts"
import { besideStrong, bigPartitions, dearCalls, type Rule, strongCounted, tableOf } from "./rule.ts"

/** Elements returned per row read: more than one lay in a row. */
const PACKED = 2
/** Bytes against the strong reference's from which packing costs. */
const DEARER = 4

export const blobValue: Rule = {
  rule: "blob-value",
  title: "Many elements in one value",
  kind: "cause",
  remedy: {
    partitions:
      "A value is read and written whole. Packing pays only for what is asked for whole and never changes again; give every element that is added or asked for by itself a row of its own.",
    keys: "A value is read and written whole, and two who change it at once overwrite each other. Packing pays only for what is asked for whole and never changes again; use a hash, a set or a sorted set where elements are added or asked for by themselves.",
  },
  find: (measured) => {
    const stage = lastStage(measured.evidence)
    const model = modelOf(measured.evidence)
    const packs = measured.question.operations.some((operation) => {
      const work = workOf(stage, operation.name)
      const rows = work?.counts.rows
      return operation.kind === "read" && work && rows !== undefined && rows > 0 && work.returned > PACKED * rows
    })
    if (!packs) return []
    return measured.question.operations.flatMap((operation) => {
      const sends = operation.kind === "write" ? "requestKiB" : "replyKiB"
      for (const name of ["readKiB", "writtenKiB", sends]) {
        const own = workOf(stage, operation.name)?.counts[name]
        const strong = strongCounted(measured, operation.name, name)
        if (own === undefined || strong === undefined || own < DEARER * strong || own < 1) continue
        const table = statementsOf(measured.evidence, operation.name)
          .map((statement) => tableOf(measured, statement))
          .find((found) => found !== undefined && holdsValues(found))
        const dear = dearCalls(operation.name)
        return [
          {
            place: table ? `${operation.name}, ${table.name}` : operation.name,
            line: table?.line,
            evidence: `A call of ${operation.name} moves ${number(own)} KiB (${TITLES[name]})${besideStrong(strong, (value) => `${number(value)} KiB`)}, and one ${model === "keys" ? "value" : "row"} holds many elements.`,
            explains: (criterion) => dear(criterion) || bigPartitions(criterion),
          },
        ]
      }
      return []
    })
  },
}

const TITLES: Record<string, string> = {
  readKiB: "read in the engine",
  writtenKiB: "written",
  requestKiB: "sent to the engine",
  replyKiB: "received from the engine",
}

const holdsValues = (table: TableFact) =>
  table.columns.some((column) => /^(blob|text|varchar|ascii|(frozen<)?(list|set|map)<)/.test(column.type))
