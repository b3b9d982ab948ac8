/** The head of the page: band, subtotals, what is not judged, three sentences, each with the way to its evidence. */

import { edgesIn } from "../../graders/bands.ts"
import { causesOf } from "../../graders/causes.ts"
import { points } from "../../graders/figures.ts"
import type { Report } from "../../graders/report.ts"
import { MAKE_RIGHT, nextCause } from "../../graders/summary.ts"
import { adviceOn } from "./advice.ts"
import { criterionAnchor } from "./html-said.ts"
import { html, type Markup } from "./markup.ts"
import { bandText, engineTitle, plusMinus, refused, subtotalText } from "./words.ts"

export function headOf(report: Report): Markup {
  const { displayName, measured, written, total } = report
  return html`<header>
    <h1>${report.questionTitle}</h1>
    <p class="muted">${engineTitle(report.engine)}${displayName && html` · ${displayName}`}${report.provenance && html` · <time datetime="${report.provenance.startedAt}">${report.provenance.startedAt.slice(0, 10)}</time>`}</p>
    <dl class="totals">
      <div><dt>Measured band</dt><dd>${bandText(report)}</dd>${report.measuredBand && html`<dd class="edges">${edgesIn(measured.outOf)}</dd>`}</div>
      <div><dt>Measured</dt><dd>${subtotalText(measured)}</dd></div>
      ${written.outOf > 0 && html`<div><dt>Written</dt><dd>${subtotalText(written)}</dd></div>`}
      ${total !== null && html`<div><dt>Total</dt><dd>${points(total)}${plusMinus(report.interval)} of ${points(report.outOf)}, ${report.band}</dd></div>`}
    </dl>
    ${report.rejected && rejection(report)}
    ${report.summary.length > 0 && html`<ol class="summary">${report.summary.map((sentence, index) => html`<li>${sentence} ${wayTo(report, index)}</li>`)}</ol>`}
    ${report.remarks.map((remark) => html`<p class="remark">${remark}</p>`)}
  </header>`
}

/** From each of the sentences to what it rests on; wrong answers come first where there are some. */
function wayTo(report: Report, index: number): Markup | false {
  const wrong = report.evidence?.invariants.some(({ broken }) => broken > 0) ?? false
  if (wrong && (index === 0 || index === report.summary.indexOf(MAKE_RIGHT)))
    return html`<a href="#wrong">Wrong answers</a>`
  if (report.quick) return report.findings.length > 0 && html`<a href="#findings">Findings</a>`
  if (index === 0) return html`<a href="#criteria">Criteria</a>`
  if (index === 1) return causesOf(report).length > 0 && html`<a href="#causes">Where the points went</a>`
  const worst = nextCause(report)
  if (!worst) return false
  if (worst.finding) return html`<a href="#finding-${report.findings.indexOf(worst.finding) + 1}">The finding</a>`
  const at = report.scores.findIndex(({ criterion }) => criterion === worst.criteria[0])
  return html`<a href="#${criterionAnchor(at)}">The criterion</a>`
}

function rejection({ rejected, engine }: Report): Markup | false {
  return (
    rejected !== null &&
    html`<section aria-label="What stopped the run"><h2>${refused(rejected, engine)}</h2><p>${rejected.message}</p>${adviceOf(rejected.message)}
    ${rejected.excerpt && html`<div class="source" role="region" tabindex="0" aria-label="Excerpt"><pre>${rejected.excerpt}</pre></div>`}</section>`
  )
}

function adviceOf(message: string): Markup | false {
  const advice = adviceOn(message)
  return advice !== null && html`<p>${advice}</p>`
}
