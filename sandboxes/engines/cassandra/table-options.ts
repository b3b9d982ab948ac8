/**
 * Table properties that a submission may set. All others are left at their defaults with a note: some would give data a place outside the
 * counted tables, others would make two runs differ.
 */
import { blank, type Edit, isWord, nameOf, stringOf, type Token } from "./cql.ts"

const LONGEST_COMMENT = 200
const KEPT_AS_THEY_ARE = new Set(["clustering", "compact", "default_time_to_live", "gc_grace_seconds"])
/** Options beside the class that say what a time window is; a design by time windows is not complete without them. */
const WINDOW_OPTIONS: Record<string, RegExp> = {
  compaction_window_unit: /^(MINUTES|HOURS|DAYS)$/i,
  compaction_window_size: /^[0-9]{1,4}$/,
}

/** @param tokens of one CREATE TABLE or ALTER TABLE. Gives the edits that take other properties out, and one note for each. */
export function restrictOptions(tokens: Token[], source: string): { edits: Edit[]; notes: string[] } {
  const edits: Edit[] = []
  const notes: string[] = []
  let anyKept = false
  for (const { joiner, item } of itemsOf(tokens)) {
    const name = nameOf(item[0]) ?? ""
    const dropped = (why: string) => notes.push(`line ${item[0].line}: ${why}`)
    const value = item.slice(2)
    let kept: string | null = null
    if (KEPT_AS_THEY_ARE.has(name)) kept = textOf(item, source)
    else if (name === "comment" && (stringOf(value[0])?.length ?? Infinity) <= LONGEST_COMMENT)
      kept = textOf(item, source)
    else if (name === "compaction") kept = onlyClass(name, value, WINDOW_OPTIONS, dropped)
    else if (name === "compression") kept = onlyClass(name, value, {}, dropped)
    else if (name === "comment") dropped(`the comment is longer than ${LONGEST_COMMENT} characters and was left out`)
    else dropped(`${name || "a property"} was left at its default`)

    const range = { start: item[0].start, end: item.at(-1)!.end }
    if (kept === null) {
      edits.push({ ...range, text: blank(source.slice(range.start, range.end)) })
      edits.push({ start: joiner.start, end: joiner.end, text: blank(joiner.text) })
      continue
    }
    edits.push({ ...range, text: kept })
    edits.push({ start: joiner.start, end: joiner.end, text: anyKept ? "AND" : "WITH" })
    anyKept = true
  }
  return { edits, notes }
}

/** The properties after WITH, each with the WITH or AND before it. */
function itemsOf(tokens: Token[]): { joiner: Token; item: Token[] }[] {
  const items: { joiner: Token; item: Token[] }[] = []
  let depth = 0
  for (const token of tokens) {
    if (token.kind === "mark" && "([{".includes(token.text)) depth++
    if (token.kind === "mark" && ")]}".includes(token.text)) depth--
    const begins = depth === 0 && (items.length === 0 ? isWord(token, "WITH") : isWord(token, "AND"))
    if (begins) items.push({ joiner: token, item: [] })
    else items.at(-1)?.item.push(token)
  }
  // An empty item is a syntax error; the engine says it better.
  return items.some(({ item }) => item.length === 0) ? [] : items
}

/** `{'class': X}` and what of the others is allowed; null where nothing usable is in it. */
function onlyClass(
  property: string,
  value: Token[],
  allowed: Record<string, RegExp>,
  note: (why: string) => void,
): string | null {
  const kept: string[] = []
  const dropped: string[] = []
  for (const [key, text] of mapOf(value)) {
    const fits =
      (key === "class" && /^[A-Za-z0-9_.]*$/.test(text)) ||
      (key === "enabled" && property === "compression" && /^(true|false)$/i.test(text)) ||
      allowed[key]?.test(text)
    if (fits) kept.push(`'${key}': '${text}'`)
    else dropped.push(key)
  }
  if (dropped.length > 0) note(`${property}: ${dropped.join(", ")} left at the default`)
  if (kept.length === 0) return null
  return `${property} = {${kept.join(", ")}}`
}

/** Keys and values of `{'a': 'b', 'c': 1}`. */
function mapOf(tokens: Token[]): [string, string][] {
  const entries: [string, string][] = []
  const literals = tokens.filter((token) => token.kind !== "mark")
  for (let index = 0; index + 1 < literals.length; index += 2) {
    const key = stringOf(literals[index]) ?? literals[index].text
    const value = literals[index + 1]
    entries.push([key.toLowerCase(), stringOf(value) ?? value.text])
  }
  return entries
}

const textOf = (item: Token[], source: string): string => source.slice(item[0].start, item.at(-1)!.end)
