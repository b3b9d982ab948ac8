/** A script that goes through many elements: one command on the wire, and the server does nothing else meanwhile. */
import { count, number } from "../figures.ts"
import { lastStage, workOf } from "../measured.ts"
import { dearCalls, type Rule } from "./rule.ts"

/** Elements gone through per element returned; a script that merges a few ranges stays below it. */
const PER_RETURNED = 5
const LEAST_ROWS = 50

export const scriptScan: Rule = {
  rule: "script-scan",
  title: "A script goes through many elements",
  kind: "cause",
  remedy:
    "A script saves round trips and no work: while it runs, the server answers nobody else. Let it touch what it needs by name or by a range, and choose a structure in which the answer lies together.",
  find: (measured) => {
    const stage = lastStage(measured.evidence)
    return measured.question.operations.flatMap(({ name }) => {
      const work = workOf(stage, name)
      const { rows = 0, scripts = 0, rowsWritten = 0 } = work?.counts ?? {}
      // Whoever writes a copy for each element that is read needs them all.
      const used = Math.max(1, work?.returned ?? 0, rowsWritten)
      if (!work || scripts === 0 || rows < LEAST_ROWS || rows <= PER_RETURNED * used) return []
      const toDo = rowsWritten > work.returned ? `write ${number(rowsWritten)}` : `return ${number(work.returned)}`
      return [
        {
          place: name,
          evidence: `The script of a call of ${name} goes through ${count(rows, "element")} to ${toDo} at ${stage!.label}.`,
          explains: dearCalls(name),
        },
      ]
    })
  },
}
