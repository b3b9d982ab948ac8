/** From the samples of one criterion to its verdict: who agrees, and where a person has to look. Pure. */
import type { Statement } from "../../prompts/judge/render.ts"
import type { Quote, ReviewReason, Sample, Steering, WrittenVerdict } from "./judgement.ts"
import { locate, type Searchable, searchable } from "./quotes.ts"

export const SAMPLES = 2

/**
 * What a sample comes to: a verdict of "met" without a place in the answer is none. About absence it is the other way round: what breaks it must be
 * shown.
 */
export function effective({ verdict, quote, failed }: Sample, { absence }: Statement): Sample["verdict"] {
  if (failed !== null || verdict === null) return null
  const needsQuote = absence ? verdict === "not met" : verdict === "met"
  return needsQuote && quote === null ? null : verdict
}

/** The verdict's quote is nowhere in the answer: worth asking once more. */
export const lacksQuote = (sample: Sample, statement: Statement): boolean =>
  sample.failed === null && sample.verdict !== null && effective(sample, statement) === null

/** Whether the samples so far leave open what the majority says. */
export function isOpen(samples: Sample[], statement: Statement): boolean {
  const said = samples.map((sample) => effective(sample, statement))
  return said.length <= SAMPLES && new Set(said).size > 1
}

export function combine(statement: Statement, asked: string, samples: Sample[], steering: Steering[]): WrittenVerdict {
  const said = samples.map((sample) => effective(sample, statement))
  const times = (verdict: Sample["verdict"]) => said.filter((one) => one === verdict).length
  const winner = (["met", "not met"] as const).find((verdict) => times(verdict) * 2 > samples.length) ?? null
  const spoken = said.filter((one) => one !== null).length
  const verdict = {
    criterion: statement.id,
    asked,
    samples,
    verdict: winner,
    agreement: spoken === 0 ? null : Math.max(times("met"), times("not met"), times("cannot tell")) / spoken,
  }
  if (winner === null) return { ...verdict, quotes: [], ...open(samples, said) }
  const with_ = samples.filter((_, index) => said[index] === winner)
  const quotes = distinct(with_.flatMap(({ quote }) => (quote ? [quote] : [])))
  const overlapping =
    steering.find((one) => quotes.some((quote) => overlap(quote, one.quote))) ?? parroted(statement, quotes)
  return {
    ...verdict,
    reason: with_[0].reason,
    quotes,
    review: overlapping
      ? {
          because: "suspected steering",
          detail: `The quote lies in text that seems to speak to the judge (${overlapping.family}): "${brief(overlapping.quote.text)}"`,
        }
      : null,
  }
}

/** So many letters in a row as the rubric has them are no chance: whoever knows its words has not said anything with them. */
const PARROTED_LETTERS = 40

/** The rubric's words about a statement, made searchable once: every answer is held against them. */
const wordsAbout = new WeakMap<Statement, Searchable[]>()
function ownWords(of: Statement): Searchable[] {
  const known = wordsAbout.get(of) ?? [of.statement, of.counts, of.examples.met].map(searchable)
  wordsAbout.set(of, known)
  return known
}

/** A quote that is the rubric's own words about this statement. */
function parroted(statement: Statement, quotes: Quote[]): Steering | undefined {
  const own = ownWords(statement)
  const quote = quotes.find(
    ({ text }) =>
      text.replace(/[^\p{L}\p{N}]/gu, "").length >= PARROTED_LETTERS && own.some((words) => locate(text, words)),
  )
  return quote && { family: "the rubric's own words", quote }
}

/** Why nothing was decided, the most telling reason first. */
function open(samples: Sample[], said: Sample["verdict"][]): Pick<WrittenVerdict, "reason" | "review"> {
  const because = (because: ReviewReason, detail: string) => ({
    reason: detail,
    review: { because, detail },
  })
  const failed = samples.find((sample) => sample.failed !== null)
  const verdicts = said.filter((one) => one !== null)
  if (verdicts.length === 0 && failed) return because(failed.failed!, failed.reason)
  const lost = samples.find((sample, index) => said[index] === null && sample.failed === null)
  if (new Set(verdicts).size > 1)
    return because(
      "split verdicts",
      `The samples do not agree: ${samples.map((one) => one.verdict ?? one.failed).join(", ")}.`,
    )
  if (lost)
    return because(
      "quote not found",
      `The quote does not stand in the answer: "${brief(lost.quoted)}" (${lost.verdict}).`,
    )
  if (failed) return because(failed.failed!, failed.reason)
  return because("cannot tell", samples[0]?.reason || "The model could not tell.")
}

const overlap = (a: Quote, b: Quote): boolean => a.start < b.end && b.start < a.end

function distinct(quotes: Quote[]): Quote[] {
  return quotes
    .filter((quote, index) => quotes.findIndex((one) => one.start === quote.start && one.end === quote.end) === index)
    .sort((a, b) => a.start - b.start)
}

const brief = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text)
