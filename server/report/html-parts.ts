/** The small parts that sections of the page are made of: tables, bars, pictures with the table behind them, evidence as a list. */
import type { z } from "zod"
import { number } from "../../graders/figures.ts"
import { html, type Markup } from "./markup.ts"
import type { Drawn } from "./pictures/growth.ts"
import { cellText, type Table } from "./tables.ts"

/** A table that scrolls by itself on a narrow screen, reachable by keyboard. Its first column is the row's name. Figures stand at the right, words do not. */
export function tableOf({ title, head, rows, unit }: Table): Markup {
  const isWords = head.map((_, at) => rows.some((row) => /^\p{L}/u.test(cellText(row[at] ?? null))))
  const side = (at: number) => !isWords[at] && html` class="figure"`
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Table: ${title}"><table data-csv>
    <thead><tr>${head.map((name, index) => html`<th scope="col"${index > 0 && side(index)}>${name}</th>`)}</tr></thead>
    <tbody>${rows.map(
      ([name, ...cells]) =>
        html`<tr><th scope="row">${cellText(name ?? null)}</th>${cells.map((cell, index) => html`<td${side(index + 1)}>${cellText(cell, unit)}</td>`)}</tr>`,
    )}</tbody></table></div>`
}

/** A picture that answers the question in its title, with its caption and its table. */
export function figureOf(title: string, drawn: Drawn, table: Table): Markup {
  return html`<figure><h3>${title}</h3>${drawn.legend}${drawn.picture}<figcaption>${drawn.caption}</figcaption>
    <details><summary>The figures as a table<span class="aloud">: ${title}</span></summary>${tableOf(table)}</details></figure>`
}

/** A bar for points; hatched where there are none to show. The figures beside it say the same. */
export const barOf = (share: number | null): Markup =>
  share === null
    ? html`<span class="bar none" aria-hidden="true"></span>`
    : html`<span class="bar" aria-hidden="true"><i style="width:${Math.round(Math.min(1, Math.max(0, share)) * 100)}%"></i></span>`

export const factsOf = (facts: (readonly [string, Markup | string])[]): Markup =>
  html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`

type Json = z.infer<ReturnType<typeof z.json>>

/** Evidence of any shape: records as lists of facts, lists of records as tables. */
export function evidenceOf(evidence: Json, title: string): Markup {
  if (Array.isArray(evidence)) return listOf(evidence, title)
  if (evidence === null) return html`–`
  if (typeof evidence !== "object") return html`${text(evidence)}`
  const entries = Object.entries(evidence).filter(([, value]) => value !== null)
  return factsOf(entries.map(([name, value]) => [words(name), evidenceOf(value, `${title}, ${words(name)}`)] as const))
}

function listOf(items: Json[], title: string): Markup {
  if (items.length === 0) return html`none`
  if (!items.every((item) => typeof item === "object" && item !== null && !Array.isArray(item)))
    return html`${items.map((item) => text(item)).join(", ")}`
  const names = [...new Set(items.flatMap((item) => Object.keys(item as object)))]
  const rows = items.map((item) => names.map((name) => text((item as Record<string, Json>)[name] ?? null)))
  return tableOf({ title, head: names.map(words), rows })
}

const text = (value: Json): string =>
  value === null
    ? "–"
    : typeof value === "number"
      ? number(value)
      : typeof value === "object"
        ? Object.entries(value)
            .map(([name, inner]) => `${words(name)} ${text(inner)}`)
            .join(", ")
        : String(value)

/** Names that do not explain themselves. */
const NAMES: Record<string, string> = {
  ladder: "place, 0 is strong and 1 is the other end",
  leftOut: "strong's time without this design, times that without its control",
  leftOutChance: "how likely that is by chance",
  offTurnCpuShare: "share of CPU time used between its own calls",
  baseMs: "strong and its control together, ms",
  midmeansMs: "midmeans (mean of the middle half), ms",
  anchor: "other end",
  tailRatio: "slowest calls (95th to 99.5th percentile), times strong's",
  p99Ratio: "p99, times strong's",
  lostShare: "share of failed or wrong calls",
  uncountedFactor: "times more engine CPU than the counts explain",
}

/** "largestPartitionBytes" -> "largest partition bytes". */
const words = (name: string) =>
  NAMES[name] ?? name.replace(/([a-z0-9])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`)
