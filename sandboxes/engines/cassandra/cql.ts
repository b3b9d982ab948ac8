/** Cuts CQL text into tokens, as the engine's own lexer does, so far as splitting and reading statements needs it. Knows no grammar. */

export interface Token {
  /** word: a name, keyword or number; name: "quoted"; text: 'string' or $$string$$; mark: one other character. */
  kind: "word" | "name" | "text" | "mark"
  text: string
  start: number
  end: number
  /** From 1. */
  line: number
}

/** Text that does not end as it must: where it begins. */
export class Unterminated extends Error {
  readonly line: number
  constructor(what: string, line: number) {
    super(`${what} that begins here is not closed`)
    this.line = line
  }
}

const PATTERN =
  /(?<space>\s+)|(?<comment>--[^\n\r]*|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z0-9_]+)|(?<name>"(?:[^"]|"")*")|(?<text>'(?:[^']|'')*'|\$\$[\s\S]*?\$\$)|(?<mark>[\s\S])/y

/** Tokens of a text, comments and white space left out. Throws `Unterminated`. */
export function tokensOf(cql: string): Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(PATTERN)
  let line = 1
  while (pattern.lastIndex < cql.length) {
    const start = pattern.lastIndex
    const groups = pattern.exec(cql)!.groups!
    const text = cql.slice(start, pattern.lastIndex)
    if (groups.mark) refuseUnterminated(cql, start, line)
    for (const kind of ["word", "name", "text", "mark"] as const)
      if (groups[kind] !== undefined) tokens.push({ kind, text, start, end: pattern.lastIndex, line })
    line += text.split("\n").length - 1
  }
  return tokens
}

/** A statement on one line. Comments go first: one that ends with its line would take all that follows with it. What cannot be cut into tokens stays. */
export function onOneLine(cql: string): string {
  const plain = (text: string) => text.replace(/\s+/g, " ").trim()
  if (!/--|\/\/|\/\*/.test(cql)) return plain(cql)
  let text = ""
  for (const { 0: part, groups } of cql.matchAll(new RegExp(PATTERN, "gy")))
    text += groups!.comment === undefined ? part : " "
  return plain(text)
}

function refuseUnterminated(cql: string, at: number, line: number): void {
  if (cql[at] === "'") throw new Unterminated("the string", line)
  if (cql[at] === '"') throw new Unterminated("the quoted name", line)
  if (cql.startsWith("$$", at)) throw new Unterminated("the $$ string", line)
  if (cql.startsWith("/*", at)) throw new Unterminated("the comment", line)
}

/** Is this token that keyword? */
export const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === "word" && token.text.toUpperCase() === word

/** The first tokens are these keywords. */
export const startsWith = (tokens: Token[], words: string): boolean =>
  words.split(" ").every((word, index) => isWord(tokens[index], word))

/** A name as the engine stores it: lower case unless it was quoted. null: no name stands there. */
export function nameOf(token: Token | undefined): string | null {
  if (token?.kind === "name") return token.text.slice(1, -1).replaceAll('""', '"')
  return token?.kind === "word" && /^[A-Za-z]/.test(token.text) ? token.text.toLowerCase() : null
}

/** The value of a string token. */
export function stringOf(token: Token | undefined): string | null {
  if (token?.kind !== "text") return null
  return token.text.startsWith("$$") ? token.text.slice(2, -2) : token.text.slice(1, -1).replaceAll("''", "'")
}

/** One replacement in a text; positions are those of the whole text. */
export interface Edit {
  start: number
  end: number
  text: string
}

/** Applies edits to the part [start, end) of a text. */
export function edited(cql: string, start: number, end: number, edits: Edit[]): string {
  let out = ""
  let at = start
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < at) continue
    out += cql.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return out + cql.slice(at, end)
}

/** White space of the same lines and columns, so that the engine's "line 3:14" still points to the right place. */
export const blank = (text: string): string => text.replace(/[^\n]/g, " ")
