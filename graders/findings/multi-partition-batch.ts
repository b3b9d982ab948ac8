/** A batch that changes many partitions: the coordinator carries all of them, and a logged one writes itself down twice first. */
import { number } from "../figures.ts"
import { counted, dearCalls, type Rule } from "./rule.ts"

/** Two or three tables kept in step are what a batch is for. */
const MANY = 5

export const multiPartitionBatch: Rule = {
  rule: "multi-partition-batch",
  title: "A batch spreads over many partitions",
  kind: "cause",
  remedy:
    "A batch does not make writes to different partitions faster: one node has to carry them all. Send them as single writes in parallel, and keep batches for what must change together.",
  find: (measured) =>
    measured.question.operations.flatMap(({ name }) => {
      // Drivers send batches as messages of their own, so that no statement's text says so: what came along with another in one request does.
      const alongside = (counted(measured, name, "statements") ?? 0) - (counted(measured, name, "requests") ?? 0)
      const partitions = counted(measured, name, "partitionsWritten") ?? 0
      if (alongside <= MANY || partitions <= MANY) return []
      return [
        {
          place: name,
          evidence: `A call of ${name} changes ${number(partitions)} partitions in batches; ${number(alongside)} of its statements come along with others in one request.`,
          explains: dearCalls(name),
        },
      ]
    }),
}
