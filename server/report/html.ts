/** The report as one self-contained page: no request leaves it, no script is needed to read it, and nothing from a submission is markup. */
import { createHash } from "node:crypto"
import type { Report } from "../../graders/report.ts"
import { headOf } from "./html-head.ts"
import { claimsOf, judgedByOf, marksOf } from "./html-said.ts"
import { causesSection, criteriaOf, findingsOf, picturesOf, provenanceOf, wrongAnswersOf } from "./html-sections.ts"
import { STYLE } from "./html-style.ts"
import { submissionOf } from "./html-submission.ts"
import { html, trusted } from "./markup.ts"

/** Puts a button at each table that copies it as CSV. A cell that a spreadsheet would take for a formula is quoted as text. */
const COPY_SCRIPT = `for (const table of document.querySelectorAll("table[data-csv]")) {
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = "Copy as CSV"
  const cell = (one) => '"' + one.textContent.trim().replace(/^[=+@-](?=[^0-9.]|$)/, "'$&").replaceAll('"', '""') + '"'
  button.addEventListener("click", async () => {
    const csv = [...table.rows].map((row) => [...row.cells].map(cell).join(",")).join("\\n")
    await navigator.clipboard.writeText(csv).then(() => { button.textContent = "Copied" }, () => { button.textContent = "Copying is not allowed here" })
  })
  table.parentElement.after(button)
}`

const hash = createHash("sha256").update(COPY_SCRIPT).digest("base64")
/** Should anything ever slip through the escaping, the page still may not load, send or run it. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`

/** Renders a report as an HTML document. */
export function renderHtml(report: Report): string {
  const { markup } = html`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.questionTitle} · Proofrun report</title>
<style>${trusted(STYLE)}</style></head><body>
<a class="skip" href="#criteria">To the criteria</a>
${headOf(report)}
<main>
${criteriaOf(report)}
${causesSection(report)}
${wrongAnswersOf(report)}
${picturesOf(report)}
${findingsOf(report)}
${claimsOf(report)}
${marksOf(report)}
${submissionOf(report)}
${judgedByOf(report)}
${provenanceOf(report)}
</main>
<footer class="small muted">Measured by Proofrun. The whole evidence is in the JSON report.</footer>
<script>${trusted(COPY_SCRIPT)}</script></body></html>`
  return `<!doctype html>\n${markup}\n`
}
