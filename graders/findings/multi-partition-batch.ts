/** A batch that changes many partitions: the coordinator carries all of them, and a logged one writes itself down twice first. */
import { number } from "../figures.ts"
import { counted, dearCalls, placeOf, type Rule } from "./rule.ts"

/** Two or three tables kept in step are what a batch is for. */
const MANY = 5

export const multiPartitionBatch: Rule = {
  rule: "multi-partition-batch",
  title: "A batch spreads over many partitions",
  kind: "cause",
  remedy:
    "A batch does not make writes to different partitions faster: one node has to carry them all. Send them as single writes in parallel, and keep batches for what must change together.",
  find: (measured) =>
    measured.evidence.statements
      .filter((statement) => statement.kind === "batch")
      .flatMap((statement) =>
        statement.operations.flatMap((operation) => {
          const mutations = counted(measured, operation, "mutations")
          if (mutations === undefined || mutations <= MANY) return []
          return [
            {
              place: placeOf(statement),
              evidence: `A call of ${operation} makes ${number(mutations)} mutations in a batch.`,
              explains: dearCalls(operation),
            },
          ]
        }),
      ),
}
