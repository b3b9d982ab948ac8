/** One question asked in many steps, each waiting for the one before. */
import { number } from "../figures.ts"
import { lastStage, workOf } from "../measured.ts"
import { besideStrong, dearCalls, type Rule, strongCounted } from "./rule.ts"

/** Dependent round trips from which a loop is seen. */
const MANY = 4
/** Pages of a long answer wait for each other as well; they carry at least this many rows each. */
const ROWS_A_PAGE = 500

export const nPlusOne: Rule = {
  rule: "n-plus-one",
  title: "One call, many round trips in a row",
  kind: "cause",
  remedy: {
    partitions:
      "Each step that waits for the one before adds a whole round trip. Keep together what is asked together, so that one query answers; where several are needed, send them at once.",
    keys: "Each step that waits for the one before adds a whole round trip. Keep together what is asked together; where several keys are needed, ask for them by one command that takes several, or send the commands in one pipeline.",
  },
  find: (measured) => {
    const stage = lastStage(measured.evidence)
    return measured.question.operations.flatMap(({ name }) => {
      const counts = workOf(stage, name)?.counts
      // Round trips sent at once are one wave; without waves, look-ups in parallel could not be told from a loop.
      const waves = counts?.waves
      if (waves === undefined || waves < MANY) return []
      const strong = strongCounted(measured, name, "waves")
      if (strong !== undefined && waves < 2 * strong) return []
      if ((counts?.rows ?? 0) / waves >= ROWS_A_PAGE) return []
      return [
        {
          place: name,
          evidence: `A call of ${name} makes ${number(waves)} round trips one after the other${besideStrong(strong, number)}.`,
          explains: dearCalls(name),
        },
      ]
    })
  },
}
