/** The head of the page: band, subtotals, what is not judged, three sentences, each with the way to its evidence. */
import { points } from "../../graders/figures.ts"
import type { Report } from "../../graders/report.ts"
import { html, type Markup } from "./markup.ts"
import { bandText, engineTitle, plusMinus, refused, subtotalText } from "./words.ts"

export function headOf(report: Report): Markup {
  const { displayName, measured, written, total } = report
  return html`<header>
    <h1>${report.questionTitle}</h1>
    <p class="muted">${engineTitle(report.engine)}${displayName && html` · ${displayName}`}${report.provenance && html` · <time datetime="${report.provenance.startedAt}">${report.provenance.startedAt.slice(0, 10)}</time>`}</p>
    <dl class="totals">
      <div><dt>Measured band</dt><dd>${bandText(report)}</dd></div>
      <div><dt>Measured</dt><dd>${subtotalText(measured)}</dd></div>
      ${written.outOf > 0 && html`<div><dt>Written</dt><dd>${subtotalText(written)}</dd></div>`}
      ${total !== null && html`<div><dt>Total</dt><dd>${points(total)}${plusMinus(report.interval)} of ${points(report.outOf)}, ${report.band}</dd></div>`}
    </dl>
    ${report.rejected && rejection(report)}
    ${report.summary.length > 0 && html`<ol class="summary">${report.summary.map((sentence, index) => html`<li>${sentence} ${wayTo(report, index)}</li>`)}</ol>`}
    ${report.remarks.map((remark) => html`<p class="remark">${remark}</p>`)}
  </header>`
}

/** From each of the three sentences to what it rests on. */
function wayTo(report: Report, index: number): Markup | false {
  if (report.quick) return report.findings.length > 0 && html`<a href="#findings">Findings</a>`
  if (index === 0) return html`<a href="#criteria">Criteria</a>`
  const worst = report.findings[0]
  if (worst && worst.pointsLost > 0)
    return html`<a href="#${index === 1 ? "causes" : "finding-1"}">${index === 1 ? "Where the points went" : "The finding"}</a>`
  return false
}

function rejection({ rejected, engine }: Report): Markup | false {
  return (
    rejected !== null &&
    html`<section aria-label="What stopped the run"><h2>${refused(rejected, engine)}</h2><p>${rejected.message}</p>
    ${rejected.excerpt && html`<div class="source" role="region" tabindex="0" aria-label="Excerpt"><pre>${rejected.excerpt}</pre></div>`}</section>`
  )
}
