/** Reads a schema text: which statements go to the engine, which are skipped with a note, which are refused and why. Sends nothing. */
import type { Rejection } from "../../evidence.ts"
import { SUBMISSION_LIMITS } from "../../submission.ts"
import {
  blank,
  type Edit,
  edited,
  isWord,
  nameOf,
  startsWith,
  stringOf,
  type Token,
  tokensOf,
  Unterminated,
} from "./cql.ts"
import { restrictOptions } from "./table-options.ts"

export const LARGEST_SCHEMA_TABLES = 40
const EXCERPT_CHARACTERS = 600

export interface SchemaStatement {
  /** What the engine gets. */
  text: string
  /** What the candidate wrote. */
  excerpt: string
  /** Where it begins in the schema as handed in, both from 1. */
  line: number
  column: number
  /** The table that a CREATE TABLE makes. */
  creates: string | null
}

export type SchemaPlan =
  | { ok: true; statements: SchemaStatement[]; notes: string[] }
  | { ok: false; rejected: Rejection }

/** Thrown inside this file only: one sentence and its place. */
class Refused extends Error {
  readonly at: Token[]
  constructor(message: string, at: Token[]) {
    super(message)
    this.at = at
  }
}

const ALLOWED = [
  "CREATE TABLE",
  "CREATE COLUMNFAMILY",
  "CREATE TYPE",
  "CREATE INDEX",
  "CREATE CUSTOM INDEX",
  "ALTER TABLE",
  "ALTER COLUMNFAMILY",
  "ALTER TYPE",
  "DROP TABLE",
  "DROP COLUMNFAMILY",
  "DROP TYPE",
  "DROP INDEX",
]

const DATA = "The schema may hold no data: write it through your operations, so that it is counted."
const ROLES = "Roles and permissions are not yours to set: a run has one role, which may read and write your tables."
const CODE = "Functions and triggers are switched off: they would run code inside the engine that is measured."
const KEYSPACES = "Your tables live in a keyspace made for the run; other keyspaces cannot be changed or dropped."
const SHELL = "This is a command of cqlsh, not a statement of the engine; leave it out."

/** First words of what is refused, and the sentence that says why. */
const REFUSED: [string, string][] = [
  [
    "CREATE MATERIALIZED",
    "Materialised views are experimental in Cassandra and switched off here: write the second table yourself.",
  ],
  ["ALTER MATERIALIZED", "Materialised views are switched off here."],
  ["DROP MATERIALIZED", "Materialised views are switched off here."],
  ["CREATE FUNCTION", CODE],
  ["CREATE OR", CODE],
  ["CREATE AGGREGATE", CODE],
  ["CREATE TRIGGER", CODE],
  ["DROP FUNCTION", CODE],
  ["DROP AGGREGATE", CODE],
  ["DROP TRIGGER", CODE],
  ...[
    "CREATE ROLE",
    "CREATE USER",
    "ALTER ROLE",
    "ALTER USER",
    "DROP ROLE",
    "DROP USER",
    "GRANT",
    "REVOKE",
    "LIST",
    "ADD IDENTITY",
    "DROP IDENTITY",
  ].map((words): [string, string] => [words, ROLES]),
  ["ALTER KEYSPACE", KEYSPACES],
  ["DROP KEYSPACE", KEYSPACES],
  ...["INSERT", "UPDATE", "DELETE", "BEGIN", "TRUNCATE"].map((words): [string, string] => [words, DATA]),
  ["SELECT", "A schema cannot read; leave the SELECT out."],
  ...[
    "DESCRIBE",
    "DESC",
    "SOURCE",
    "COPY",
    "CONSISTENCY",
    "TRACING",
    "PAGING",
    "EXPAND",
    "SHOW",
    "CAPTURE",
    "EXIT",
  ].map((words): [string, string] => [words, SHELL]),
]

const INDEX_CLASSES =
  /^(sai|storageattachedindex|org\.apache\.cassandra\.index\.sai\.storageattachedindex|legacy_local_table)$/i

/** Plans a schema as handed in. Sizes are checked first, so that a huge text costs nothing. */
export function planSchema(source: string): SchemaPlan {
  const bytes = Buffer.byteLength(source)
  if (bytes > SUBMISSION_LIMITS.schemaBytes)
    return refusal(`The schema has ${bytes} bytes; at most ${SUBMISSION_LIMITS.schemaBytes} are taken.`)
  try {
    return plan(source)
  } catch (error) {
    if (error instanceof Unterminated) return refusal(`${error.message}.`, error.line)
    if (error instanceof Refused) return refusal(error.message, error.at[0].line, excerptOf(source, error.at))
    throw error
  }
}

