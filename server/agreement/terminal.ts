/** Prints how far the judge and people agree. Text from answers and names is made safe here. */
import type { Agreement } from "../../graders/agreement/agreement.ts"
import type { Disagreement } from "../../graders/agreement/disagreements.ts"
import { plainLine } from "../report/plain-text.ts"
import { cellText, type Table } from "../report/tables.ts"
import { type Page, type Paper, page } from "../report/terminal-layout.ts"
import {
  apartText,
  CRITERIA_TEXT,
  comparedText,
  confusionTable,
  criteriaTable,
  disagreementText,
  oneLine,
  statementText,
  totalsTable,
  totalsText,
  verdictTable,
  whyMissing,
} from "./words.ts"

const WORST = 5
const SHOWN_TEXT = 400

export function renderAgreement(agreement: Agreement, paper: Paper): string {
  const out = page(paper)
  out.paragraph(comparedText(agreement))
  for (const sentence of apartText(agreement)) out.paragraph(sentence)
  printTable(out, totalsTable(agreement))
  for (const sentence of totalsText(agreement)) out.paragraph(sentence)
  if (agreement.criteria.length > 0) {
    printTable(out, criteriaTable(agreement))
    out.paragraph(CRITERIA_TEXT)
    printTable(out, verdictTable(agreement))
  } else {
    out.line()
    out.paragraph("People marked whole answers, so no statement can be compared.")
  }
  if (agreement.totals.confusion.classes.length > 0) printTable(out, confusionTable(agreement))
  const missing = whyMissing(agreement)
  if (missing.length > 0) {
    out.heading("Why figures are missing")
    for (const sentence of missing) out.paragraph(sentence)
  }
  printWorst(out, agreement.disagreements)
  return out.text()
}

function printTable(out: Page, { title, head, rows }: Table): void {
  out.heading(title)
  out.table(
    head,
    rows.map((row) => row.map((cell) => cellText(cell))),
    head.map((_, index) => (index === 0 ? "left" : "right")),
  )
}

function printWorst(out: Page, disagreements: Disagreement[]): void {
  out.heading("Where do they differ most?")
  if (disagreements.length === 0) out.paragraph("Nowhere: the judge and people gave the same.")
  for (const one of disagreements.slice(0, WORST)) {
    out.paragraph(`${out.style("bold", oneLine(one.id))}  ${disagreementText(one)}`)
    for (const statement of one.statements) {
      out.paragraph(`${statement.criterion}: ${statementText(statement)}`, 4, "  - ")
      if (statement.reason) out.paragraph(`the judge's reason: ${plainLine(statement.reason, SHOWN_TEXT)}`, 6)
    }
    if (one.answer !== null) out.paragraph(`“${plainLine(one.answer, SHOWN_TEXT)}”`, 4)
    out.line()
  }
  if (disagreements.length > WORST)
    out.paragraph(`${disagreements.length - WORST} more, with whole texts, on the page that --html writes.`)
}
