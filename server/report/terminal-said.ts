/** The terminal page's part about the written answer: verdicts with their quotes, claims with both figures, what looks meant for the judge. */
import { count, number, percent } from "../../graders/figures.ts"
import type { Report, Score } from "../../graders/report.ts"
import { judgeFacts, quotesOf, verdictOn } from "./judgement-words.ts"
import { plainLine, plainText } from "./plain-text.ts"
import type { Page } from "./terminal-layout.ts"

/** Below a written criterion: where in the answer it is said, and how sure the samples were. */
export function quoted(out: Page, report: Report, score: Score): void {
  for (const quote of quotesOf(report, score.criterion))
    out.paragraph(`line ${number(quote.line)}: "${plainLine(quote.text, SHOWN_QUOTE)}"`, 27, `${" ".repeat(25)}❝`)
  const own = verdictOn(report, score.criterion)
  if (own && (own.agreement === null || own.agreement < 1))
    out.paragraph(
      own.agreement === null
        ? "no sample of the judge gave a verdict"
        : `${percent(own.agreement)} of ${count(own.samples.length, "sample")} agree`,
      27,
      `${" ".repeat(25)}·`,
    )
}

const SHOWN_QUOTE = 200

export function claims(out: Page, { claims: all }: Report): void {
  if (all.length === 0) return
  out.heading("What the answer claims, and what was measured")
  for (const { assertion, verdict, sentence } of all) {
    out.line(
      `${out.style("bold", verdict)}  ${assertion.kind.replaceAll("-", " ")}${assertion.operation ? ` of ${plainLine(assertion.operation, 40)}` : ""}`,
    )
    out.paragraph(`"${plainLine(assertion.quote.text, SHOWN_QUOTE)}"`, 4, "")
    out.paragraph(plainText(sentence), 4, "")
  }
}

export function steering(out: Page, { judgement }: Report): void {
  if (!judgement || judgement.steering.length === 0) return
  out.heading("In the answer, as if meant for the judge")
  for (const { family, quote } of judgement.steering)
    out.paragraph(`${plainLine(family, 60)}: "${plainLine(quote.text, SHOWN_QUOTE)}"`, 2, "•")
}

export function marks(out: Page, { marks: all }: Report): void {
  if (all.length === 0) return
  out.heading("Marked by hand")
  for (const { criterion, verdict, by, at, reason } of all)
    out.paragraph(plainText(`${at.slice(0, 10)} ${criterion}: ${verdict}, says ${by}: ${reason}`), 2, "•")
}

export function judgedBy(out: Page, { judgement }: Report): void {
  if (!judgement) return
  out.heading("How the answer was judged")
  for (const [name, value] of judgeFacts(judgement)) out.paragraph(plainLine(value), 12, name)
}
