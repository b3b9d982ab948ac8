/** A stored call read again: what it says about each criterion that it asked about, and what of the answer it quotes. Pure, so that a report can be made anew from its calls alone. */
import { areAlike, GROWTH_WORDS } from "./growth-words.ts"
import type { Assertion, AssertionKind, Call, LostClaim, ReviewReason, Sample } from "./judgement.ts"
import { locate, type Searchable } from "./quotes.ts"
import { type Figure, numbersOf, readFigure } from "./read-figure.ts"
import { type MalformedClaim, readClaims, readVerdicts, type SaidClaim, tidy } from "./reply.ts"

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
  if (!read.ok) return read.why
  return read.value.malformed.length > 0 ? "the reply lists claims that are not of the form that was asked for" : null
}

const WITH_WORDS = ["growth-class", "complexity", "largest-partition"] satisfies AssertionKind[]
const BRIEF = 160

export interface Listed {
  assertions: Assertion[]
  lost: LostClaim[]
}

/** Assertions whose quotes stand in the answer, each place and kind once, and what was lost of the list; null where the call has no list. */
export function assertionsOf(call: Call, within: Searchable, operations: string[]): Listed | null {
  // As with verdicts: a list with something malformed in it is still one for the rest.
  if (call.completion === null || (call.outcome !== "answered" && call.outcome !== "not understood")) return null
  const read = readClaims(call.completion)
  if (!read.ok) return null
  const known = (operation: string | null) => (operation !== null && operations.includes(operation) ? operation : null)
  const lose = ({ kind, operation, quote }: MalformedClaim, because: LostClaim["because"]): LostClaim => ({
    kind,
    operation: known(operation),
    quoted: tidy(quote, BRIEF),
    because,
  })
  const assertions = new Map<string, Assertion>()
  const lost = read.value.malformed.map((one) => lose(one, "it is not of the form that was asked for"))
  for (const claim of read.value.claims) {
    const quote = locate(claim.quote, within)
    const figure = figureIn(claim)
    const word = wordOf(claim)
    if (!quote) lost.push(lose(claim, "its quote is not in the answer"))
    // Neither a figure nor a word: where none was given, there is nothing to hold against anything.
    else if (!figure && word === null) {
      if (claim.figure !== null || claim.word !== null) lost.push(lose(claim, "its figure could not be read"))
    } else if (figure?.unit === "power" && word !== null && !areAlike(word, figure)) {
      lost.push(lose(claim, "its figure and its word say different things"))
    } else {
      const operation = known(claim.operation)
      const identity = JSON.stringify([claim.kind, operation, quote.start, figure, word])
      if (!assertions.has(identity)) assertions.set(identity, assertionOf(claim, { operation, quote, figure, word }))
    }
  }
  // What was asked for ends here, and nobody knows what an answer with so many figures says besides.
  if (read.value.full)
    lost.push({ kind: null, operation: null, quoted: "", because: "the list is full, and the answer may say more" })
  return { assertions: [...assertions.values()], lost }
}

function assertionOf(
  { kind, hedge, percentile, about }: SaidClaim,
  { operation, quote, figure, word }: Pick<Assertion, "operation" | "quote" | "word"> & { figure: Figure | null },
): Assertion {
  return {
    kind,
    operation,
    quote,
    hedge,
    low: figure?.low ?? null,
    high: figure?.high ?? null,
    unit: figure?.unit ?? "none",
    percentile: kind === "latency" ? percentile : null,
    about,
    word,
  }
}

/** A sum that is worked out, with its words. */
const LONGEST_FIGURE = 200

/** A number that does not stand in the quote is the model's, not the writer's. */
function figureIn({ figure, quote, kind }: SaidClaim) {
  if (figure === null || figure.length > LONGEST_FIGURE || !squeezed(quote).includes(squeezed(figure))) return null
  const read = readFigure(figure, kind)
  if (read || (kind !== "complexity" && kind !== "growth-class")) return read
  // "0.9" alone: whether it is a power stands around it.
  const around = readFigure(quote, kind)
  return around && numbersOf(figure)[0]?.value === around.low ? around : null
}

const squeezed = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\s*`_]+/g, "")
    .toLowerCase()

function wordOf({ kind, word, quote }: SaidClaim): string | null {
  if (word === null) return null
  if ((WITH_WORDS as string[]).includes(kind)) return Object.hasOwn(GROWTH_WORDS, word) ? word : null
  if (kind === "consistency-level" || kind === "availability")
    return squeezed(quote).includes(squeezed(word)) ? word.slice(0, 60) : null
  return null
}
