/** Agreement as one self-contained page: no request leaves it, no script is in it, and every answer that is marked differently is two clicks away. */
import type { Agreement } from "../../graders/agreement/agreement.ts"
import type { Disagreement } from "../../graders/agreement/disagreements.ts"
import type { CriterionAgreement } from "../../graders/agreement/verdicts.ts"
import { count } from "../../graders/figures.ts"
import { figureOf, tableOf } from "../report/html-parts.ts"
import { STYLE } from "../report/html-style.ts"
import { html, type Markup, trusted } from "../report/markup.ts"
import { picturesOf } from "./pictures.ts"
import {
  apartText,
  CRITERIA_TEXT,
  comparedText,
  confusionTable,
  criteriaTable,
  disagreementText,
  figureText,
  statementText,
  totalsTable,
  totalsText,
  verdictTable,
  whyMissing,
} from "./words.ts"

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** A page with thousands of whole answers is not read. */
const MOST_ANSWERS = 400

export function renderAgreementPage(agreement: Agreement): string {
  const shown = agreement.disagreements.slice(0, MOST_ANSWERS)
  const { markup } = html`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The judge and people · Proofrun</title>
<style>${trusted(STYLE)}</style></head><body>
<a class="skip" href="#differences">To the answers that are marked differently</a>
${headOf(agreement)}
<main>
${picturesSection(agreement)}
${totalsSection(agreement)}
${criteriaSection(agreement, shown)}
${differencesSection(agreement, shown)}
${missingSection(agreement)}
</main>
<footer class="small muted">Intervals are 95%, from answers drawn again 2,000 times with a fixed seed: the same marks give the same page.</footer>
</body></html>`
  return `<!doctype html>\n${markup}\n`
}

function headOf(agreement: Agreement): Markup {
  const { totals, allCriteria } = agreement
  return html`<header>
    <h1>How far the judge and people agree</h1>
    <p>${comparedText(agreement)}</p>
    <dl class="totals">
      <div><dt>Weighted kappa of totals</dt><dd>${figureText(totals.judge.weightedKappa)}</dd></div>
      ${totals.leftOut && html`<div><dt>A person against the others</dt><dd>${figureText(totals.leftOut.person.weightedKappa)}</dd></div>`}
      <div><dt>Mean error, points</dt><dd>${figureText(totals.judge.meanAbsoluteError)}</dd></div>
      ${allCriteria && html`<div><dt>Kappa of verdicts</dt><dd>${figureText(allCriteria.judge.kappa)}</dd></div>`}
    </dl>
    ${apartText(agreement).map((sentence) => html`<p class="remark">${sentence}</p>`)}
  </header>`
}

function picturesSection(agreement: Agreement): Markup | false {
  const pictures = picturesOf(agreement)
  return (
    pictures.length > 0 &&
    html`<section aria-labelledby="pictures"><h2 id="pictures">In pictures</h2>
    <div class="pictures">${pictures.map(({ title, drawn, table }) => figureOf(title, drawn, table))}</div></section>`
  )
}

function totalsSection(agreement: Agreement): Markup {
  const confusion = confusionTable(agreement)
  return html`<section aria-labelledby="totals"><h2 id="totals">Totals</h2>
    ${tableOf(totalsTable(agreement))}
    ${totalsText(agreement).map((sentence) => html`<p>${sentence}</p>`)}
    ${confusion.rows.length > 0 && html`<h3>${confusion.title}</h3>${tableOf(confusion)}`}</section>`
}

function criteriaSection(agreement: Agreement, shown: Disagreement[]): Markup {
  if (agreement.criteria.length === 0)
    return html`<section aria-labelledby="statements"><h2 id="statements">Statements</h2><p>People marked whole answers, so no statement can be compared.</p></section>`
  return html`<section aria-labelledby="statements"><h2 id="statements">Statements</h2>
    ${tableOf(criteriaTable(agreement))}<p>${CRITERIA_TEXT}</p>
    <h3>${verdictTable(agreement).title}</h3>${tableOf(verdictTable(agreement))}
    <h3>Answers on which the judge is of another mind than most people</h3>
    ${agreement.criteria.map((one) => linksOf(one, shown))}</section>`
}

function linksOf({ criterion, differs }: CriterionAgreement, shown: Disagreement[]): Markup | false {
  const place = (id: string) => shown.findIndex((one) => one.id === id) + 1
  return (
    differs.length > 0 &&
    html`<details><summary>${criterion!.id}: ${count(differs.length, "answer")}</summary><p>${criterion!.title}</p>
    <p>${differs.map((id, index) => html`${index > 0 && ", "}${place(id) > 0 ? html`<a href="#answer-${place(id)}">${id}</a>` : id}`)}</p></details>`
  )
}

function differencesSection({ disagreements }: Agreement, shown: Disagreement[]): Markup {
  return html`<section aria-labelledby="differences"><h2 id="differences">Answers that are marked differently</h2>
    <p>${
      disagreements.length === 0
        ? "None: the judge and people gave the same."
        : `${count(disagreements.length, "answer")}, the worst first.${disagreements.length > shown.length ? ` The first ${shown.length} are here; all are in what --json writes.` : ""}`
    }</p>
    ${shown.map(answerOf)}</section>`
}

function answerOf(one: Disagreement, index: number): Markup {
  return html`<section class="finding" id="answer-${index + 1}" aria-labelledby="answer-${index + 1}-title">
    <h3 id="answer-${index + 1}-title">${one.id}</h3><p>${disagreementText(one)}</p>
    ${
      one.statements.length > 0 &&
      html`<ul>${one.statements.map(
        (statement) =>
          html`<li><p>${statement.criterion}: ${statementText(statement)}</p>
          ${statement.reason !== "" && html`<p class="small muted">The judge's reason: ${statement.reason}</p>`}
          ${statement.quotes.map((quote) => html`<p class="small muted">Quoted: “${quote}”</p>`)}</li>`,
      )}</ul>`
    }
    ${
      one.answer === null
        ? html`<p class="small muted">The marks do not carry the answer's text.</p>`
        : html`<details><summary>The answer</summary><div class="answer">${one.answer}</div></details>`
    }</section>`
}

function missingSection(agreement: Agreement): Markup | false {
  const missing = whyMissing(agreement)
  return (
    missing.length > 0 &&
    html`<section aria-labelledby="missing"><h2 id="missing">Why figures are missing</h2>${missing.map((sentence) => html`<p>${sentence}</p>`)}</section>`
  )
}
