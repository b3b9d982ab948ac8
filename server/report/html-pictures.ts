/** The page's pictures, each answering the question in its title, and the tables of what is shown and scores nothing. */
import type { Report } from "../../graders/report.ts"
import { ACROSS_ENGINES, enginesTable } from "./engine-tables.ts"
import { growthPictures, growthTable } from "./growth-tables.ts"
import { picturesBeginning } from "./html-contents.ts"
import { figureOf, tableOf } from "./html-parts.ts"
import { phaseTables, visibilityTable, visibilityText } from "./lag-tables.ts"
import { html, type Markup } from "./markup.ts"
import { drawCallCost } from "./pictures/call-cost.ts"
import { drawGrowth } from "./pictures/growth.ts"
import { drawLadder } from "./pictures/ladder.ts"
import { drawLatency } from "./pictures/latency.ts"
import { drawTrade } from "./pictures/trade.ts"
import { countTable, ladderTable, latencyTable, type Table } from "./tables.ts"
import { dearestTables, storedTable, tradeOf, tradeTable } from "./trade-tables.ts"

export function picturesOf(report: Report): Markup | false {
  const { evidence, comparison } = report
  if (!evidence || !comparison) return false
  const { position, peak } = evidence
  const anchor = comparison.question.position.anchor[evidence.engine] ?? "anchor"
  const trade = tradeOf(report)
  const figures = [
    ...(trade
      ? [figureOf(`What does a ${trade.write} cost, and what a ${trade.read}?`, drawTrade(trade), tradeTable(trade))]
      : []),
    ...growthPictures(report).map((picture) => figureOf(picture.title, drawGrowth(picture), growthTable(picture))),
    ...(position && !position.skipped
      ? [figureOf("Where between the references?", drawLadder(position, anchor), ladderTable(position, anchor))]
      : []),
    ...(peak && !peak.skipped
      ? peak.operations.map((one) =>
          figureOf(`Does ${one.operation} hold its budget at peak?`, drawLatency(one, peak), latencyTable(one)),
        )
      : []),
    ...countTable(report).map((table) => figureOf(table.title, drawCallCost(table), table)),
  ]
  return (
    figures.length > 0 &&
    html`${picturesBeginning(report)}<p class="small muted">${WHO}</p><div class="pictures">${figures}</div>${shownOnly(report)}</section>`
  )
}

const WHO =
  '"strong" is the reference answer that earns all measured points; the others named beside it are reference answers with a known weakness each. All ran on this machine, or were counted at the same sizes of the same data. The control arm is strong once more, sent as if it were this design: what lies between the two is chance.'

/** Figures that nothing is scored by. */
function shownOnly(report: Report): Markup[] {
  const visibility = visibilityTable(report)
  const engines = enginesTable(report)
  const tables = [...dearestTables(report), storedTable(report), visibility, ...phaseTables(report), engines]
  const saying = (table: Table) =>
    table === visibility ? visibilityText(report) : table === engines ? ACROSS_ENGINES : null
  return tables.flatMap((table) => {
    if (!table) return []
    const said = saying(table)
    return [html`<h3>${table.title}</h3>${said !== null && html`<p class="small muted">${said}</p>`}${tableOf(table)}`]
  })
}
