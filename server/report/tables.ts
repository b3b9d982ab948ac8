/** The figures of a report as plain tables: the terminal prints them, the page draws them and shows them behind each picture. */
import type { Design } from "../../graders/comparison.ts"
import { bytes, number } from "../../graders/figures.ts"
import { lostShare } from "../../graders/measured.ts"
import type { Report } from "../../graders/report.ts"
import { wordsOf } from "../../graders/words.ts"
import type { Latency, Peak, Position } from "../../sandboxes/evidence.ts"

export type Cell = string | number | null

export interface Table {
  title: string
  head: string[]
  rows: Cell[][]
  /** "bytes" where the cells are bytes; otherwise the unit is in the head. */
  unit?: "bytes"
}

const sizeOf = (design: Design, stage: string) => design.sizes.find((size) => size.stage === stage)

/** Counts in the order in which a reader wants to see them; what an engine counts beyond them follows. */
const FIRST = [
  ...["roundTrips", "waves", "requestKiB", "replyKiB", "requests", "commands", "scripts", "lookups", "rows"],
  ...["tombstones", "ranges", "scans", "reads", "mutations", "readKiB", "writtenKiB"],
]

const COUNT_TITLES: Record<string, string> = {
  roundTrips: "round trips",
  waves: "dependent round trips",
  requestKiB: "sent KiB",
  replyKiB: "received KiB",
  commands: "commands run",
  scripts: "scripts run",
  ranges: "range scans",
  scans: "steps through all keys",
  readKiB: "read in engine KiB",
  writtenKiB: "written KiB",
}

/** The title of a count where data lies as it does in this evidence. */
export function countTitle(name: string, evidence: NonNullable<Report["evidence"]>): string {
  const { partition, row } = wordsOf(evidence)
  const byModel: Record<string, string> = {
    lookups: `${partition} look-ups`,
    rows: `${row}s read`,
    rowsWritten: `${row}s written`,
    partitionsWritten: `${partition}s written`,
  }
  return byModel[name] ?? COUNT_TITLES[name] ?? name
}

/** One table per operation: what one call costs at the largest finished size, beside the references. */
export function countTable(report: Report): Table[] {
  const { comparison, evidence } = report
  const stage = evidence?.stages.filter((one) => !one.stopped).at(-1)
  if (!comparison || !evidence || !stage) return []
  return comparison.question.operations.map(({ name }) => {
    const columns = comparison.designs.flatMap((design) => {
      const operation = sizeOf(design, stage.id)?.operations.find((one) => one.operation === name)
      return operation ? [{ design: design.name, ...operation }] : []
    })
    const known = new Set(columns.flatMap((column) => Object.keys(column.counts)))
    const names = [...FIRST, ...known].filter(
      (count, index, all) => all.indexOf(count) === index && columns.some((column) => (column.counts[count] ?? 0) > 0),
    )
    const returned = stage.work.find((one) => one.operation === name)?.returned ?? 0
    return {
      title: `What does one call of ${name} cost? At ${stage.label}`,
      head: ["per call", ...columns.map((column) => column.design)],
      rows: [
        ...names.map((count): Cell[] => [
          countTitle(count, evidence),
          ...columns.map((column) => column.counts[count] ?? null),
        ]),
        ...(returned > 0 ? [["elements returned", returned, ...columns.slice(1).map(() => null)] as Cell[]] : []),
        [`${costName(evidence, name, [stage])}, ${comparison.weights.unit}`, ...columns.map((column) => column.cost)],
      ],
    }
  })
}

/** What is charged stands beside the counts, and may be more than they come to where calls failed or were answered wrongly. */
export function costName(
  evidence: NonNullable<Report["evidence"]>,
  operation: string,
  stages = evidence.stages,
): string {
  const wrong = stages.some(({ work }) =>
    work.some((one) => one.operation === operation && lostShare(evidence, one) > 0),
  )
  return wrong ? "cost as charged (a failed or wrong call stands at the weak reference's)" : "cost"
}

/** What one call costs in all, in the weights' unit, at the largest finished size, and how much of strong's work that is. null where nothing was counted. */
export function costTable({ comparison, evidence }: Report): Table | null {
  const stage = evidence?.stages.filter((one) => !one.stopped).at(-1)
  if (!comparison || !stage) return null
  const [own, strong] = comparison.designs.map((design) => sizeOf(design, stage.id)?.operations ?? [])
  const costIn = (of: typeof own, operation: string) => of?.find((one) => one.operation === operation)?.cost ?? null
  return {
    title: `What a call costs, at ${stage.label}`,
    head: ["operation", "yours", "strong", "times strong"],
    rows: comparison.question.operations.map(({ name }): Cell[] => {
      const [mine, best] = [costIn(own, name), costIn(strong, name)]
      return [name, mine, best, mine !== null && best !== null && best > 0 ? mine / best : null]
    }),
  }
}

/** A cell as it is read. */
export const cellText = (cell: Cell, unit?: "bytes"): string =>
  cell === null ? "–" : typeof cell === "string" ? cell : unit === "bytes" ? bytes(cell) : number(cell)

/** How a figure of engine CPU was taken from its calls. */
export const cpuQuantileOf = ({ cpuQuantile }: Position) => (cpuQuantile === 0.25 ? "lower quartile" : "median")

/** The ladder's figures: midmeans and engine CPU of each arm. */
export function ladderTable(position: Position, anchor: string): Table {
  const { midmeans, cpuMicros, times } = position
  const row = (name: string, arm: keyof Position["midmeans"]): Cell[] => [
    name,
    midmeans[arm],
    cpuMicros[arm],
    times[arm].length,
  ]
  return {
    title: "timed calls",
    head: ["design", "midmean ms", `engine CPU µs, ${cpuQuantileOf(position)}`, "calls"],
    rows: [row("this design", "candidate"), row("strong", "strong"), row("control", "control"), row(anchor, "anchor")],
  }
}

/** The 99.9th percentile; null of fewer calls than a thousand, where it is one of them, or none. */
export const p999Of = ({ p999, count }: Latency): number | null => (count < 1_000 ? null : p999)

/** Percentiles at peak. */
export function latencyTable({ operation, candidate, strong, budgetP99Ms }: Peak["operations"][number]): Table {
  const row = (name: string, latency: Latency): Cell[] => {
    const { p50, p95, p99, max, count, failed } = latency
    return [name, p50, p95, p99, p999Of(latency), max, count, failed]
  }
  return {
    title: `latency of ${operation} at peak, budget ${number(budgetP99Ms)} ms at p99`,
    head: ["design", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "max ms", "calls", "failed"],
    rows: [row("this design", candidate), row("strong", strong)],
  }
}
