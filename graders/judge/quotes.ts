/**
 * Finds a quote in an answer, whatever a model made of white space, quotation marks, dashes and the form of characters. It bridges an ellipsis and
 * never invents: what comes back is a stretch of the answer as it was handed in.
 */
import { MARKS, UNSEEN } from "../../prompts/judge/plain.ts"
import type { Quote } from "./judgement.ts"

/** A quote of fewer letters and digits could stand anywhere: ":" or "the" is no evidence. An ideograph says as much as three letters. */
const FEWEST_LETTERS = 8
/** Of a part beside an ellipsis. */
const FEWEST_LETTERS_OF_PART = 5
const LONGEST_QUOTE = 2_000
const MOST_PARTS = 3
/** So many characters an ellipsis may bridge: beyond, two half-sentences say together what nobody wrote. */
const LONGEST_BRIDGE = 400
/** Of places that a text holds so often none is evidence, and looking at all of them takes long. */
const MOST_PLACES = 1_000

/** The answer in a form in which spellings of the same text are the same, and where each of its characters came from. */
export interface Searchable {
  answer: string
  text: string
  /** Offsets in the answer where the character at a place of `text` begins and ends. */
  starts: Int32Array
  ends: Int32Array
}

const QUOTATION =
  /[\u0022\u0027\u0060\u00AB\u00B4\u00BB\u2018-\u201F\u2032-\u2036\u2039\u203A\u300C-\u300F\uFF02\uFF07]/
const DASH = /[\u00AD\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/
const UNSEEN_ONE = new RegExp(UNSEEN.source)

/** One code point as it is compared: "" where it does not count, " " for white space. */
function folded(character: string): string {
  // Emphasis, code marks and quotation marks: a model changes them for each other, or leaves them out.
  if (/[*_]/.test(character) || QUOTATION.test(character) || UNSEEN_ONE.test(character)) return ""
  if (/\s/.test(character)) return " "
  if (DASH.test(character)) return "-"
  if (character in MARKS) return MARKS[character]
  if (character <= "\u007f") return character.toLowerCase()
  // Taken apart, so that an accent is the same whether it is a character of its own or not.
  return character.normalize("NFKD").toLowerCase()
}

/** What most characters of most answers fold to, by their codes. */
const ASCII = Array.from({ length: 128 }, (_, code) => folded(String.fromCharCode(code)))

/** In time proportional to the answer. */
export function searchable(answer: string): Searchable {
  const text: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  for (let at = 0; at < answer.length; ) {
    const code = answer.codePointAt(at)!
    const next = at + (code > 0xffff ? 2 : 1)
    const form = ASCII[code] ?? folded(String.fromCodePoint(code))
    if ((form === " " || form === "-") && text.at(-1) === form) ends[ends.length - 1] = next
    else
      for (let unit = 0; unit < form.length; unit++) {
        text.push(form[unit])
        starts.push(at)
        ends.push(next)
      }
    at = next
  }
  return { answer, text: text.join(""), starts: new Int32Array(starts), ends: new Int32Array(ends) }
}

const searchedFor = (quote: string): string => searchable(quote).text.trim()

/** Where a quote stands in the answer; null: nowhere, or it is too short to be evidence of anything. */
export function locate(quoted: string, within: Searchable): Quote | null {
  if (quoted.length > LONGEST_QUOTE) return null
  const whole = trimmed(searchedFor(quoted))
  // A writer's own ellipsis stands in the answer as it is.
  const asItIs = letters(whole) >= FEWEST_LETTERS ? find(whole, within.text, 0) : -1
  if (asItIs >= 0) return stretch(within, asItIs, asItIs + whole.length)
  const parts = whole
    .split(/\s*(?:\[\s*\.{2,}\s*\]|\(\s*\.{2,}\s*\)|\.{3,})\s*/)
    .map(trimmed)
    .filter((part) => part !== "")
  if (parts.length < 2 || parts.length > MOST_PARTS) return null
  if (parts.some((part) => letters(part) < FEWEST_LETTERS_OF_PART)) return null
  return bridged(parts, within)
}

/** The parts in order, each near the one before it. Tried from each place of the first part. */
function bridged([first, ...rest]: string[], within: Searchable): Quote | null {
  let tried = 0
  for (
    let start = find(first, within.text, 0);
    start >= 0 && tried++ < MOST_PLACES;
    start = find(first, within.text, start + 1)
  ) {
    let end = start + first.length
    const fits = rest.every((part) => {
      const at = find(part, within.text.slice(0, end + LONGEST_BRIDGE + part.length), end)
      if (at >= 0) end = at + part.length
      return at >= 0
    })
    if (fits) return stretch(within, start, end)
  }
  return null
}

function stretch({ answer, starts, ends }: Searchable, from: number, to: number): Quote {
  const start = starts[from]
  const end = ends[to - 1]
  return { text: answer.slice(start, end), start, end }
}

/** Ideographs and kana are written without spaces: a word may begin after any of them. */
const WORD = /[\p{L}\p{N}]/u
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u

/** The first place from `from` on where `part` stands by itself: "art" does not stand in "partition". */
function find(part: string, text: string, from: number): number {
  let tried = 0
  for (let at = text.indexOf(part, from); at >= 0 && tried++ < MOST_PLACES; at = text.indexOf(part, at + 1))
    if (!cutsWord(text[at - 1], part[0]) && !cutsWord(part.at(-1), text[at + part.length])) return at
  return -1
}

function cutsWord(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return false
  return WORD.test(left) && WORD.test(right) && !UNSPACED.test(left) && !UNSPACED.test(right)
}

/** Models begin quotes with dots, or end them so. */
const trimmed = (text: string): string => text.replace(/^(?:\s|\.{2,})+|(?:\s|\.{2,})+$/g, "")

function letters(text: string): number {
  let count = 0
  for (const character of text) if (WORD.test(character)) count += UNSPACED.test(character) ? 3 : 1
  return count
}
