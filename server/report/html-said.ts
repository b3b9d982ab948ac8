/** The page's part about the written answer: the answer with its quotes marked, claims with both figures, marks, and how it was judged. */
import { percent } from "../../graders/figures.ts"
import type { Report, Score } from "../../graders/report.ts"
import { claimAnchor, quoteAnchor, type Stretch, stretchesOf } from "./answer-stretches.ts"
import { factsOf } from "./html-parts.ts"
import { judgeFacts, quotesOf, verdictOn } from "./judgement-words.ts"
import { html, type Markup } from "./markup.ts"

export const criterionAnchor = (index: number) => `criterion-${index + 1}`

/** Below a criterion's reason: its quotes, each with the way to where it stands, and how far the samples agree. */
export function quotedOf(report: Report, score: Score, index: number): Markup | false {
  const quotes = quotesOf(report, score.criterion)
  const own = verdictOn(report, score.criterion)
  const agreement =
    own && own.samples.length > 0 && own.agreement !== 1
      ? own.agreement === null
        ? "No sample of the judge gave a verdict."
        : `${percent(own.agreement)} of ${own.samples.length} samples agree.`
      : null
  if (quotes.length === 0 && agreement === null) return false
  return html`${quotes.map(
    (quote, at) =>
      html`<blockquote class="small"><q>${quote.text}</q> <a href="#${quoteAnchor(index, at)}">line ${quote.line}<span class="aloud"> of the answer, for ${score.title}</span></a></blockquote>`,
  )}${agreement !== null && html`<p class="small muted">${agreement}</p>`}`
}

/** The answer; quoted stretches are marked and numbered, and each number leads to its criterion or claim. */
export function answerOf(report: Report): Markup | false {
  const { answer } = report.submission
  if (answer.trim() === "") return false
  const stretches = stretchesOf(report)
  const plain = stretches.every(({ kinds }) => kinds.length === 0)
  return html`<section id="answer"><h2>Answer</h2>${!plain && LEGEND}<div class="answer">${stretches.map(stretchOf)}</div>${missing(report)}</section>`
}

const LEGEND = html`<p class="small muted"><mark class="written">Marked</mark>: what a criterion was credited for, by its number in the table. <mark class="claim">Dotted</mark>: what was held against the measurement. <mark class="steering">Barred</mark>: what looks meant for the judge; it changes no score by itself.</p>`

const stretchOf = ({ text, kinds, anchors, ends }: Stretch): Markup =>
  html`${anchors.map((anchor) => html`<span id="${anchor}"></span>`)}${kinds.length === 0 ? text : html`<mark class="${kinds.join(" ")}">${text}</mark>`}${ends.map(
    ({ href, label, aloud }) =>
      html`<a class="number" href="#${href}">${label}<span class="aloud"> ${aloud}</span></a>`,
  )}`

/** What was asked for and is not there: listed, never written into the text. */
function missing({ scores }: Report): Markup | false {
  const absent = scores.filter(({ kind, points }) => (kind === "written" || kind === "claim") && points === 0)
  return (
    absent.length > 0 &&
    html`<h3>What gives no points</h3><ul class="small">${absent.map(
      (score) =>
        html`<li><a href="#${criterionAnchor(scores.indexOf(score))}">${score.title}</a>: ${score.reason}</li>`,
    )}</ul>`
  )
}

export function claimsOf({ claims }: Report): Markup | false {
  if (claims.length === 0) return false
  return html`<section id="claims"><h2>What the answer claims, and what was measured</h2>
    <div class="scroll" role="region" tabindex="0" aria-label="Table: claims and measurements"><table>
    <thead><tr><th scope="col">Said</th><th scope="col">About</th><th scope="col">Verdict</th><th scope="col">Both figures</th></tr></thead>
    <tbody>${claims.map(
      ({ assertion, verdict, sentence }, index) =>
        html`<tr id="${claimAnchor(index)}"><th scope="row" class="said"><q>${assertion.quote.text}</q></th><td>${assertion.kind.replaceAll("-", " ")}${assertion.operation && html` of ${assertion.operation}`}</td><td><strong>${verdict}</strong></td><td class="said">${sentence}</td></tr>`,
    )}</tbody></table></div>
    <p class="small muted">Only the rubric's slots score. Times, rates and costs are shown beside our figures and never scored.</p></section>`
}

export function marksOf({ marks, scores }: Report): Markup | false {
  if (marks.length === 0) return false
  const title = (id: string) => scores.find(({ criterion }) => criterion === id)?.title ?? id
  return html`<section id="marks"><h2>Marked by hand</h2><ul>${marks.map(
    ({ criterion, verdict, by, at, reason, quote }) =>
      html`<li><time datetime="${at}">${at.slice(0, 10)}</time> ${title(criterion)}: <strong>${verdict}</strong>, says ${by}: ${reason}${quote !== null && html` <q>${quote}</q>`}</li>`,
  )}</ul><p class="small muted">The last mark on a criterion counts.</p></section>`
}

export function judgedByOf({ judgement }: Report): Markup | false {
  return (
    judgement !== null &&
    html`<section id="judged"><h2>How the answer was judged</h2>${factsOf(judgeFacts(judgement))}${
      judgement.steering.length > 0 &&
      html`<h3>In the answer, as if meant for the judge</h3><ul class="small">${judgement.steering.map(
        ({ family, quote }) => html`<li>${family}: <q>${quote.text}</q></li>`,
      )}</ul>`
    }</section>`
  )
}
