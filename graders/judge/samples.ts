/** A stored call read again: what it says about each criterion that it asked about, and what of the answer it quotes. Pure, so that a report can be made anew from its calls alone. */
import type { Assertion, AssertionKind, Call, ReviewReason, Sample } from "./judgement.ts"
import { locate, type Searchable } from "./quotes.ts"
import { readFigure } from "./read-figure.ts"
import { readClaims, readVerdicts, type SaidClaim } from "./reply.ts"

/** One sample for each criterion of the call, in its order. */
export function samplesOf(call: Call, within: Searchable): Sample[] {
  const head = { call: call.key, sample: call.sample }
  const without = (because: ReviewReason, reason: string): Sample => ({
    ...head,
    verdict: null,
    reason,
    quoted: "",
    quote: null,
    failed: because,
  })
  const failed: ReviewReason | null = call.outcome === "answered" ? null : call.outcome
  // A reply in which some statements are missing is still one for the others.
  const readable = call.completion !== null && (failed === null || failed === "not understood")
  const read = readable ? readVerdicts(call.completion!, call.criteria.length) : null
  if (!read?.ok)
    return call.criteria.map(() =>
      without(failed ?? "not understood", call.detail || `The model's reply could not be read: ${read?.why}.`),
    )
  return read.value.map((said): Sample => {
    if (!said)
      return without("not understood", "The reply holds no verdict on this statement, or none that was offered.")
    const quote = said.quoted === "" ? null : locate(said.quoted, within)
    return { ...head, verdict: said.verdict, reason: said.reason, quoted: said.quoted, quote, failed: null }
  })
}

/** What is wrong with a reply to a call about so many statements; null where nothing is. */
export function objectionToVerdicts(text: string, count: number): string | null {
  const read = readVerdicts(text, count)
  if (!read.ok) return read.why
  return read.value.some((said) => said === null)
    ? "the reply leaves out statements, or gives a verdict that was not offered"
    : null
}

export function objectionToClaims(text: string): string | null {
  const read = readClaims(text)
  return read.ok ? null : read.why
}

const WITH_WORDS = ["growth-class", "complexity", "largest-partition"] satisfies AssertionKind[]
const GROWTH = ["constant", "logarithmic", "linear", "quadratic", "bounded", "unbounded"]

/** Assertions whose quotes stand in the answer, each place and kind once; null where the call has no list of them. */
export function assertionsOf(call: Call, within: Searchable, operations: string[]): Assertion[] | null {
  if (call.completion === null || call.outcome !== "answered") return null
  const read = readClaims(call.completion)
  if (!read.ok) return null
  const seen = new Set<string>()
  return read.value.flatMap((claim): Assertion[] => {
    const quote = locate(claim.quote, within)
    if (!quote) return []
    const figure = figureIn(claim)
    const operation = claim.operation !== null && operations.includes(claim.operation) ? claim.operation : null
    const word = wordOf(claim)
    // Neither a figure nor a word: there is nothing to hold against anything.
    if (!figure && word === null) return []
    const identity = JSON.stringify([claim.kind, operation, quote.start, figure, word])
    if (seen.has(identity)) return []
    seen.add(identity)
    return [
      {
        kind: claim.kind,
        operation,
        quote,
        hedge: claim.hedge,
        low: figure?.low ?? null,
        high: figure?.high ?? null,
        unit: figure?.unit ?? "none",
        percentile: claim.kind === "latency" ? claim.percentile : null,
        about: claim.about,
        word,
      },
    ]
  })
}

/** A sum that is worked out, with its words. */
const LONGEST_FIGURE = 200

/** A number that does not stand in the quote is the model's, not the writer's. */
function figureIn({ figure, quote, kind }: SaidClaim) {
  if (figure === null || figure.length > LONGEST_FIGURE || !squeezed(quote).includes(squeezed(figure))) return null
  return readFigure(figure, kind)
}

const squeezed = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\s*`_]+/g, "")
    .toLowerCase()

function wordOf({ kind, word, quote }: SaidClaim): string | null {
  if (word === null) return null
  if ((WITH_WORDS as string[]).includes(kind)) return GROWTH.includes(word) ? word : null
  if (kind === "consistency-level" || kind === "availability")
    return squeezed(quote).includes(squeezed(word)) ? word.slice(0, 60) : null
  return null
}
