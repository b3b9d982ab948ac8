/** A write that reads first: twice the round trips, and a race between two writers. */
import { number } from "../figures.ts"
import { statementsOf } from "../measured.ts"
import { besideStrong, counted, dearCalls, placeOf, type Rule, strongCounted } from "./rule.ts"

/** Reads per write call from which a habit is seen, beyond those of the strong reference. */
const HABIT = 0.5

export const readBeforeWrite: Rule = {
  rule: "read-before-write",
  title: "Writes read first",
  kind: "cause",
  remedy: {
    partitions:
      "A read before each write doubles the work, and what was read may be stale by the time of the write. Choose a key and columns that can be written blindly, so that the order in which writes arrive does not matter.",
    keys: "A read before each write is work that each write pays for, and outside of a script what was read may be stale by the time of the write. Choose keys and structures that can be written blindly, so that the order in which writes arrive does not matter.",
  },
  find: (measured) =>
    measured.question.operations
      .filter((operation) => operation.kind === "write")
      .flatMap(({ name }) => {
        const reads = counted(measured, name, "reads")
        const strong = strongCounted(measured, name, "reads")
        const statements = statementsOf(measured.evidence, name)
        // A condition reads as well; it has a rule of its own.
        if (reads === undefined || statements.some((statement) => statement.conditional)) return []
        if (reads - (strong ?? 0) < HABIT) return []
        const select = statements.find((statement) => statement.kind === "select")
        return [
          {
            place: select ? `${name}: ${placeOf(select)}` : name,
            evidence: `A call of ${name} makes ${number(reads)} reads before it writes${besideStrong(strong, number)}.`,
            explains: dearCalls(name),
          },
        ]
      }),
}
