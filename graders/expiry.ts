/** When what a table stores expires, read from the schema and the statements. States facts; judges nothing. */
import type { Evidence } from "../sandboxes/evidence.ts"
import { alongAxis, finished, isTime, lastStage, type Measured } from "./measured.ts"

/** Days after which a row is gone; "bound": a TTL is bound at run time, so there is one, but how long was not seen. */
export type Expiry = number | "bound" | "never"

/** Nothing that expires is kept longer than this many times the retention. */
export const GONE_AFTER = 1.5

const SECONDS_A_DAY = 86_400

/** Statements that write rows of a table. */
export const writesTo = (evidence: Evidence, table: string) =>
  evidence.statements.filter(({ kind, table: into }) => (kind === "insert" || kind === "update") && into === table)

/** Tables that hold data at the largest size that was finished; all of the schema's where that is not known. */
export function filledTables(evidence: Evidence): string[] {
  const storage = lastStage(evidence)?.storage
  const names = evidence.schema.tables.map((table) => table.name)
  return storage
    ? names.filter((name) => storage.tables.some((table) => table.name === name && table.bytes > 0))
    : names
}

/** Up to here what never expires is a row of its own kind (settings of a partition), and not what the table is for. */
const FEW_LASTING = 0.2

/**
 * The longest life that any write gives a row of this table; where whole keys expire, a key of it. Where the engine was asked how long its rows will live, that is so
 * whatever the statements say: a TTL that is bound may be 0.
 */
export function expiryOf(evidence: Evidence, table: string): Expiry {
  const { rows, lastingRows, longestTtlSeconds } = storedOf(evidence, table) ?? {}
  const said = expirySaid(evidence, table)
  if (!rows || lastingRows === undefined) return said
  if (lastingRows > FEW_LASTING * rows) return "never"
  // A batch in one text gives its rows their TTL inside. Only where no other statement is known to write: rows that expire may lie beside others that do not.
  const unknown = writesTo(evidence, table).length === 0
  return said === "never" && unknown && longestTtlSeconds ? longestTtlSeconds / SECONDS_A_DAY : said
}

const storedOf = (evidence: Evidence, table: string) =>
  lastStage(evidence)?.storage?.tables.find((one) => one.name === table)

/** By the schema and the statements. */
function expirySaid(evidence: Evidence, table: string): Expiry {
  const fallback = evidence.schema.tables.find((one) => one.name === table)?.ttlSeconds || null
  const writes = writesTo(evidence, table)
  // USING TTL 0 takes the table's default away.
  const lives = writes.length > 0 ? writes.map(({ ttl }) => (ttl === 0 ? null : (ttl ?? fallback))) : [fallback]
  if (lives.includes(null)) return "never"
  if (lives.includes("bound")) return "bound"
  return Math.max(...lives.map(Number)) / SECONDS_A_DAY
}

/**
 * Where nobody saw which keys were named (scripts that make their names inside, older evidence): more keys than before, so those that there were are
 * closed. One key for each person is no such thing, though the run opens some for people of its own (10 beside 425 at each size).
 */
const MORE_KEYS = 1.25

/** Whether some command cuts off what is old in this table. Any key that a script names may be the one that it cuts. */
export const trims = (evidence: Evidence, table: string): boolean =>
  evidence.statements.some((one) => one.trims && (one.tables ?? [one.table]).includes(table))

/**
 * True where nothing in this table is ever older than `GONE_AFTER` times the retention, but for a key that goes as a whole. An expiry of a whole
 * key is put off by every write to it, so it bounds only keys that are closed as time goes by; others must be trimmed.
 */
export function isBounded(measured: Measured, table: string): boolean {
  const { evidence, question } = measured
  if (trims(evidence, table) && !outlives(evidence, table) && !wasRefused(evidence)) return true
  const { retentionDays } = question
  const expiry = expiryOf(evidence, table)
  if (retentionDays === undefined) return false
  if (expiry === "never") return false
  // One that is bound may be reckoned from when something happened, so it is no fixed number: none may be too long.
  const longest = expiry === "bound" ? (storedOf(evidence, table)?.longestTtlSeconds ?? 0) / SECONDS_A_DAY : expiry
  // A key that is closed lives until the newest in it is past: by how much that is longer depends on the date.
  const span = wasClosed(evidence, table) ? seenApart(evidence, table)!.days : 0
  if (longest > GONE_AFTER * retentionDays + span) return false
  const fact = evidence.schema.tables.find((one) => one.name === table)
  return fact?.expires !== "key" || isClosedAsTimeGoesBy(measured, table)
}

/** Why no piece of this table goes on growing: what is in it goes in time, or it is closed as time goes by, and kept however long. null: it does go on. */
export function endsBy(measured: Measured, table: string): "expiry" | "closing" | null {
  if (isBounded(measured, table)) return "expiry"
  return wasClosed(measured.evidence, table) ? "closing" : null
}

/** The same writes were seen to name other keys some weeks later. */
const wasClosed = (evidence: Evidence, table: string): boolean => seenApart(evidence, table)?.both === 0

/** Which keys of this pattern the same writes named at two times; undefined where nobody saw any. */
export const seenApart = (evidence: Evidence, table: string) =>
  evidence.keysApart?.find((one) => one.table === table && one.early > 0)

/** The writes that would have shown which keys are closed, and what is cut off, failed. */
const wasRefused = ({ keysApart }: Evidence) => keysApart?.length === 0

/**
 * What is older than anything may get was still there after many writes, in most keys: whatever its commands are called, they cut off nothing. A design that cuts
 * off with one write in so many may not have come to it in some.
 */
export function outlives(evidence: Evidence, table: string): boolean {
  const { growing = 0, outlived = 0 } = seenApart(evidence, table) ?? {}
  return outlived > growing / 2
}

function isClosedAsTimeGoesBy({ evidence, question }: Measured, table: string): boolean {
  // By number alone, months would look open where the history lies within one, and other keys beside a growing one would pass it off as closed.
  if (seenApart(evidence, table)) return wasClosed(evidence, table)
  if (wasRefused(evidence)) return false
  return question.axes.filter(isTime).some((axis) => {
    const stages = alongAxis(evidence, axis.id).filter((stage) => finished(evidence).includes(stage))
    const keys = stages.map(({ storage }) => storage?.tables.find((one) => one.name === table)?.partitions ?? 0)
    return keys.length >= 2 && keys.at(-1)! > MORE_KEYS * keys[0]!
  })
}
