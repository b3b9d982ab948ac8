/** A command that asks for all that lies under a key, where that grows: each call hands out everything that was ever put there. */
import { bytes, count, number } from "../figures.ts"
import { alongAxis, lastStage, workOf } from "../measured.ts"
import { dearCalls, firstAndLast, placeOf, type Rule, storedIn, tableOf } from "./rule.ts"

/** Growth from which keys are no closed pieces: of the largest one, or of all bytes while no new keys come. */
const GREW = 1.2
const NEW_KEYS = 1.02
/** Elements read per element returned. Two whole days for one that lies across both stay below it. */
const PER_RETURNED = 3
const LEAST_EXTRA = 20

export const wholeCollection: Rule = {
  rule: "whole-collection",
  title: "A growing collection is read whole",
  kind: "cause",
  remedy:
    "HGETALL, SMEMBERS and ranges from the first to the last element cost as much as the collection has grown to. Ask for the part that is needed by a range or by names, or divide the collection into pieces that are asked for whole.",
  find: (measured) => {
    const stage = lastStage(measured.evidence)
    return measured.evidence.statements
      .filter((statement) => statement.whole)
      .flatMap((statement) => {
        const table = tableOf(measured, statement)
        const growth = table && growthOf(table.name)
        if (!table || !growth) return []
        return statement.operations.flatMap((operation) => {
          const work = workOf(stage, operation)
          const rows = work?.counts.rows ?? 0
          if (!work || rows <= PER_RETURNED * Math.max(1, work.returned) || rows - work.returned < LEAST_EXTRA)
            return []
          return [
            {
              place: placeOf(statement),
              evidence: `A call of ${operation} reads all ${count(rows, "element")} to return ${number(work.returned)} at ${stage!.label}; ${growth}.`,
              explains: dearCalls(operation),
            },
          ]
        })
      })

    /** How keys of this kind grew along the axis that they grew on; null where they did not. */
    function growthOf(table: string): string | null {
      for (const axis of measured.question.axes) {
        const sizes = firstAndLast(measured, alongAxis(measured.evidence, axis.id))
        const [small, large] = sizes?.map((one) => storedIn(one, table)) ?? []
        if (!sizes || !small || !large) continue
        const between = `between ${sizes[0].label} and ${sizes[1].label}`
        if (large.largestPartitionBytes > GREW * small.largestPartitionBytes)
          return `the largest key of ${table} grows from ${bytes(small.largestPartitionBytes)} to ${bytes(large.largestPartitionBytes)} ${between}`
        if (large.partitions <= NEW_KEYS * small.partitions && large.bytes > GREW * small.bytes)
          return `the ${count(large.partitions, "key")} of ${table} grow from ${bytes(small.bytes)} to ${bytes(large.bytes)} ${between}`
      }
      return null
    }
  },
}
