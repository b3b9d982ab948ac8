/** Data that expires before the statement lets it go. A run is too short to see it vanish, so the schema and the statements are the evidence. */
import type { TableFact } from "../../sandboxes/evidence.ts"
import { expiryOf } from "../expiry.ts"
import { number } from "../figures.ts"
import { lastStage, type Measured } from "../measured.ts"
import { growingTables, rowsOf } from "./growing-tables.ts"
import { nothingScored, type Rule } from "./rule.ts"

export const earlyExpiry: Rule = {
  rule: "early-expiry",
  title: "Data expires too early",
  kind: "cause",
  remedy:
    "An expiry must outlive the retention that the statement asks for, counted from when the data is written, late data included. Leave some days to spare.",
  find: (measured) => {
    const { retentionDays } = measured.question
    if (retentionDays === undefined) return []
    const tables = growingTables(measured)
    return tables.flatMap((table) => {
      const expiry = expiryOf(measured.evidence, table.name)
      if (typeof expiry !== "number" || expiry >= retentionDays) return []
      const holdsAsMuch = (other: TableFact) => bytesOf(measured, other) > AS_MUCH * bytesOf(measured, table)
      if (tables.some((other) => keepsLongEnough(measured, other, retentionDays) && holdsAsMuch(other))) return []
      return [
        {
          place: table.name,
          line: table.line,
          evidence: `${rowsOf(measured, table)} expire after ${number(expiry)} days; they must stay readable for ${number(retentionDays)}.`,
          explains: nothingScored,
        },
      ]
    })
  },
}

/** A table of at least this share of another's bytes may hold all that is in it, written otherwise. */
const AS_MUCH = 0.1

const bytesOf = ({ evidence }: Measured, { name }: TableFact): number =>
  lastStage(evidence)?.storage?.tables.find((one) => one.name === name)?.bytes ?? 0

/** For the retention, or for a time that was not seen. */
function keepsLongEnough({ evidence }: Measured, { name }: TableFact, retentionDays: number): boolean {
  const expiry = expiryOf(evidence, name)
  return typeof expiry !== "number" || expiry >= retentionDays
}

/**
 * Days after which nothing is left of what was written; null where some table keeps it for the retention, or for a time that was not seen. A
 * design may well keep a short copy for quick reads beside a long one; a small table beside that one keeps other things.
 */
export function keptTooBriefly(measured: Measured): number | null {
  const { retentionDays } = measured.question
  const tables = growingTables(measured)
  if (retentionDays === undefined || tables.length === 0) return null
  const most = Math.max(...tables.map((table) => bytesOf(measured, table)))
  const days = tables
    .filter((table) => bytesOf(measured, table) >= AS_MUCH * most)
    .map((table) => expiryOf(measured.evidence, table.name))
    .map((life) => (typeof life === "number" ? life : Infinity))
  return Math.max(...days) < retentionDays ? Math.max(...days) : null
}
