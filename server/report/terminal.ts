/** The report as a page for the terminal. Colour is an addition, never the only sign. All text from the submission is made plain first. */

import { causesOf } from "../../graders/causes.ts"
import { points } from "../../graders/figures.ts"
import type { Report, Score } from "../../graders/report.ts"
import { adviceOn } from "./advice.ts"
import { plainLine, plainText } from "./plain-text.ts"
import { bar, type Page, type Paper, page } from "./terminal-layout.ts"
import {
  budgetAtPeak,
  correctness,
  countedWork,
  growth,
  ladder,
  lag,
  otherEngines,
  provenance,
  trade,
} from "./terminal-measured.ts"
import { claims, judgedBy, marks, quoted, steering } from "./terminal-said.ts"
import { bandText, engineTitle, plusMinus, printedWhere, refused, subtotalText } from "./words.ts"

/** Renders a report, 76 to 120 columns wide. `colour: false` gives plain text without any escape sequence. */
export function renderTerminal(report: Report, paper: Paper): string {
  const out = page(paper)
  head(out, report)
  if (report.rejected) {
    rejection(out, report)
    if (report.judgement || report.marks.length > 0) criteria(out, report)
  } else {
    criteria(out, report)
    correctness(out, report)
    countedWork(out, report)
    trade(out, report)
    growth(out, report)
    ladder(out, report)
    budgetAtPeak(out, report)
    lag(out, report)
    otherEngines(out, report)
    findings(out, report)
  }
  claims(out, report)
  steering(out, report)
  marks(out, report)
  warnings(out, report)
  printed(out, report)
  judgedBy(out, report)
  if (report.provenance) provenance(out, report)
  return out.text()
}

function head(out: Page, report: Report): void {
  const name = report.displayName ? `  ·  ${plainLine(report.displayName, 60)}` : ""
  out.line(`${out.style("bold", plainLine(report.questionTitle))}  ·  ${engineTitle(report.engine)}${name}`)
  out.line()
  const band = bandText(report)
  const colour = ({ strong: "green", adequate: "cyan", weak: "yellow", "not yet working": "red" } as const)[band]
  out.line(`Measured   ${out.style(colour ? ["bold", colour] : "bold", band)}, ${subtotalText(report.measured)}`)
  if (report.written.outOf > 0) out.line(`Written    ${subtotalText(report.written)}`)
  if (report.total !== null)
    out.line(
      `Total      ${points(report.total)}${plusMinus(report.interval)} of ${points(report.outOf)}, ${report.band}`,
    )
  if (report.summary.length > 0) out.line()
  for (const sentence of report.summary) out.paragraph(plainText(sentence), 2, "•")
  if (report.remarks.length > 0) out.line()
  for (const remark of report.remarks) out.paragraph(plainText(remark), 2, "!")
}

function rejection(out: Page, { rejected, engine }: Report): void {
  if (!rejected) return
  out.line()
  out.paragraph(`${refused(rejected, engine)}: ${plainText(rejected.message)}`)
  const advice = adviceOn(rejected.message)
  if (advice) out.paragraph(advice)
  if (!rejected.excerpt) return
  out.line()
  for (const line of plainText(rejected.excerpt).split("\n").slice(0, 12)) out.paragraph(line, 4, "  │ ")
}

function criteria(out: Page, report: Report): void {
  out.heading("Criteria")
  for (const score of report.scores) {
    criterion(out, score)
    quoted(out, report, score)
  }
  const causes = causesOf(report)
  if (causes.length === 0) return
  out.heading("Where the points went")
  out.table(
    ["points", "cause", "criteria"],
    causes.map((cause) => [points(-cause.pointsLost), cause.title, cause.criteria.map(titleIn(report)).join(", ")]),
    ["right"],
  )
}

const titleIn = (report: Report) => (id: string) =>
  plainLine(report.scores.find((score) => score.criterion === id)?.title ?? id)

function criterion(out: Page, score: Score): void {
  const shown = score.points === null ? "–" : points(score.points)
  const figures = `${shown.padStart(5)} of ${points(score.outOf).padEnd(4)}`
  const share = score.points === null ? "·".repeat(10) : bar(score.points / score.outOf, 10)
  out.line(`${figures} ${share}  ${out.style("bold", plainLine(score.title))}${plusMinus(score.interval)}`)
  out.paragraph(plainText(score.reason), 25)
}

function findings(out: Page, { findings: found }: Report): void {
  if (found.length === 0) return
  out.heading("Findings")
  for (const finding of found) {
    const lost = finding.pointsLost > 0 ? `, ${points(finding.pointsLost)} points` : ""
    out.line(`${out.style("bold", finding.title)} (${finding.rule}${lost})`)
    const line = finding.line === undefined ? "" : ` (schema, line ${finding.line})`
    out.paragraph(plainText(finding.place) + line, 12, "  where")
    out.paragraph(plainText(finding.evidence), 12, "  evidence")
    out.paragraph(finding.remedy, 12, "  remedy")
    out.line()
  }
}

function warnings(out: Page, { warnings: all, evidence }: Report): void {
  const notes = evidence?.notes ?? []
  if (all.length === 0 && notes.length === 0) return
  out.heading("Notes")
  for (const note of notes) out.paragraph(plainText(note), 2, "•")
  for (const warning of all)
    out.paragraph(`${plainLine(warning.file)}:${warning.line}  ${plainText(warning.message)}`, 2, "•")
}

function printed(out: Page, report: Report): void {
  if (report.printed.length === 0) return
  out.heading("What the code printed")
  for (const one of report.printed) {
    out.paragraph(`${plainLine(printedWhere(one))}:`)
    for (const line of plainText(one.text).trimEnd().split("\n")) out.paragraph(line, 4, "  │ ")
  }
}
