/** The words about a judgement that the terminal and the page share: where quotes stand, and what the judging took. Decides nothing. */
import { count, number } from "../../graders/figures.ts"
import type { Judgement, Quote, WrittenVerdict } from "../../graders/judge/judgement.ts"
import { markOn } from "../../graders/marks.ts"
import type { Report } from "../../graders/report.ts"

export const verdictOn = ({ judgement }: Report, criterion: string): WrittenVerdict | undefined =>
  judgement?.written.find((one) => one.criterion === criterion)

export interface PlacedQuote extends Quote {
  /** From 1, in the answer. */
  line: number
}

/** Quotes behind a criterion: those of the last mark where there is one, else the judge's. */
export function quotesOf(report: Report, criterion: string): PlacedQuote[] {
  const { answer } = report.submission
  const mark = markOn(report.marks, criterion)
  const quotes = mark
    ? mark.quote === null
      ? []
      : located(answer, mark.quote)
    : (verdictOn(report, criterion)?.quotes ?? [])
  return quotes.map((quote) => ({ ...quote, line: answer.slice(0, quote.start).split("\n").length }))
}

/** A mark's quote was checked word for word when it was made; only line breaks may differ. */
function located(answer: string, quote: string): Quote[] {
  const words = quote
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
  const found = new RegExp(words.join("\\s+")).exec(answer)
  return found ? [{ text: found[0], start: found.index, end: found.index + found[0].length }] : []
}

/** Model, prompts, calls and cost. */
export function judgeFacts({ model, endpoint, prompts, calls }: Judgement): [string, string][] {
  const answeredBy = [...new Set(calls.flatMap((call) => (call.answeredBy === null ? [] : [call.answeredBy])))]
  const tokens = calls.reduce((sum, { tokens: one }) => sum + one.prompt + one.completion, 0)
  const estimated = calls.some(({ tokens: one }) => one.counted === "estimated")
  const prices = calls.map(({ usd }) => usd)
  const paid = prices.every((usd) => usd !== null) ? prices.reduce<number>((sum, usd) => sum + usd!, 0) : null
  const seconds = calls.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
  const failed = calls.filter(({ outcome }) => outcome !== "answered").length
  return [
    [
      "model",
      `${model}${answeredBy.length > 0 && answeredBy.join() !== model ? ` (answered by ${answeredBy.join(", ")})` : ""}`,
    ],
    [
      "endpoint",
      endpoint === null
        ? "could not be asked"
        : `${endpoint.mode}${endpoint.temperature ? "" : ", temperature refused"}${endpoint.usage ? "" : ", usage not reported"}`,
    ],
    ["prompts", `version ${prompts.version}, ${prompts.hash.slice(0, 12)}`],
    [
      "calls",
      `${number(calls.length)}${failed > 0 ? `, of which ${number(failed)} without a usable reply` : ""}, ${count(tokens, "token")}${estimated ? " (estimated)" : ""}, ${number(seconds)} s in all`,
    ],
    ["cost", paid === null ? "not known: the model has no price in prompts/judge" : `${paid.toFixed(4)} US dollars`],
  ]
}
