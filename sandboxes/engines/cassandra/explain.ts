/** Reads the statements that were seen at the wire: table, TTL, IN, IF, and by asking the engine whether filtering is needed. */
import type { SchemaFacts, StatementFact, TableFact } from "../../evidence.ts"
import { edited, isWord, nameOf, type Token, tokensOf } from "./cql.ts"

export type AskFiltering = (statement: string) => Promise<string | null>

const KINDS: Record<string, StatementFact["kind"]> = {
  SELECT: "select",
  INSERT: "insert",
  UPDATE: "update",
  DELETE: "delete",
  BEGIN: "batch",
}

export async function explainStatement(
  text: string,
  schema: SchemaFacts,
  needsFiltering: AskFiltering,
): Promise<StatementFact> {
  const tokens = readable(text)
  const kind = KINDS[tokens[0]?.text.toUpperCase() ?? ""] ?? "other"
  const table = tableOf(tokens)
  return {
    text,
    kind,
    table,
    filtering: kind === "select" ? await needsFiltering(withoutAllowFiltering(text, tokens)) : null,
    conditional: tokens.some((token) => isWord(token, "IF")),
    ttl: ttlOf(tokens),
    in: inOf(
      tokens,
      schema.tables.find(({ name }) => name === table),
    ),
    operations: [],
  }
}

/** The name after FROM, INTO or UPDATE, without a keyspace. */
function tableOf(tokens: Token[]): string | null {
  const at = tokens.findIndex(
    (token, index) =>
      isWord(token, "FROM") || isWord(token, "INTO") || (isWord(token, "UPDATE") && !isWord(tokens[index - 1], "FOR")),
  )
  if (at < 0) return null
  return nameOf(tokens[at + 2]?.text === "." ? tokens[at + 3] : tokens[at + 1])
}

function withoutAllowFiltering(text: string, tokens: Token[]): string {
  const at = tokens.findIndex((token, index) => isWord(token, "ALLOW") && isWord(tokens[index + 1], "FILTERING"))
  if (at < 0) return text
  return edited(text, 0, text.length, [{ start: tokens[at].start, end: tokens[at + 1].end, text: "" }])
}

function ttlOf(tokens: Token[]): StatementFact["ttl"] {
  const using = tokens.findIndex((token) => isWord(token, "USING"))
  const at = using < 0 ? -1 : tokens.findIndex((token, index) => index > using && isWord(token, "TTL"))
  if (at < 0) return null
  return /^[0-9]+$/.test(tokens[at + 1]?.text ?? "") ? Number(tokens[at + 1].text) : "bound"
}

/** On which part of the key an IN stands; several columns in brackets can only be clustering columns. */
function inOf(tokens: Token[], table: TableFact | undefined): StatementFact["in"] {
  const where = tokens.findIndex((token) => isWord(token, "WHERE"))
  let clustering = false
  for (const [index, token] of tokens.entries()) {
    if (where < 0 || index < where || !isWord(token, "IN")) continue
    const column = nameOf(tokens[index - 1])
    if (column !== null && table?.partitionKey.some(({ name }) => name === column)) return "partition"
    if (column === null || table?.clusteringKey.some(({ name }) => name === column)) clustering = true
  }
  return clustering ? "clustering" : null
}

function readable(text: string): Token[] {
  try {
    return tokensOf(text)
  } catch {
    return []
  }
}
