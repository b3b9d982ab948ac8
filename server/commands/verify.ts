/** `proofrun verify`: runs a question's references and holds each to the band, findings and broken invariants that it promises. */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { Report } from "../../graders/report.ts"
import { type LoadedQuestion, listQuestions, readExpected, readQuestion } from "../../prompts/load-question.ts"
import type { Expected } from "../../prompts/question.ts"
import type { OperationWork, ReferenceCounts } from "../../sandboxes/evidence.ts"
import { readSubmission } from "../../sandboxes/read-submission.ts"
import type { Submission } from "../../sandboxes/submission.ts"
import { countsFile, gradeSubmission, measureSubmission, referenceCounts } from "../grade-submission.ts"
import { Refusal } from "../refusal.ts"
import { livePhases } from "../report/live-phases.ts"
import { openWorkshop, type Workshop } from "../workshop.ts"
import { yardsticks } from "../yardsticks.ts"

export const usage = `proofrun verify [QUESTION] [--engine NAME] [--reference NAME] [--store]

Runs a question's references and checks that each gets the band and the findings that it promises.
  --store   counts the work of the strong and the weak reference and stores it in the question's folder; needed after a change of
            the workload, of these references, or of the engine`

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { store: { type: "boolean", default: false }, engine: { type: "string" }, reference: { type: "string" } },
  })
  const live = livePhases(process.stderr)
  const names = positionals.length > 0 ? positionals : await listQuestions()
  const questions = await Promise.all(names.map((name) => readQuestion(name)))
  const workshop = await openWorkshop(live.line)
  let failures = 0
  for (const question of questions) {
    for (const engine of question.question.engines) {
      if (values.engine && values.engine !== engine) continue
      if (!question.references[engine]) continue
      if (values.store) await store(workshop, question, engine, live)
      else failures += await hold(workshop, question, engine, live, values.reference)
    }
  }
  return failures === 0 ? 0 : 1
}

async function store(
  workshop: Workshop,
  question: LoadedQuestion,
  engine: string,
  live: ReturnType<typeof livePhases>,
): Promise<void> {
  const names = yardsticks(question, engine)
  const references: ReferenceCounts["references"] = {}
  let engineVersion = ""
  for (const name of names) {
    live.line(`Counting ${question.question.id} / ${engine} / ${name}`)
    const submission = await readReferenceSubmission(question, engine, name)
    const outcome = await measureSubmission(workshop, question, submission, {
      quick: false,
      timed: false,
      seed: null,
      onProgress: live.phase,
    })
    live.end()
    if (outcome.kind === "rejected")
      throw new Refusal(`The reference ${name} was rejected: ${outcome.rejected.message}`)
    const { stages, provenance } = outcome.evidence
    engineVersion = provenance.engine.version ?? ""
    references[name] = Object.fromEntries(
      stages.map((stage) => {
        if (stage.stopped || !stage.storage)
          throw new Refusal(`The reference ${name} stopped at ${stage.label}: ${stage.stopped}`)
        const { liveBytes, largestPartitionBytes } = stage.storage
        return [
          stage.id,
          {
            operations: Object.fromEntries(stage.work.map(({ operation, counts }) => [operation, counts])),
            ...alongCalls(stage.work),
            storage: { liveBytes, largestPartitionBytes },
          },
        ]
      }),
    )
  }
  const counts: ReferenceCounts = { workloadHash: question.workloadHash, engineVersion, references }
  await writeFile(countsFile(question.folder, engine), `${JSON.stringify(counts, null, 1)}\n`)
  live.line(`Stored in ${countsFile(question.folder, engine)}`)
}

/** Counts at each place on the axes that vary from call to call, for the operations that have such places. */
function alongCalls(work: OperationWork[]): Pick<StoredCounts, "along"> {
  const placed = work.flatMap(({ operation, along }) =>
    along ? [[operation, along.map(({ at, counts }) => ({ at, counts }))] as const] : [],
  )
  return placed.length > 0 ? { along: Object.fromEntries(placed) } : {}
}

type StoredCounts = ReferenceCounts["references"][string][string]

