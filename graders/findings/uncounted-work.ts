/** Engine CPU that the counts do not explain: work hidden from counting, charged all the same. */
import { candidateCost } from "../cost.ts"
import { number, percent } from "../figures.ts"
import { lastStage } from "../measured.ts"
import { growthFactor, pairedFactor } from "../uncounted.ts"
import { dearCalls, type Rule } from "./rule.ts"

/** A charge below this is within what CPU time can tell. */
const LEAST_CHARGE = 1.05

export const uncountedWork: Rule = {
  rule: "uncounted-work",
  title: "The engine works more than the counts show",
  kind: "cause",
  remedy:
    "Few things read do not mean little work: a range through an index, a large value or a script can keep the engine busy on one of them. Look for what the engine has to go through to find or build the answer.",
  find: (measured) => {
    const stage = lastStage(measured.evidence)
    if (!stage) return []
    return measured.question.operations.flatMap(({ name }) => {
      const cost = candidateCost(measured, stage, name)
      if (!cost || cost.uncounted < LEAST_CHARGE) return []
      const { position } = measured.evidence
      const paired = pairedFactor(measured, name) >= growthFactor(measured, stage, name)
      const seen =
        paired && position
          ? `${number(position.cpuMicros.candidate)} µs of engine CPU a call beside ${number(position.cpuMicros.strong)} µs of the strong reference`
          : "engine CPU per call that grows with the data much faster than its counted work"
      return [
        {
          place: name,
          evidence: `${name} takes ${seen}; its counted cost is raised by ${percent(cost.uncounted - 1)}.`,
          explains: dearCalls(name),
        },
      ]
    })
  },
}