function plan(source: string): SchemaPlan {
  const all = split(tokensOf(source))
  const own = new Set(all.flatMap((tokens) => skippedKeyspace(tokens) ?? []))
  const statements: SchemaStatement[] = []
  const notes: string[] = []
  for (const tokens of all) {
    const { line } = tokens[0]
    const keyspace = skippedKeyspace(tokens)
    if (keyspace !== null) {
      const what = isWord(tokens[0], "USE") ? "USE" : "CREATE KEYSPACE"
      notes.push(`line ${line}: ${what} ${keyspace} was skipped: the run has a keyspace of its own`)
      continue
    }
    const why = REFUSED.find(([words]) => startsWith(tokens, words))
    if (why) throw new Refused(why[1], tokens)
    refuseIndexClass(tokens)
    const edits = unqualify(tokens, own, source, notes)
    if (isTable(tokens)) {
      const restricted = restrictOptions(tokens, source)
      edits.push(...restricted.edits)
      notes.push(...restricted.notes)
    }
    const { start } = tokens[0]
    statements.push({
      text: edited(source, start, tokens.at(-1)!.end, edits),
      excerpt: excerptOf(source, tokens),
      line,
      column: start - source.lastIndexOf("\n", start - 1),
      creates: createdTable(tokens),
    })
  }
  const tables = statements.filter((statement) => statement.creates !== null)
  if (tables.length > LARGEST_SCHEMA_TABLES)
    return refusal(
      `The schema makes ${tables.length} tables; at most ${LARGEST_SCHEMA_TABLES} are taken.`,
      tables[LARGEST_SCHEMA_TABLES].line,
      tables[LARGEST_SCHEMA_TABLES].excerpt,
    )
  if (tables.length === 0) return refusal("The schema makes no table: it needs at least one CREATE TABLE.")
  return { ok: true, statements, notes }
}

/** One list of tokens for each statement; empty ones left out. */
function split(tokens: Token[]): Token[][] {
  const statements: Token[][] = [[]]
  for (const token of tokens)
    if (token.kind === "mark" && token.text === ";") statements.push([])
    else statements.at(-1)!.push(token)
  return statements.filter((statement) => statement.length > 0)
}

/** The keyspace that CREATE KEYSPACE or USE names: pasted schemas begin so. */
function skippedKeyspace(tokens: Token[]): string | null {
  if (isWord(tokens[0], "USE")) return nameOf(tokens[1])
  if (!startsWith(tokens, "CREATE KEYSPACE") && !startsWith(tokens, "CREATE SCHEMA")) return null
  return nameOf(tokens[isWord(tokens[2], "IF") ? 5 : 2])
}

const isTable = (tokens: Token[]) => isWord(tokens[1], "TABLE") || isWord(tokens[1], "COLUMNFAMILY")

function createdTable(tokens: Token[]): string | null {
  if (!isWord(tokens[0], "CREATE") || !isTable(tokens)) return null
  const at = isWord(tokens[2], "IF") ? 5 : 2
  return nameOf(tokens[tokens[at + 1]?.text === "." ? at + 2 : at])
}

function refuseIndexClass(tokens: Token[]): void {
  if (!isWord(tokens[0], "CREATE") || !tokens.slice(1, 3).some((token) => isWord(token, "INDEX"))) return
  const using = tokens.findIndex((token) => isWord(token, "USING"))
  const name = using < 0 ? null : stringOf(tokens[using + 1])
  if (name === null || INDEX_CLASSES.test(name)) return
  const why = /sasi/i.test(name)
    ? "SASI indexes are experimental and switched off here"
    : `The index class ${name} is not offered`
  throw new Refused(`${why}: use 'sai', or an ordinary secondary index.`, tokens)
}

/** Takes `shop.` out of `shop.orders` where the text itself made or used that keyspace; refuses other qualifiers. */
function unqualify(tokens: Token[], own: Set<string>, source: string, notes: string[]): Edit[] {
  if (!ALLOWED.some((words) => startsWith(tokens, words))) return []
  const edits: Edit[] = []
  for (let index = 2; index + 1 < tokens.length; index++) {
    const keyspace = nameOf(tokens[index])
    const [dot, next] = [tokens[index + 1], tokens[index + 2]]
    if (keyspace === null || dot.kind !== "mark" || dot.text !== "." || nameOf(next) === null) continue
    if (!own.has(keyspace))
      throw new Refused(
        `"${keyspace}" is another keyspace. ${KEYSPACES} Name tables without a keyspace.`,
        tokens.slice(0),
      )
    edits.push({ start: tokens[index].start, end: dot.end, text: blank(source.slice(tokens[index].start, dot.end)) })
  }
  if (edits.length > 0)
    notes.push(`line ${tokens[0].line}: the keyspace before the name was left out; leave it out in the code as well`)
  return edits
}

function excerptOf(source: string, tokens: Token[]): string {
  return source.slice(tokens[0].start, tokens.at(-1)!.end).slice(0, EXCERPT_CHARACTERS)
}

function refusal(message: string, line?: number, excerpt?: string): SchemaPlan {
  const place = { ...(line === undefined ? {} : { line }), ...(excerpt === undefined ? {} : { excerpt }) }
  return { ok: false, rejected: { stage: "schema", message, file: "schema.cql", ...place } }
}
