/** Reads that step over more deleted rows than live ones: a queue, or deletes where an expiry would do. */
import { number } from "../figures.ts"
import { counted, dearCalls, type Rule } from "./rule.ts"

const PER_LIVE_ROW = 1
/** A handful of tombstones is everyday life. */
const LEAST = 10

export const tombstones: Rule = {
  rule: "tombstones",
  title: "Reads step over tombstones",
  kind: "cause",
  remedy:
    "A delete is a write that reads must step over until it is compacted away. Arrange partitions so that what is finished is left behind whole, and nothing has to be read past it.",
  find: (measured) =>
    measured.question.operations.flatMap(({ name }) => {
      const dead = counted(measured, name, "tombstones")
      const rows = counted(measured, name, "rows") ?? 0
      if (dead === undefined || dead < LEAST || dead <= PER_LIVE_ROW * rows) return []
      return [
        {
          place: name,
          evidence: `A call of ${name} reads ${number(dead)} tombstones beside ${number(rows)} live rows.`,
          explains: dearCalls(name),
        },
      ]
    }),
}
