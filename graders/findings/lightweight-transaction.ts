/** A conditional write where the strong design needs none: four round trips between replicas instead of one. */

import { candidateCost } from "../cost.ts"
import { strongCost } from "../counted.ts"
import { number } from "../figures.ts"
import { lastStage, type Measured } from "../measured.ts"
import { dearCalls, placeOf, type Rule, tableOf } from "./rule.ts"

/** A condition that costs no more than the strong design's call is needed there as well. */
const DEARER = 1.25

export const lightweightTransaction: Rule = {
  rule: "lightweight-transaction",
  title: "Writes are conditional",
  kind: "cause",
  remedy:
    "IF makes the replicas agree by Paxos before each write. If writing the same thing twice may simply give the same row, the key alone makes the write repeatable, without a condition.",
  find: (measured) =>
    measured.evidence.statements
      .filter((statement) => statement.conditional)
      .flatMap((statement) =>
        statement.operations.flatMap((operation) => {
          const ratio = dearness(measured, operation)
          if (ratio !== null && ratio <= DEARER) return []
          const beside = ratio === null ? "" : ` and costs ${number(ratio)} times the strong reference's call`
          return [
            {
              place: placeOf(statement),
              line: tableOf(measured, statement)?.line,
              evidence: `Every call of ${operation} runs a lightweight transaction${beside}.`,
              explains: dearCalls(operation),
            },
          ]
        }),
      ),
}

function dearness(measured: Measured, operation: string): number | null {
  const stage = lastStage(measured.evidence)
  if (!stage) return null
  const own = candidateCost(measured, stage, operation)?.charged ?? null
  const strong = strongCost(measured, stage.id, operation)
  return own !== null && strong !== null && strong > 0 ? own / strong : null
}
