/** When what a table stores expires, read from the schema and the statements. States facts; judges nothing. */
import type { Evidence } from "../sandboxes/evidence.ts"
import { lastStage } from "./measured.ts"

/** Days after which a row is gone; "bound": a TTL is bound at run time, so there is one, but how long was not seen. */
export type Expiry = number | "bound" | "never"

const SECONDS_A_DAY = 86_400

/** The table's name without a keyspace before it. */
export const bare = (table: string) => table.split(".").at(-1)!

/** Statements that write rows of a table. */
export const writesTo = (evidence: Evidence, table: string) =>
  evidence.statements.filter(
    ({ kind, table: into }) => (kind === "insert" || kind === "update") && into !== null && bare(into) === table,
  )

/** Tables that hold data at the largest size that was finished; all of the schema's where that is not known. */
export function filledTables(evidence: Evidence): string[] {
  const storage = lastStage(evidence)?.storage
  const names = evidence.schema.tables.map((table) => table.name)
  return storage
    ? names.filter((name) => storage.tables.some((table) => table.name === name && table.bytes > 0))
    : names
}

/** The longest life that any write gives a row of this table. */
export function expiryOf(evidence: Evidence, table: string): Expiry {
  const fallback = evidence.schema.tables.find((one) => one.name === table)?.ttlSeconds || null
  const writes = writesTo(evidence, table)
  // USING TTL 0 takes the table's default away.
  const lives = writes.length > 0 ? writes.map(({ ttl }) => (ttl === 0 ? null : (ttl ?? fallback))) : [fallback]
  if (lives.includes(null)) return "never"
  if (lives.includes("bound")) return "bound"
  return Math.max(...lives.map(Number)) / SECONDS_A_DAY
}

/** True where nothing in this table is ever older than 1.5 times the retention. A TTL that is bound at run time is believed. */
export function isBounded(evidence: Evidence, table: string, retentionDays: number | undefined): boolean {
  const expiry = expiryOf(evidence, table)
  return retentionDays !== undefined && (expiry === "bound" || (expiry !== "never" && expiry <= 1.5 * retentionDays))
}
