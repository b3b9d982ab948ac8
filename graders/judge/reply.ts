/** Reads what a model replied. Whatever server and mode: the text is taken apart and checked here, and what does not fit is not there. */
import { z } from "zod"
import { CLAIM_KINDS, HEDGES, keyOf } from "../../prompts/judge/render.ts"
import { type Verdict, VerdictSchema } from "./judgement.ts"

const LONGEST_REASON = 800

/** One statement's verdict, as the model gave it. */
export interface Said {
  verdict: Verdict
  reason: string
  quoted: string
}

const SaidSchema = z.object({ reason: z.string(), quote: z.string().nullable(), verdict: VerdictSchema })

export type Read<T> = { ok: true; value: T } | { ok: false; why: string }

/**
 * Verdicts by the statements' places; null where one is missing or malformed. What is said of statements that were not asked about is not looked
 * at. Not ok: there is no object, or more than one, or one that names a key twice.
 */
export function readVerdicts(text: string, count: number): Read<(Said | null)[]> {
  const read = onlyObject(text)
  if (!read.ok) return read
  const value = Array.from({ length: count }, (_, index) => {
    const said = Object.hasOwn(read.value, keyOf(index)) ? SaidSchema.safeParse(read.value[keyOf(index)]) : null
    if (!said?.success) return null
    const { reason, quote, verdict } = said.data
    return { verdict, reason: tidy(reason), quoted: quote ?? "" }
  })
  return { ok: true, value }
}

/** "partitions_per_read" is meant as "partitions-per-read". */
const KindSchema = z
  .string()
  .transform((kind) =>
    kind
      .trim()
      .toLowerCase()
      .replace(/[\s_]+/g, "-"),
  )
  .pipe(z.enum(CLAIM_KINDS))

const ClaimSchema = z.object({
  quote: z.string().min(1),
  kind: KindSchema,
  operation: z.string().nullable().catch(null),
  figure: z.string().nullable().catch(null),
  hedge: z.enum(HEDGES).catch("exactly"),
  percentile: z.number().min(0).max(100).nullable().catch(null),
  about: z.enum(["ordinary", "worst"]).nullable().catch(null),
  word: z.string().nullable().catch(null),
})
/** An assertion as the model gave it. */
export type SaidClaim = z.infer<typeof ClaimSchema>

/** As far as it can be told of one that is not of the form. */
const MalformedSchema = z.object({
  quote: z.string().catch(""),
  kind: KindSchema.nullable().catch(null),
  operation: z.string().nullable().catch(null),
})
export type MalformedClaim = z.infer<typeof MalformedSchema>

/** So many are asked for at most. */
const MOST_CLAIMS = 20

/** Not ok: there is no list. Of what is in it, what is not of the form is told apart and not left out. `full`: there was room for no more. */
export function readClaims(text: string): Read<{ claims: SaidClaim[]; malformed: MalformedClaim[]; full: boolean }> {
  const read = onlyObject(text)
  if (!read.ok) return read
  const listed = read.value.claims
  if (!Array.isArray(listed)) return { ok: false, why: "the reply has no list of claims" }
  const [claims, malformed]: [SaidClaim[], MalformedClaim[]] = [[], []]
  for (const item of listed.slice(0, MOST_CLAIMS)) {
    const parsed = ClaimSchema.safeParse(item)
    if (parsed.success) claims.push(parsed.data)
    else malformed.push(MalformedSchema.catch({ quote: "", kind: null, operation: null }).parse(item))
  }
  return { ok: true, value: { claims, malformed, full: listed.length >= MOST_CLAIMS } }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g

/** For people and for the store: without control characters, and no half of a character at its end. */
export const tidy = (text: string, longest = LONGEST_REASON): string =>
  text.replace(CONTROLS, " ").slice(0, longest).toWellFormed()

/** In prose behind the object there are few, if any. */
const MOST_BRACES_BEHIND = 20

/** The one JSON object in a text; prose or a code fence around it does no harm, nor does what a local model thinks aloud before it. */
function onlyObject(whole: string): Read<Record<string, unknown>> {
  const text = whole.replace(/^\s*<think>[\s\S]*?<\/think>/, "")
  const first = objectAt(text, text.indexOf("{"))
  if (!first) return { ok: false, why: "the reply holds no JSON object" }
  let looked = 0
  for (let from = text.indexOf("{", first.end); from >= 0; from = text.indexOf("{", from + 1))
    if (++looked > MOST_BRACES_BEHIND || objectAt(text, from))
      return { ok: false, why: "the reply holds more than one JSON object" }
  const doubled = doubledKey(first.source)
  if (doubled !== null) return { ok: false, why: `the reply names the key ${JSON.stringify(doubled)} twice` }
  return { ok: true, value: first.value }
}

function objectAt(text: string, start: number): { value: Record<string, unknown>; source: string; end: number } | null {
  if (start < 0) return null
  const end = endOfObject(text, start)
  if (end === null) return null
  const source = text.slice(start, end)
  try {
    const value: unknown = JSON.parse(source)
    return { value: value as Record<string, unknown>, source, end }
  } catch {
    return null
  }
}

/** In time proportional to the text, whatever it is: a model may write brackets without end. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (quoted && character === "\\") at++
    else if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (character === "{" || character === "[") depth++
    else if (character === "}" || character === "]") {
      depth--
      if (depth === 0) return at + 1
    }
  }
  return null
}

/** Strings and what structures, of JSON that is known to be valid. */
const TOKENS = /"(?:[^"\\]|\\[\s\S])*"|[{}[\],:]/g

/** JSON.parse takes the last of two equal keys and says nothing. `source` is valid JSON. */
function doubledKey(source: string): string | null {
  const open: (Set<string> | null)[] = []
  let text: string | null = null
  for (const [token] of source.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set())
    else if (token === "[") open.push(null)
    else if (token === "}" || token === "]") open.pop()
    else if (token === ":" && text !== null) {
      const key: string = JSON.parse(text)
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
    text = token.startsWith('"') ? token : null
  }
  return null
}
