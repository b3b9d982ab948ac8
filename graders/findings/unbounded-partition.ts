/** A partition that takes in more data for as long as the service lives: its key holds nothing that ever changes, and nothing in it expires. */
import type { Axis } from "../../prompts/question.ts"
import { endsBy } from "../expiry.ts"
import { bytes, count, number } from "../figures.ts"
import { endOf } from "../growth-fit.ts"
import { cameLaterInPieces } from "../late-table.ts"
import { alongAxis, finished, isTime, type Measured } from "../measured.ts"
import { wordsOf } from "../words.ts"
import { bigPartitions, type Found, firstAndLast, type Rule, storedIn } from "./rule.ts"

/** Growth of a table's bytes below this share is noise of the encoding. */
const GREW = 1.02
/** What the run itself wrote besides (a fresh user) may open a partition or two. */
const NEW_PARTITIONS = 1.01
/** The largest partition, carried on to the real scale, is this many times what it is at the largest size. */
const RUNAWAY = 2

export const unboundedPartition: Rule = {
  rule: "unbounded-partition",
  title: { partitions: "Partitions grow without end", keys: "Keys grow without end" },
  kind: "cause",
  remedy: {
    partitions:
      "Everything under one partition key lives on one set of replicas, is compacted and repaired as one piece, and here it only ever grows. The partition key is the first column of PRIMARY KEY, or all in its inner parentheses; what comes after it only orders the rows of a partition. Put something that changes as the data grows into it, so that old partitions are closed, and size it so that the usual question touches one or two.",
    keys: "Everything under one key lives on one server and is copied, moved and deleted as one piece, and here it only ever grows; an expiry never comes where each write puts it off. Put something that changes as the data grows into the key's name, so that old keys are closed and expire by themselves, or cut off what is too old as new elements come.",
  },
  canFire: ({ axes }) => axes.some(isTime),
  find: (measured) => measured.question.axes.filter(isTime).flatMap((axis) => alongTime(measured, axis)),
}

function alongTime(measured: Measured, axis: Axis): Found[] {
  const sizes = firstAndLast(measured, alongAxis(measured.evidence, axis.id))
  if (!sizes) return []
  const [first, last] = sizes
  const { partition, place } = wordsOf(measured.evidence)
  return measured.evidence.schema.tables.flatMap((table) => {
    const small = storedIn(first, table.name)
    const large = storedIn(last, table.name)
    if (!small || !large || endsBy(measured, table.name) !== null) return []
    if (cameLaterInPieces(finished(measured.evidence), first, last, table.name)) return []
    const from = first.at[axis.id]!
    const to = last.at[axis.id]!
    // By the same line as the points.
    const stored = alongAxis(measured.evidence, axis.id).flatMap((stage) => {
      const there = finished(measured.evidence).includes(stage) ? storedIn(stage, table.name) : null
      return there ? [{ n: stage.at[axis.id]!, value: there.largestPartitionBytes }] : []
    })
    const carriedOn = endOf(stored, axis.scale)?.carriedOn ?? large.largestPartitionBytes
    const noNewPartitions = large.partitions <= NEW_PARTITIONS * small.partitions && large.bytes > GREW * small.bytes
    const runsAway = carriedOn > RUNAWAY * large.largestPartitionBytes
    if (!noNewPartitions && !runsAway) return []
    const partitions = noNewPartitions
      ? `stays at ${count(large.partitions, partition)} while its bytes grow from ${bytes(small.bytes)} to ${bytes(large.bytes)}`
      : `holds a largest ${partition} that grows from ${bytes(small.largestPartitionBytes)} to ${bytes(large.largestPartitionBytes)}`
    const end = runsAway ? `; at ${number(axis.scale)} ${axis.unit} the largest comes to ${bytes(carriedOn)}` : ""
    return [
      {
        place: place(table),
        line: table.line,
        evidence: `From ${number(from)} to ${number(to)} ${axis.unit} ${table.name} ${partitions}${end}.`,
        explains: bigPartitions,
      },
    ]
  })
}
