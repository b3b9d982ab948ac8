/** Data that the statement lets go after its retention, and that is kept for ever, or far longer. */
import { expiryOf, isBounded, outlives, seenApart, trims } from "../expiry.ts"
import { count, number } from "../figures.ts"
import type { Measured } from "../measured.ts"
import { growingTables, rowsOf } from "./growing-tables.ts"
import { bigPartitions, type Rule } from "./rule.ts"

export const noTtl: Rule = {
  rule: "no-ttl",
  title: "Old data is never let go",
  // What grows without end is explained by the key first; an expiry would bound it as well.
  kind: "effect",
  remedy: {
    partitions:
      "Where a statement names a retention, let the engine drop what is past it: a default_time_to_live on the table, or USING TTL on the write. Storage then stops growing, and no deletes are needed.",
    keys: "Where a statement names a retention, let the engine drop what is past it. An expiry belongs to a whole key and begins anew with each EXPIRE: it lets go of keys that nothing is written to any more. What is old in a key that lives on must be cut off by the writes.",
  },
  canFire: ({ retentionDays }) => retentionDays !== undefined,
  find: (measured) => {
    const { retentionDays } = measured.question
    if (retentionDays === undefined) return []
    return growingTables(measured)
      .filter((table) => !isBounded(measured, table.name))
      .map((table) => {
        const expiry = expiryOf(measured.evidence, table.name)
        const days = typeof expiry === "number" ? `expire after ${number(expiry)} days` : "never expire"
        const kept =
          table.expires === "key" && typeof expiry === "number"
            ? `${days} without a write${writtenOn(measured, table.name)}`
            : days
        return {
          place: table.name,
          line: table.line,
          evidence: `${rowsOf(measured, table)} ${kept}${cutNothing(measured, table.name)}; the statement asks for ${number(retentionDays)} days.`,
          explains: bigPartitions,
        }
      })
  },
}

function writtenOn({ evidence }: Measured, table: string): string {
  const seen = seenApart(evidence, table)
  if (!seen) return ", and are written on and on"
  return seen.both > 0
    ? `, and are written on and on (of ${count(seen.early, "key")} that a write named, ${number(seen.both)} were named again by one ${number(seen.days)} days later)`
    : ""
}

/** Why a command that should cut off what is old is not believed. */
function cutNothing({ evidence }: Measured, table: string): string {
  const seen = seenApart(evidence, table)
  return trims(evidence, table) && seen?.outlived && outlives(evidence, table)
    ? ` (what should cut off old ones was seen to leave one that was far too old in ${number(seen.outlived)} of ${count(seen.growing ?? 0, "key")}, through many more writes to each)`
    : ""
}
