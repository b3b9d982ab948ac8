/** A partition that takes in all of its key's rows until they expire: bounded in the end, and many times as large by then as it need be. */
import type { Axis } from "../../prompts/question.ts"
import { extrapolate } from "../curves.ts"
import { GONE_AFTER, isBounded } from "../expiry.ts"
import { bytes, number } from "../figures.ts"
import { alongAxis, isTime, type Measured } from "../measured.ts"
import { modelOf } from "../words.ts"
import { bigPartitions, type Found, firstAndLast, type Rule, storedIn } from "./rule.ts"

/** Below this there are new partitions for the new data, and not only the few that the run itself opens. */
const NEW_PARTITIONS = 1.25
/** So many times as large at the last size as at the first. */
const GREW = 2

export const longPartition: Rule = {
  rule: "long-partition",
  title: "A partition holds all that is kept",
  kind: "cause",
  remedy:
    "Everything under one partition key lies in one piece until it expires. The partition key is the first column of PRIMARY KEY, or all in its inner parentheses; what comes after it only orders the rows of a partition. Put something that changes with time into it, so that a piece is closed after a while, and size it so that the usual question touches one or two.",
  find: (measured) =>
    // A key whose expiry is put off by its writes is bounded by nothing; that has a rule of its own.
    modelOf(measured.evidence) === "partitions"
      ? measured.question.axes.filter(isTime).flatMap((axis) => alongTime(measured, axis))
      : [],
}

function alongTime(measured: Measured, axis: Axis): Found[] {
  const sizes = firstAndLast(measured, alongAxis(measured.evidence, axis.id))
  const { retentionDays } = measured.question
  if (!sizes || retentionDays === undefined) return []
  const [first, last] = sizes
  return measured.evidence.schema.tables.flatMap((table) => {
    const small = storedIn(first, table.name)
    const large = storedIn(last, table.name)
    if (!small || !large || !isBounded(measured, table.name)) return []
    // What a second column holds (a month) may change after the days that were tried.
    if (table.partitionKey.length > 1) return []
    // A small table beside the one that matters may do as it likes.
    if (large.largestPartitionBytes < (last.storage?.largestPartitionBytes ?? 0)) return []
    if (large.partitions > NEW_PARTITIONS * small.partitions) return []
    if (large.largestPartitionBytes < GREW * small.largestPartitionBytes) return []
    const from = first.at[axis.id]!
    const to = last.at[axis.id]!
    const until = GONE_AFTER * retentionDays
    const then = extrapolate(
      { n: from, value: small.largestPartitionBytes },
      { n: to, value: large.largestPartitionBytes },
      until,
    )
    return [
      {
        place: table.name,
        line: table.line,
        evidence: `From ${number(from)} to ${number(to)} ${axis.unit} the largest partition of ${table.name} grows from ${bytes(small.largestPartitionBytes)} to ${bytes(large.largestPartitionBytes)}, and hardly any new ones come; until what is in it expires it comes to ${bytes(then)}.`,
        explains: bigPartitions,
      },
    ]
  })
}
