/** Data that expires before the statement lets it go. A run is too short to see it vanish, so the schema and the statements are the evidence. */
import { expiryOf } from "../expiry.ts"
import { number } from "../figures.ts"
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
