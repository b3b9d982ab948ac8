/** A call that looks for its data among the names of all keys: it gets slower with everything that anybody stores. */
import { count, number } from "../figures.ts"
import { lastStage, workOf } from "../measured.ts"
import { dearCalls, type Rule } from "./rule.ts"

/** Steps per call from which it is no accident. */
const HABIT = 0.5

export const keyScan: Rule = {
  rule: "key-scan",
  title: "A call goes through the names of all keys",
  kind: "cause",
  remedy:
    "KEYS and SCAN go through every key that the server has, whoever it belongs to. Choose names that a call can say by itself, or keep the names that belong together in a collection under a key of its own.",
  find: (measured) => {
    const stage = lastStage(measured.evidence)
    return measured.question.operations.flatMap(({ name }) => {
      const work = workOf(stage, name)
      const scans = work?.counts.scans
      if (!work || scans === undefined || scans < HABIT) return []
      return [
        {
          place: name,
          evidence: `A call of ${name} takes ${count(scans, "step")} through all keys and goes through ${number(work.counts.rows ?? 0)} names and elements for ${count(work.returned, "element")} returned at ${stage!.label}.`,
          explains: dearCalls(name),
        },
      ]
    })
  },
}
