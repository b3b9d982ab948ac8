/** What the strong reference makes of the question on each engine that it allows. Counts only: times and points are never compared across engines. */
import type { Report } from "../../graders/report.ts"
import type { Cell, Table } from "./tables.ts"

export const ACROSS_ENGINES =
  "Counted call by call on each engine by itself; where data lies under keys, these are the partitions and their elements the rows. Times, costs and points are never compared across engines: a request of the one is not a request of the other."

const COUNTS: [title: string, ...names: string[]][] = [
  ["round trips", "roundTrips"],
  ["dependent", "waves"],
  ["partitions", "lookups"],
  ["rows read", "rows"],
  ["rows written", "rowsWritten", "mutations"],
  ["received KiB", "replyKiB"],
]

/** null where the question allows one engine only, or the others' references have not been counted. */
export function enginesTable({ comparison, evidence }: Report): Table | null {
  const stage = evidence?.stages.filter((one) => !one.stopped).at(-1)
  if (!comparison || !stage || comparison.engines.length < 2) return null
  const rows = comparison.question.operations.flatMap(({ name }) =>
    comparison.engines.map(({ engine, stages }): Cell[] => {
      const counts = stages[stage.id]?.operations[name]
      const count = (names: string[]) => names.map((one) => counts?.[one]).find((value) => value !== undefined) ?? null
      return [`${name}, ${engine}`, ...COUNTS.map(([, ...names]) => count(names))]
    }),
  )
  return {
    title: `What does the strong reference do on each engine? Per call, at ${stage.label}`,
    head: ["operation, engine", ...COUNTS.map(([title]) => title)],
    rows,
  }
}
