/** The measured sections of the terminal page: wrong answers, counted work, growth, ladder, peak, and how it was measured. */
import { milliseconds, number, percent } from "../../graders/figures.ts"
import type { Report } from "../../graders/report.ts"
import { ACROSS_ENGINES, enginesTable } from "./engine-tables.ts"
import { growthTables } from "./growth-tables.ts"
import { phaseTables, visibilityTable, visibilityText } from "./lag-tables.ts"
import { plainLine, plainText } from "./plain-text.ts"
import { cellText, countTable, cpuQuantileOf, p999Of, type Table } from "./tables.ts"
import type { Page } from "./terminal-layout.ts"
import { dearestTables, storedTable, tradeOf, tradeTable } from "./trade-tables.ts"
import { brief, ratesOf, SHOWN_EXAMPLES } from "./words.ts"

const right = (columns: number): ("left" | "right")[] =>
  Array.from({ length: columns }, (_, index) => (index === 0 ? "left" : "right"))

export function correctness(out: Page, { evidence }: Report): void {
  const broken = evidence?.invariants.filter((one) => one.broken > 0) ?? []
  if (broken.length === 0) return
  out.heading("Wrong answers")
  for (const one of broken.slice(0, SHOWN_EXAMPLES)) {
    out.line(`${out.style("bold", one.invariant)}: ${number(one.broken)} of ${number(one.checked)} checks`)
    const example = one.examples[0]
    if (!example) continue
    out.paragraph(plainText(example.message), 12, "  what")
    out.paragraph(plainLine(brief(example.request, 300)), 12, "  request")
    out.paragraph(plainLine(brief(example.got, 300)), 12, "  came")
    out.paragraph(plainLine(brief(example.expected, 300)), 12, "  due")
    out.paragraph(`at ${example.stage}, ${example.pass}`, 12, "  when")
  }
}

export function countedWork(out: Page, report: Report): void {
  for (const table of countTable(report)) shown(out, table)
}

export function growth(out: Page, report: Report): void {
  for (const table of growthTables(report)) shown(out, table)
}

export function trade(out: Page, report: Report): void {
  const traded = tradeOf(report)
  const stored = storedTable(report)
  for (const table of [...(traded ? [tradeTable(traded)] : []), ...dearestTables(report), ...(stored ? [stored] : [])])
    shown(out, table)
}

export function otherEngines(out: Page, report: Report): void {
  const table = enginesTable(report)
  if (!table) return
  shown(out, table)
  out.paragraph(ACROSS_ENGINES)
}

export function lag(out: Page, report: Report): void {
  const visibility = visibilityTable(report)
  if (visibility) {
    shown(out, visibility)
    out.paragraph(visibilityText(report))
  }
  for (const table of phaseTables(report)) shown(out, table)
}

function shown(out: Page, table: Table): void {
  out.heading(table.title)
  out.table(
    table.head,
    table.rows.map((row) => row.map((cell) => cellText(cell, table.unit))),
    right(table.head.length),
  )
}

/** Characters of the ladder from strong to the anchor. */
const LADDER = 50

export function ladder(out: Page, { evidence, comparison }: Report): void {
  const position = evidence?.position
  if (!position || position.skipped) return
  const anchor = comparison?.question.position.anchor[evidence.engine] ?? "anchor"
  out.heading(`Where between the references? ${position.operation} at ${position.stage}`)
  const at = (value: number) => Math.round(Math.min(1.05, Math.max(-0.05, value)) * LADDER) + 3
  const line = Array.from({ length: LADDER + 7 }, () => " ")
  for (let index = at(0); index <= at(1); index++) line[index] = "─"
  line[at(0)] = "├"
  line[at(1)] = "┤"
  for (let index = at(position.ladder.low); index <= at(position.ladder.high); index++) line[index] = "═"
  line[at(position.ladder.value)] = "◆"
  out.line(line.join("").trimEnd())
  out.line(`   strong${" ".repeat(Math.max(1, LADDER - 5 - anchor.length))}${anchor}`)
  out.table(
    ["", "this design", "strong", "control", anchor],
    [
      [
        "midmean, ms",
        ...(["candidate", "strong", "control", "anchor"] as const).map((arm) => number(position.midmeans[arm])),
      ],
      [
        `engine CPU, µs (${cpuQuantileOf(position)})`,
        ...(["candidate", "strong", "control", "anchor"] as const).map((arm) => number(position.cpuMicros[arm])),
      ],
    ],
    right(5),
  )
  out.line(
    `${number(position.rounds)} rounds; this design at ${percent(position.ladder.value)} (${percent(position.ladder.low)} to ${percent(position.ladder.high)}).`,
  )
}

export function budgetAtPeak(out: Page, { evidence }: Report): void {
  const peak = evidence?.peak
  if (!peak || peak.skipped) return
  out.heading(`Does it hold the budget at peak? ${number(peak.seconds)} s of the stated mix${ratesOf(peak)}`)
  out.table(
    ["", "calls/s", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "budget p99 ms", "failed"],
    peak.operations.flatMap((one) =>
      (["candidate", "strong"] as const).map((arm) => [
        `${one.operation}, ${arm === "candidate" ? "this design" : "strong"}`,
        arm === "candidate" ? number(one.perSecond * (peak.rateShare ?? 1)) : "",
        ...[one[arm].p50, one[arm].p95, one[arm].p99, p999Of(one[arm])].map((ms) => cellText(ms)),
        arm === "candidate" ? number(one.budgetP99Ms) : "",
        number(one[arm].failed),
      ]),
    ),
    right(8),
  )
  out.paragraph(
    `Latency counts from the intended time; the generator was late by ${milliseconds(peak.generatorLagMs.p99)} at p99. Absolute times are shown, not scored.`,
  )
}

export function provenance(out: Page, { provenance: from, rubric, comparison }: Report): void {
  if (!from) return
  out.heading("How this was measured")
  const facts = [
    ["started", `${from.startedAt}, ${number(from.seconds)} s`],
    ["phases", from.phases.map((one) => `${one.phase} ${number(one.seconds)} s`).join(", ")],
    ["rubric", `version ${rubric.version}, ${rubric.hash.slice(0, 12)}`],
    ["seed", from.seed],
    ["workload", from.workloadHash.slice(0, 12)],
    ["images", entries(from.images)],
    ["engine", entries(from.engine)],
    ["machine", entries(from.machine)],
    ["cost unit", comparison ? `${comparison.weights.unit}, fit within ${percent(comparison.weights.error)}` : ""],
  ]
  for (const [name, value] of facts) if (value) out.paragraph(plainLine(value!), 12, name)
}

const entries = (record: Record<string, string | number>) =>
  Object.entries(record)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value.slice(0, 40) : number(value)}`)
    .join(", ")
