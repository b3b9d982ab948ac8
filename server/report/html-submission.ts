/** What was handed in: the answer, the schema with findings at their lines, the code with the compiler's warnings at theirs. Shown, never run. */
import type { Report } from "../../graders/report.ts"
import { answerOf } from "./html-said.ts"
import { html, type Markup } from "./markup.ts"
import { printedWhere } from "./words.ts"

type Notes = { line: number; text: string }[]

export function submissionOf(report: Report): Markup {
  const { submission, findings, warnings, rejected, evidence } = report
  const atSchema = findings.flatMap(({ line, title, evidence: seen }) =>
    line === undefined ? [] : [{ line, text: `${title}: ${seen}` }],
  )
  const refusedAt = (stage: boolean): Notes =>
    rejected?.line !== undefined && stage ? [{ line: rejected.line, text: rejected.message }] : []
  const notes = evidence?.notes ?? []
  return html`${answerOf(report)}
    ${submission.schema && html`<section id="schema"><h2>Schema</h2>${notes.map((note) => html`<p class="small muted">${note}</p>`)}${sourceOf("schema.cql", submission.schema, [...atSchema, ...refusedAt(rejected?.stage === "schema")], "schema")}</section>`}
    ${submission.keys && html`<section id="keys"><h2>Keys</h2><div class="answer">${submission.keys}</div></section>`}
    <section id="code"><h2>Code</h2>${Object.entries(submission.files).map(([file, text]) => {
      const own = warnings
        .filter((warning) => warning.file === file)
        .map(({ line, message }) => ({ line, text: message }))
      return html`<h3>${file}</h3>${sourceOf(file, text, [...own, ...refusedAt(rejected?.file === file)], null)}`
    })}</section>
    ${printedOf(report)}`
}

function printedOf({ printed }: Report): Markup | false {
  if (printed.length === 0) return false
  return html`<section id="printed"><h2>What the code printed</h2>${printed.map((one) => {
    const where = printedWhere(one)
    return html`<h3>${where}</h3><div class="source printed" role="region" tabindex="0" aria-label="${where}"><pre>${one.text}</pre></div>`
  })}</section>`
}

/** Numbered lines; what is said about a line stands below it. */
function sourceOf(name: string, text: string, notes: Notes, anchor: string | null): Markup {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n")
  return html`<div class="source" role="region" tabindex="0" aria-label="${name}"><ol>${lines.map((line, index) => {
    const own = notes.filter((note) => note.line === index + 1)
    const id = anchor !== null && html` id="${anchor}-${index + 1}"`
    return html`<li${id}${own.length > 0 && html` class="marked"`}><span class="n">${index + 1}</span><code>${line}</code>${own.map((note) => html`<span class="note">${note.text}</span>`)}</li>`
  })}</ol></div>`
}
