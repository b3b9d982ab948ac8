/** A read that makes the engine read many rows for each one it returns. */
import { count, number } from "../figures.ts"
import { lastStage, workOf } from "../measured.ts"
import { wordsOf } from "../words.ts"
import { besideStrong, dearCalls, type Rule, strongCounted } from "./rule.ts"

/** Rows read per element returned. A day more on either side of the asked window stays below it. */
const PER_RETURNED = 3
const LEAST_EXTRA_ROWS = 20

export const wideRead: Rule = {
  rule: "wide-read",
  title: {
    partitions: "Reads go through far more rows than they return",
    keys: "Reads go through far more elements than they return",
  },
  kind: "effect",
  remedy: {
    partitions:
      "What is read and thrown away still costs the engine. Put what the query asks for (a user, an author) into the partition key, so that nobody else's rows lie among its own; order them by what it ranges over, and let it name both ends of the range.",
    keys: "What is read and thrown away still costs the engine, and the way to the program. Put what the call asks for (a user, an author) into the key's name, so that nobody else's elements lie among its own; choose a structure that is ordered by what it ranges over, and let the command name both ends of the range.",
  },
  find: (measured) => {
    const stage = lastStage(measured.evidence)
    const { row } = wordsOf(measured.evidence)
    return measured.question.operations
      .filter((operation) => operation.kind === "read")
      .flatMap(({ name }) => {
        const work = workOf(stage, name)
        const rows = work?.counts.rows
        if (!work || rows === undefined) return []
        const wide = rows > PER_RETURNED * Math.max(1, work.returned) && rows - work.returned >= LEAST_EXTRA_ROWS
        if (!wide) return []
        return [
          {
            place: name,
            evidence: `A call of ${name} goes through ${count(rows, row)} in the engine to return ${number(work.returned)} at ${stage!.label}${besideStrong(strongCounted(measured, name, "rows"), number)}.`,
            explains: dearCalls(name),
          },
        ]
      })
  },
}
