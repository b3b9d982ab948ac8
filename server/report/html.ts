/** The report as one self-contained page: no request leaves it, no script is needed to read it, and nothing from a submission is markup. */
import { createHash } from "node:crypto"
import type { Report } from "../../graders/report.ts"
import { addCopyButtons } from "./copy-csv.ts"
import { contentsOf, withWayBack } from "./html-contents.ts"
import { headOf } from "./html-head.ts"
import { picturesOf } from "./html-pictures.ts"
import { claimsOf, judgedByOf, marksOf } from "./html-said.ts"
import { causesSection, criteriaOf, findingsOf, provenanceOf, wrongAnswersOf } from "./html-sections.ts"
import { STYLE } from "./html-style.ts"
import { submissionOf } from "./html-submission.ts"
import { html, trusted } from "./markup.ts"

const COPY_SCRIPT = `(${addCopyButtons})(document)`
const hash = createHash("sha256").update(COPY_SCRIPT).digest("base64")
/** Should anything ever slip through the escaping, the page still may not load, send or run it. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`

/** Renders a report as an HTML document. */
export function renderHtml(report: Report): string {
  const sections = [
    criteriaOf(report),
    causesSection(report),
    wrongAnswersOf(report),
    picturesOf(report),
    findingsOf(report),
    claimsOf(report),
    marksOf(report),
    submissionOf(report),
    judgedByOf(report),
    provenanceOf(report),
  ]
  const { markup } = html`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.questionTitle} · Proofrun report</title>
<style>${trusted(STYLE)}</style></head><body>
<a class="skip" href="#criteria">To the criteria</a>
${headOf(report)}
<main>
${contentsOf(...sections)}
${withWayBack(html`${sections}`)}
</main>
<footer class="small muted">Measured by Proofrun. The whole evidence is in the JSON report.</footer>
<script>${trusted(COPY_SCRIPT)}</script></body></html>`
  return `<!doctype html>\n${markup}\n`
}
