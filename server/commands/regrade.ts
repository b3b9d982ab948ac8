/** `proofrun regrade REPORT.json`: a new report from the evidence of an old one. Starts no container and measures nothing. */
import { readFile, writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { grade } from "../../graders/grade.ts"
import { type Report, ReportSchema } from "../../graders/report.ts"
import { hashRubric, parseRubric, QuestionFault, readQuestion } from "../../prompts/load-question.ts"
import type { Question, Rubric } from "../../prompts/question.ts"
import type { Weights } from "../../sandboxes/evidence.ts"
import { Refusal } from "../refusal.ts"
import { renderTerminal } from "../report/terminal.ts"

export const usage = `proofrun regrade REPORT.json [--rubric FILE] [--json FILE] [--html FILE]

Grades the evidence in a report again, with the question's rubric as it is now or with the one in FILE. No container is started.
  --rubric FILE  a rubric.yaml to grade by
  --json FILE    writes the new report with its evidence
  --html FILE    writes the new report as one self-contained page`

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { rubric: { type: "string" }, json: { type: "string" }, html: { type: "string" } },
  })
  const [file, ...rest] = positionals
  if (!file || rest.length > 0) throw new Refusal(`Give one report, as --json wrote it.\n\n${usage}`)
  const old = await readReport(file)
  const { question, rubric } = await yardsticks(old, values.rubric)
  const report = regrade(await withReferences(old), question, rubric)
  if (values.json) await write(values.json, `${JSON.stringify(report, null, 1)}\n`)
  if (values.html) {
    // Only here: drawing loads more than all the rest together.
    const { renderHtml } = await import("../report/html.ts")
    await write(values.html, renderHtml(report))
  }
  const { columns, isTTY } = process.stdout
  process.stdout.write(`${renderTerminal(report, { columns: columns ?? 100, colour: isTTY === true })}\n`)
  for (const line of differences(old, report)) process.stdout.write(`${line}\n`)
  return report.rejected ? 2 : 0
}

/**
 * Grades by another rubric what a report holds. The question, the weights and the references' counts are those that the report was made with, so
 * nothing but the rubric can change a score.
 */
export function regrade(old: Report, question: Question, rubric: Rubric): Report {
  const { comparison, evidence, rejected, submission, warnings, provenance } = old
  return grade({
    question: comparison?.question ?? question,
    rubric,
    rubricHash: hashRubric(rubric),
    submission,
    referenceCounts: comparison?.references ?? null,
    weights: comparison?.weights ?? NO_WEIGHTS,
    outcome: evidence
      ? { kind: "measured", evidence }
      : { kind: "rejected", rejected: rejected!, warnings, provenance },
  })
}

/** A rejected submission was never weighed. */
const NO_WEIGHTS: Weights = { unit: "", weights: {}, storedKiB: 0, error: 0, shapes: [], fittedOn: "" }

/** Criteria whose points differ, a line each. */
export function differences(old: Report, report: Report): string[] {
  const shown = (points: number | null | undefined) => (points == null ? "–" : points.toFixed(1))
  const lines = report.scores.flatMap((score) => {
    const before = old.scores.find((one) => one.criterion === score.criterion)
    const same = before && before.points === score.points && before.outOf === score.outOf
    if (same) return []
    const was = before ? `was ${shown(before.points)} of ${before.outOf}` : "is new"
    return [`  ${score.criterion}: ${shown(score.points)} of ${score.outOf}, ${was}`]
  })
  for (const { criterion } of old.scores)
    if (!report.scores.some((score) => score.criterion === criterion)) lines.push(`  ${criterion}: is gone`)
  return [
    "",
    lines.length > 0 ? "Changed against the old report:" : "No criterion changed against the old report.",
    ...lines,
  ]
}

/** A report that was made before the references were counted gets their counts, if they are there by now. */
async function withReferences(old: Report): Promise<Report> {
  const { comparison } = old
  if (!comparison || comparison.references) return old
  // Only here: what grades a submission loads the whole sandbox with it.
  const { referenceCounts } = await import("../grade-submission.ts")
  const references = await referenceCounts(await readQuestion(old.question), old.engine).catch((error) => {
    if (error instanceof QuestionFault) return null
    throw error
  })
  return { ...old, comparison: { ...comparison, references } }
}

async function readReport(file: string): Promise<Report> {
  const text = await read(file)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Refusal(
      `${file} is not JSON: ${(error as Error).message}. Give a report as ./proofrun grade --json wrote it.`,
    )
  }
  const parsed = ReportSchema.safeParse(json)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new Refusal(`${file} is not a report of this version: ${path.join(".") || "the whole"}: ${message}.`)
  }
  if (!parsed.data.evidence && !parsed.data.rejected)
    throw new Refusal(
      `${file} holds neither evidence nor a rejection, so there is nothing to grade. Grade the submission anew.`,
    )
  return parsed.data
}

/** The rubric to grade by; the question is read from its folder only where the report does not carry it. */
async function yardsticks(
  old: Report,
  rubricFile: string | undefined,
): Promise<{ question: Question; rubric: Rubric }> {
  try {
    const rubric = rubricFile === undefined ? null : parseRubric(await read(rubricFile), rubricFile)
    if (rubric && old.comparison) return { question: old.comparison.question, rubric }
    const loaded = await readQuestion(old.question)
    return { question: loaded.question, rubric: rubric ?? loaded.rubric }
  } catch (error) {
    if (error instanceof QuestionFault) throw new Refusal(error.message)
    throw error
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8")
  } catch (error) {
    throw new Refusal(
      `${file} cannot be read: ${(error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message}.`,
    )
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new Refusal(`${file} cannot be written: ${(error as Error).message}.`)
  }
}
