/** What keys have in common: their names with ids, numbers and dates left out. `user:3f2a9c:2026-11-24` and all like it are `user:*:*`. */

/** Between the parts of a name; dashes, dots and underscores also stand inside ids and dates. */
const PARTS = /([:/|{}#@,;\s]+)/
const WORDS = /([-._]+)/
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
/** A part of this length with a digit in it is an id, whatever stands between its letters. */
const ID_LENGTH = 16
const LONGEST_WORD = 24
const LONGEST_PATTERN = 120

export function patternOf(key: string): string {
  const parts = key.replace(UUID, "0").split(":").map(closedId).join(":").split(PARTS)
  // Every second piece is what stands between.
  const names = parts.map((part, index) => (index % 2 === 1 ? part : partOf(part)))
  return names.join("").slice(0, LONGEST_PATTERN)
}

/** Ids packed tightly hold whatever byte there is, or all that base64 has: what looks like punctuation there divides nothing. */
function closedId(piece: string): string {
  const isPacked = /[^\x20-\x7e]/.test(piece)
  // Names may be divided by slashes as well: one stretch between them at least must look like nothing but an id.
  const isBase64 =
    piece.length >= ID_LENGTH &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(piece) &&
    piece.split("/").some((part) => part.length >= 8 && [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(part)))
  return isPacked || isBase64 ? "0" : piece
}

function partOf(part: string): string {
  if (part.length >= ID_LENGTH && /\d/.test(part)) return "*"
  return part
    .split(WORDS)
    .map((word, index) => (index % 2 === 0 && isVariable(word) ? "*" : word))
    .join("")
    .replace(/\*(?:[-._]+\*)+/g, "*")
}

const isVariable = (word: string): boolean =>
  /[^A-Za-z]/.test(word) || word.length > LONGEST_WORD || (word.length >= 8 && /^[0-9a-f]+$/i.test(word))