async function hold(
  workshop: Workshop,
  question: LoadedQuestion,
  engine: string,
  live: ReturnType<typeof livePhases>,
  only: string | undefined,
): Promise<number> {
  if (!(await referenceCounts(question, engine)))
    throw new Refusal(
      `The counts of ${question.question.id}'s references on ${engine} are missing or of another workload: run ./proofrun verify ${question.question.id} --store`,
    )
  let failures = 0
  const reports = new Map<string, Report>()
  for (const name of question.references[engine]) {
    if (only && only !== name) continue
    const submission = await readReferenceSubmission(question, engine, name)
    const report = await gradeSubmission(workshop, submission, {
      quick: false,
      timed: true,
      seed: null,
      onProgress: live.phase,
    })
    live.end()
    reports.set(name, report)
    const broken = promisesBroken(await readExpected(question, engine, name), report)
    failures += broken.length
    const points = `${report.measured.points?.toFixed(1) ?? "–"} of ${report.measured.outOf}`
    process.stdout.write(
      `${broken.length === 0 ? "holds" : "FAILS"}  ${engine} / ${name.padEnd(24)} ${points.padStart(12)}  ${report.measuredBand ?? "no band"}\n`,
    )
    for (const sentence of broken) process.stdout.write(`       ${sentence}\n`)
  }
  const close = tooClose(reports)
  for (const sentence of close) process.stdout.write(`FAILS  ${engine}: ${sentence}\n`)
  return failures + close.length
}

/** Points between the references of two bands, below which a score says little about a design. */
const LEAST_APART = 10
/** Below this the ladder from strong to the anchor has no rungs. */
const LEAST_LADDER = 2

/** What the references, taken together, do not tell apart, in sentences. Those that were not graded are left out. */
export function tooClose(reports: ReadonlyMap<string, Report>): string[] {
  const said: string[] = []
  for (const [better, worse] of [
    ["strong", "adequate"],
    ["adequate", "weak"],
  ] as const) {
    const [high, low] = [reports.get(better)?.measured, reports.get(worse)?.measured]
    if (high?.points == null || low?.points == null) continue
    // What timing makes uncertain is counted in their favour: bands must not fail by one slow second. And points are told to a tenth:
    // what every report shows as 75.0 and 65.0 is ten points apart.
    const apart = Math.round(10 * ((high.interval?.high ?? high.points) - (low.interval?.low ?? low.points))) / 10
    if (apart < LEAST_APART)
      said.push(
        `"${better}" and "${worse}" are ${apart.toFixed(1)} points apart at most; at least ${LEAST_APART} are due.`,
      )
  }
  const position = reports.get("strong")?.evidence?.position
  const ladder = position && !position.skipped ? position.midmeans.anchor / position.midmeans.strong : null
  if (ladder !== null && ladder < LEAST_LADDER)
    said.push(`The anchor is ${ladder.toFixed(2)} times as slow as strong; at least ${LEAST_LADDER} times is due.`)
  return said
}

/** What the report does not keep of what is expected of a submission, in sentences. */
export function promisesBroken(expected: Expected, report: Report): string[] {
  const broken: string[] = []
  if (report.rejected) broken.push(`It was rejected: ${report.rejected.message}`)
  if (report.measuredBand !== expected.band && report.measuredBand !== (expected.orBand ?? expected.band))
    broken.push(`It promises the band "${expected.band}" and got "${report.measuredBand}".`)
  const rules = new Set(report.findings.map(({ rule }) => rule))
  for (const rule of expected.findings) if (!rules.has(rule)) broken.push(`The finding "${rule}" did not fire.`)
  const unexpected = [...rules].filter((rule) => !expected.findings.includes(rule))
  if (expected.band === "strong" && unexpected.length > 0)
    broken.push(`A strong design must have no findings but those it names and has: ${unexpected.join(", ")}.`)
  const brokenInvariants = new Set(
    report.evidence?.invariants.filter((one) => one.broken > 0).map(({ invariant }) => invariant),
  )
  for (const invariant of expected.breaks)
    if (!brokenInvariants.has(invariant)) broken.push(`It must break "${invariant}" and did not.`)
  for (const invariant of brokenInvariants)
    if (![...expected.breaks, ...expected.mayBreak].includes(invariant))
      broken.push(`It broke "${invariant}", which it does not say.`)
  return broken
}

export async function readReferenceSubmission(
  question: LoadedQuestion,
  engine: string,
  name: string,
): Promise<Submission> {
  const read = await readSubmission(join(question.folder, "references", engine, name))
  if (!read.ok) throw new Refusal(`The reference ${engine}/${name} cannot be read: ${read.rejected.message}`)
  return read.submission
}
