/** What a design pays when writing for what it saves when reading, beside the references; and what one call of the dearest kind takes. Scores nothing. */
import { candidateCallCurve, referenceCallCurve } from "../../graders/call-curve.ts"
import type { Report } from "../../graders/report.ts"
import type { Cell, Table } from "./tables.ts"

export interface Traded {
  name: string
  /** Cost of one call, in the unit of the weights. */
  write: number
  read: number
}

export interface Trade {
  write: string
  read: string
  unit: string
  /** The size at which it was counted, in words. */
  at: string
  /** The candidate first. */
  designs: Traded[]
}

/** null where the question trades nothing, or nothing was counted. */
export function tradeOf({ comparison, evidence }: Report): Trade | null {
  const stage = evidence?.stages.filter((one) => !one.stopped).at(-1)
  const trade = comparison?.question.trade
  if (!comparison || !trade || !stage) return null
  const designs = comparison.designs.flatMap((design): Traded[] => {
    const operations = design.sizes.find((size) => size.stage === stage.id)?.operations ?? []
    const cost = (name: string) => operations.find(({ operation }) => operation === name)?.cost
    const [write, read] = [cost(trade.write), cost(trade.read)]
    return write === undefined || read === undefined ? [] : [{ name: design.name, write, read }]
  })
  if (designs.length === 0) return null
  return { ...trade, unit: comparison.weights.unit, at: stage.label, designs }
}

export function tradeTable({ write, read, unit, at, designs }: Trade): Table {
  return {
    title: `What does a ${write} cost, and what a ${read}? At ${at}`,
    head: ["design", `${write}, ${unit}`, `${read}, ${unit}`],
    rows: designs.map((design) => [design.name, design.write, design.read]),
  }
}

/** For each axis that varies from write to write: what the dearest place counted takes, and which share that is of a second of the stated mix. */
export function dearestTables(report: Report): Table[] {
  const { comparison, evidence } = report
  const stage = evidence?.stages.filter((one) => !one.stopped).at(-1)
  if (!comparison || !evidence || !stage) return []
  const { question, references, weights } = comparison
  const measured = { question, evidence, references, weights }
  return question.axes.flatMap((axis): Table[] => {
    const operation = question.operations.find(({ name }) => name === axis.callsOf)
    if (operation?.kind !== "write") return []
    const figure = { measure: "cost", operation: operation.name } as const
    const rows = comparison.designs.flatMap((design, index): Cell[][] => {
      const curve =
        index === 0
          ? candidateCallCurve(measured, axis, figure)
          : referenceCallCurve(measured, axis, figure, design.name)
      const last = curve.at(-1)
      const mix = design.sizes.find((size) => size.stage === stage.id)?.mix
      return last ? [[design.name, last.n, last.value, mix ? (100 * last.value) / mix : null]] : []
    })
    if (rows.length === 0) return []
    return [
      {
        title: `What does one ${operation.name} take where ${axis.title} are most?`,
        head: ["design", axis.unit, `cost, ${weights.unit}`, "% of a second at peak"],
        rows,
      },
    ]
  })
}

/** Stored bytes per user, or whatever else the workload says how many of there are. */
export function storedTable({ comparison, evidence }: Report): Table | null {
  const stage = evidence?.stages.filter((one) => !one.stopped).at(-1)
  if (!comparison || !stage?.per) return null
  const per = Object.entries(stage.per)
  const rows = comparison.designs.flatMap((design): Cell[][] => {
    const bytes = design.sizes.find((size) => size.stage === stage.id)?.liveBytes
    return bytes ? [[design.name, bytes, ...per.map(([, n]) => bytes / n)]] : []
  })
  return {
    title: `What is stored? At ${stage.label}`,
    head: ["design", "in all", ...per.map(([what, n]) => `per ${what} (${n.toLocaleString("en-US")})`)],
    rows,
    unit: "bytes",
  }
}
