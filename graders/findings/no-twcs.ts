/** A time series with an expiry whose files are compacted by size: expired rows are rewritten again and again before they can be dropped. */
import type { TableFact } from "../../sandboxes/evidence.ts"
import { expiryOf } from "../expiry.ts"
import { growingTables } from "./growing-tables.ts"
import { nothingScored, type Rule } from "./rule.ts"

const TIME_TYPES = ["timestamp", "timeuuid", "date", "time"]
/** Compaction by windows of time, and the one that can drop whole expired files as well. */
const FITTING = ["TimeWindowCompactionStrategy", "UnifiedCompactionStrategy"]

export const noTwcs: Rule = {
  rule: "no-twcs",
  title: "Expiring time series without time windows",
  kind: "effect",
  remedy:
    "Rows of one period expire together. A compaction strategy that keeps the files of a period apart (TimeWindowCompactionStrategy) can drop whole files when the period is over, where compaction by size has to rewrite them.",
  find: (measured) =>
    growingTables(measured)
      .filter((table) => expiryOf(measured.evidence, table.name) !== "never" && isTimeSeries(table))
      .filter((table) => !FITTING.some((strategy) => table.compaction.includes(strategy)))
      .map((table) => ({
        place: table.name,
        line: table.line,
        evidence: `${table.name} is ordered by time, expires, and is compacted by ${table.compaction.split(".").at(-1)}.`,
        explains: nothingScored,
      })),
}

const isTimeSeries = (table: TableFact) =>
  table.clusteringKey.some((column) => TIME_TYPES.includes(column.type) || column.type === "bigint")
