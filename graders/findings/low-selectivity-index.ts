/** An index one of whose values matches a large part of the table: the read is a scan with a detour. */
import { number, percent } from "../figures.ts"
import { lastStage, workOf } from "../measured.ts"
import { indexUses } from "./indexes.ts"
import { dearCalls, placeOf, type Rule, storedIn } from "./rule.ts"

/** Below this many partitions a share says nothing. */
const LEAST_PARTITIONS = 1000
const SHARE = 0.1

export const lowSelectivityIndex: Rule = {
  rule: "low-selectivity-index",
  title: "An index picks out too much",
  kind: "cause",
  remedy:
    "An index on a column with few different values returns a large part of the table for each of them. Make the column a part of a key, after one that narrows the read down first.",
  find: (measured) =>
    indexUses(measured).flatMap(({ statement, table, index }) => {
      const stage = lastStage(measured.evidence)
      const partitions = stage ? (storedIn(stage, table.name)?.partitions ?? 0) : 0
      if (partitions < LEAST_PARTITIONS) return []
      return statement.operations.flatMap((operation) => {
        const rows = workOf(stage, operation)?.counts.rows ?? 0
        if (rows < SHARE * partitions) return []
        return [
          {
            place: placeOf(statement),
            line: table.line,
            evidence: `Through the index ${index.name} on ${index.target}, a call of ${operation} reads ${number(rows)} rows, as many as ${percent(rows / partitions)} of the ${number(partitions)} partitions of ${table.name}.`,
            explains: dearCalls(operation),
          },
        ]
      })
    }),
}
