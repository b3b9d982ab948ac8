/**
 * Does the same design get the same score? Grades strong, adequate and weak in rounds on fresh pods with different seeds, every third round
 * beside two busy cores, and shows spread, ranks, whether counts repeat exactly, and wall time by phase.
 * Options: --rounds N (10), --question NAME (clickstream), --engine NAME (cassandra), --references a,b,c
 */
import { type ChildProcess, spawn } from "node:child_process"
import { parseArgs } from "node:util"
import type { Report } from "../../graders/report.ts"
import { ascending, mean, median, quantile } from "../../sandboxes/measurement/statistics.ts"
import { engineContainer, gradeSubmission } from "../../server/grade-submission.ts"
import { reference, workshop } from "../support/grading.ts"
import { publish, round } from "./results.ts"

const BUSY_EVERY = 3
/** Ends with whoever started it, however that ends. */
const BURN = `process.stdin.resume().on("close", () => process.exit())
const burn = () => { const end = Date.now() + 100; while (Date.now() < end); setImmediate(burn) }
burn()`

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    question: { type: "string", default: "clickstream" },
    engine: { type: "string", default: "cassandra" },
    references: { type: "string", default: "strong,adequate,weak" },
  },
})
const names = values.references.split(",")
const open = await workshop()
const runs: { round: number; busy: boolean; name: string; seconds: number; report: Report }[] = []

for (let index = 0; index < Number(values.rounds); index++) {
  const busy = index % BUSY_EVERY === BUSY_EVERY - 1
  const load = busy ? burn(2) : []
  try {
    for (const name of names) {
      const submission = await reference(name, values.engine, values.question)
      const { question } = submission

      await open.pool.dropAll()
      await open.pool.add({ images: open.images, engine: await engineContainer(submission.engine), question })
      const started = performance.now()
      const report = await gradeSubmission(open, submission, {
        quick: false,
        timed: true,
        seed: `repeat ${index}`,
        onProgress: () => {},
      })
      const seconds = (performance.now() - started) / 1000
      runs.push({ round: index, busy, name, seconds, report })
      console.log(
        `round ${index + 1}${busy ? " (busy)" : ""} ${name}: ${report.measured.points?.toFixed(2)} of ${report.measured.outOf}, ${report.measuredBand}, ${seconds.toFixed(1)} s`,
      )
    }
  } finally {
    for (const child of load) child.kill("SIGKILL")
  }
}
await open.pool.dropAll()

const rows = names.flatMap((name) => [false, true].map((busy) => summary(name, busy))).filter((row) => row.n > 0)
const ranked = Array.from({ length: Number(values.rounds) }, (_, index) => {
  const points = names.map(
    (name) => runs.find((run) => run.round === index && run.name === name)?.report.measured.points ?? Number.NaN,
  )
  return points.every((value, at) => at === 0 || points[at - 1] > value)
})
const criteria = names.flatMap((name) => {
  const mine = runs.filter((run) => run.name === name)
  return mine[0].report.scores
    .filter((score) => score.points !== null)
    .map(({ criterion }) => {
      const points = mine.map(
        (run) => run.report.scores.find((score) => score.criterion === criterion)?.points ?? Number.NaN,
      )
      return {
        reference: name,
        criterion,
        mean: round(mean(points)),
        sd: round(deviation(points), 3),
        spread: round(Math.max(...points) - Math.min(...points)),
      }
    })
})
const identical = names.map((name) => ({
  reference: name,
  countsIdentical:
    new Set(
      runs
        .filter((run) => run.name === name)
        .map(({ report }) =>
          JSON.stringify(report.evidence?.stages.map(({ work }) => work.map(({ counts }) => counts))),
        ),
    ).size === 1,
}))
const seconds = ascending(runs.map((run) => run.seconds))
const phases = new Map<string, number[]>()
for (const { report } of runs)
  for (const { phase, seconds: spent } of report.provenance?.phases ?? [])
    phases.set(phase, [...(phases.get(phase) ?? []), spent])
console.table(criteria)
console.table(
  [...phases].map(([phase, spent]) => ({ phase, "p50 s": round(median(spent)), "max s": round(Math.max(...spent)) })),
)
console.table(identical)
publish(
  `repeat-${values.question}-${values.engine}`,
  {
    rounds: Number(values.rounds),
    rows,
    criteria,
    identical,
    rankKept: ranked.filter(Boolean).length,
    seconds: { p50: quantile(seconds, 0.5), max: quantile(seconds, 1) },
    runs: runs.map(({ report, ...rest }) => ({
      ...rest,
      points: report.measured.points,
      band: report.measuredBand,
      scores: report.scores.map(({ criterion, points }) => ({ criterion, points })),
    })),
  },
  rows,
)
console.log(
  `Rank kept in ${ranked.filter(Boolean).length} of ${ranked.length} rounds; a grading from a warm pool took ${round(quantile(seconds, 0.5), 1)} s (p50), ${round(quantile(seconds, 1), 1)} s at most.`,
)

function summary(name: string, busy: boolean) {
  const points = runs
    .filter((run) => run.name === name && run.busy === busy)
    .map((run) => run.report.measured.points ?? Number.NaN)
  return {
    reference: name,
    beside: busy ? "two busy cores" : "quiet",
    n: points.length,
    mean: round(mean(points)),
    sd: round(deviation(points), 3),
    spread: round(Math.max(...points) - Math.min(...points)),
  }
}

function deviation(values: number[]): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1))
}

/** Processes that keep a core busy each until they are killed. */
function burn(count: number): ChildProcess[] {
  return Array.from({ length: count }, () =>
    spawn(process.execPath, ["-e", BURN], { stdio: ["pipe", "ignore", "ignore"] }),
  )
}
