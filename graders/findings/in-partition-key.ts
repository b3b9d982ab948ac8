/** IN over many partitions in one statement: one coordinator fetches them all and holds the answer until the slowest is in. */
import { number } from "../figures.ts"
import { counted, dearCalls, placeOf, type Rule, tableOf } from "./rule.ts"

/** A pair of day buckets is no fan-out. */
const MANY = 10

export const inPartitionKey: Rule = {
  rule: "in-partition-key",
  title: "One statement asks for many partitions",
  kind: "cause",
  remedy:
    "IN on the partition key makes one node collect all the partitions. Choose partitions so large that a question needs one or two of them, or ask for each with a statement of its own, in parallel.",
  find: (measured) =>
    measured.evidence.statements
      .filter((statement) => statement.in === "partition")
      .flatMap((statement) =>
        statement.operations.flatMap((operation) => {
          const lookups = counted(measured, operation, "lookups")
          if (lookups === undefined || lookups <= MANY) return []
          return [
            {
              place: placeOf(statement),
              line: tableOf(measured, statement)?.line,
              evidence: `A call of ${operation} looks up ${number(lookups)} partitions through IN.`,
              explains: dearCalls(operation),
            },
          ]
        }),
      ),
}
