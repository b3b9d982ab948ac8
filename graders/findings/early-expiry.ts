/** Data that expires before the statement lets it go. A run is too short to see it vanish, so the schema and the statements are the evidence. */
import { expiryOf } from "../expiry.ts"
import { number } from "../figures.ts"
import type { Measured } from "../measured.ts"
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
    return growingTables(measured).flatMap((table) => {
      const expiry = expiryOf(measured.evidence, table.name)
      if (typeof expiry !== "number" || expiry >= retentionDays) return []
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

/**
 * Days after which nothing is left of what was written; null where some table keeps it for the retention, or for a time that was not seen. A
 * design may well keep a short copy for quick reads beside a long one.
 */
export function keptTooBriefly(measured: Measured): number | null {
  const { retentionDays } = measured.question
  const lives = growingTables(measured).map((table) => expiryOf(measured.evidence, table.name))
  if (retentionDays === undefined || lives.length === 0) return null
  const days = lives.map((life) => (typeof life === "number" ? life : Infinity))
  return Math.max(...days) < retentionDays ? Math.max(...days) : null
}
