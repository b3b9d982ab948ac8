/** A read that goes through a secondary index: each node asks its own index, then fetches row by row. */
import { count, number } from "../figures.ts"
import { lastStage, workOf } from "../measured.ts"
import { indexUses } from "./indexes.ts"
import { dearCalls, placeOf, type Rule, senders } from "./rule.ts"

export const secondaryIndexScan: Rule = {
  rule: "secondary-index-scan",
  title: "Reads go through a secondary index",
  kind: "cause",
  remedy:
    "An index in Cassandra is kept by each node for its own rows: a read asks every node and then fetches the matches one by one. For a query that runs all the time, keep a table whose partition key is what the query asks by.",
  find: (measured) =>
    indexUses(measured).map(({ statement, table, index }) => {
      const stage = lastStage(measured.evidence)
      const seen = statement.operations
        .map((name) => workOf(stage, name))
        .filter((work) => work !== undefined)
        .map((work) => {
          const lookups = work.counts.lookups === undefined ? "" : `${number(work.counts.lookups)} look-ups and `
          const rows = work.counts.rows === undefined ? "" : `${count(work.counts.rows, "row")} read `
          return ` A call of ${work.operation} takes ${lookups}${rows}for ${count(work.returned, "element")} returned at ${stage!.label}.`
        })
      return {
        place: placeOf(statement),
        line: table.line,
        evidence: `${senders(statement)} finds its rows in ${table.name} through the index ${index.name} on ${index.target}, not by the partition key.${seen.join("")}`,
        explains: dearCalls(...statement.operations),
      }
    }),
}
