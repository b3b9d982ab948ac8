/** The words that the terminal and the page share: bands, refusals, subtotals. Decides nothing; only says it. */
import { capital, percent, points } from "../../graders/figures.ts"
import type { Report, Subtotal } from "../../graders/report.ts"
import type { Peak, Printed, Rejection } from "../../sandboxes/evidence.ts"

export { HOW_TO_JUDGE } from "../../graders/how-to-judge.ts"

const ENGINES: Record<string, string> = { cassandra: "Cassandra", redis: "Redis", dynamodb: "DynamoDB", s3: "S3" }

export const engineTitle = (engine: string): string => ENGINES[engine] ?? capital(engine)

/** What could not be done, never who: "The schema was refused by Cassandra at line 3". */
export function refused(rejected: Rejection, engine: string): string {
  const line = rejected.line === undefined ? "" : ` at line ${rejected.line}`
  const file = rejected.file === undefined ? "" : ` in ${rejected.file}`
  const where = `${line}${file}`
  return {
    submission: `The submission could not be read${where}`,
    schema: `The schema was refused by ${engineTitle(engine)}${line}`,
    compile: `The access code could not be built${where}`,
    connect: `The access code could not be started${where}`,
    load: `The data could not be loaded${where}`,
    run: `The run could not go on${where}`,
    quota: "The run was ended at a limit",
  }[rejected.stage]
}

/** What is said of the peak's rates where they are not the stated ones. */
export const ratesOf = ({ rateShare }: Pick<Peak, "rateShare">): string =>
  rateShare === undefined ? "" : ` at ${percent(rateShare)} of the stated rates`

const PASSES: Record<string, string> = {
  connect: "while it was connected",
  load: "while data was loaded",
  correctness: "while answers were checked",
  work: "while calls were counted",
  visibility: "while it was watched when a write shows",
}

/** Which process printed it and when: "First process, while answers were checked, at 2 days". */
export function printedWhere({ stage, pass, host }: Printed): string {
  return `${host === 0 ? "First" : "Second"} process, ${PASSES[pass] ?? pass}${stage && `, at ${stage}`}`
}

/** "41.8 of 75", "41.8 ± 0.6 of 75", "not judged yet, of 25". */
export function subtotalText({ points: value, outOf, interval }: Subtotal): string {
  if (value === null) return `not judged yet (${points(outOf)} points)`
  return `${points(value)}${plusMinus(interval)} of ${points(outOf)}`
}

/** Half the interval, where it is wide enough to show. */
export function plusMinus(interval: { low: number; high: number } | null): string {
  const half = interval ? (interval.high - interval.low) / 2 : 0
  return half >= 0.05 ? ` ± ${points(half)}` : ""
}

/** The head's one line about the band. */
export function bandText({ measuredBand, quick, rejected }: Report): string {
  if (rejected) return "not measured"
  if (quick) return "no band: a quick run"
  return measuredBand ?? "no band yet"
}

/** Examples of broken invariants, the first of each, at most this many. */
export const SHOWN_EXAMPLES = 5

/** A value as short JSON. */
export function brief(value: unknown, length: number): string {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
