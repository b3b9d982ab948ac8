/** Which statements are answered through an index: those that restrict an indexed column and do not name the whole partition key. */
import type { StatementFact, TableFact } from "../../sandboxes/evidence.ts"
import type { Measured } from "../measured.ts"
import { tableOf } from "./rule.ts"

export interface IndexUse {
  statement: StatementFact
  table: TableFact
  index: TableFact["indexes"][number]
}

export function indexUses(measured: Measured): IndexUse[] {
  return measured.evidence.statements.flatMap((statement) => {
    const table = tableOf(measured, statement)
    if (statement.kind !== "select" || !table || table.indexes.length === 0) return []
    const restricted = restrictedColumns(statement.text)
    if (table.partitionKey.every((column) => restricted.has(column.name))) return []
    const index = table.indexes.find(({ target }) => restricted.has(columnOf(target)))
    return index ? [{ statement, table, index }] : []
  })
}

/** "values(tags)" and "\"Tag\"" name the column inside. */
const columnOf = (target: string) => (/\(([^)]*)\)/.exec(target)?.[1] ?? target).replaceAll('"', "").trim()

/** Names that stand before an operator after WHERE. */
export function restrictedColumns(text: string): Set<string> {
  const where = /\bwhere\b(.*)$/is.exec(text)?.[1] ?? ""
  const names = new Set<string>()
  for (const match of where.matchAll(/("[^"]+"|[A-Za-z]\w*)\s*(?:=|>=|<=|<|>|\bin\b|\bcontains\b|\blike\b)/gi))
    names.add(match[1]!.startsWith('"') ? match[1]!.slice(1, -1) : match[1]!.toLowerCase())
  for (const match of where.matchAll(/\(([^()]*)\)\s*(?:=|>=|<=|<|>|\bin\b)/gi))
    for (const name of match[1]!.split(",")) names.add(name.trim().toLowerCase())
  return names
}
