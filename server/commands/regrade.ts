/** `proofrun regrade REPORT.json`: a new report from the evidence and the judge's calls of an old one. Starts no container and measures nothing. */

import { readFile, writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import type { Judgement } from "../../graders/judge/judgement.ts"
import { type Report, ReportSchema } from "../../graders/report.ts"
import { parseRubric, QuestionFault, readQuestion } from "../../prompts/load-question.ts"
import type { Question, Rubric } from "../../prompts/question.ts"
import { readMark } from "../marks.ts"
import { openJudging, storedJudge } from "../prose-judge.ts"
import { Refusal } from "../refusal.ts"
import { regrade } from "../regrade.ts"
import { reportJson } from "../report/json.ts"
import { renderTerminal } from "../report/terminal.ts"
import { thisTerminal } from "../this-terminal.ts"

export const usage = `proofrun regrade REPORT.json [--rubric FILE] [--mark FILE]... [--offline] [--json FILE] [--html FILE]

Grades the evidence in a report again, with the question's rubric as it is now or with the one in FILE. No container is started. Where a judge
is configured, it is asked about what it was not asked before in the same words, and about nothing else.
  --rubric FILE  a rubric.yaml to grade by
  --mark FILE    a person's verdicts (YAML: criterion, verdict, quote, reason, by), appended to those in the report
  --offline      asks nobody: the judge's part comes from the calls that the report holds
  --json FILE    writes the new report with its evidence
  --html FILE    writes the new report as one self-contained page`

/** Who is asked about the prose: the configured judge, and the calls in the report. */
export interface Judges {
  open: typeof openJudging
  stored: typeof storedJudge
}

export async function run(
  args: string[],
  judges: Judges = { open: openJudging, stored: storedJudge },
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rubric: { type: "string" },
      mark: { type: "string", multiple: true, default: [] },
      offline: { type: "boolean", default: false },
      json: { type: "string" },
      html: { type: "string" },
    },
  })
  const [file, ...rest] = positionals
  if (!file || rest.length > 0) throw new Refusal(`Give one report, as --json wrote it.\n\n${usage}`)
  const old = await readReport(file)
  const { question, rubric, statement } = await yardsticks(old, values.rubric)
  const added = await Promise.all(values.mark.map(async (file) => readMark(await read(file), file, old)))
  const judgement = await judgedAnew(old, { question, rubric, statement }, values.offline, judges)
  const report = regrade(await withReferences(old), question, rubric, {
    judgement,
    marks: [...old.marks, ...added.flat()],
  })
  if (values.json) await write(values.json, reportJson(report))
  if (values.html) {
    // Only here: drawing loads more than all the rest together.
    const { renderHtml } = await import("../report/html.ts")
    await write(values.html, renderHtml(report))
  }
  process.stdout.write(`${renderTerminal(report, thisTerminal())}\n`)
  for (const line of differences(old, report)) process.stdout.write(`${line}\n`)
  return report.rejected ? 2 : 0
}

/**
 * What the judge says now: what it was asked before in the same words is taken from the report. Without a judge, or offline, the calls in the
 * report are all that there is.
 */
async function judgedAnew(
  old: Report,
  asked: Asked,
  offline: boolean,
  { open, stored }: Judges,
): Promise<Judgement | null> {
  const opened = offline || old.quick ? undefined : await open((line) => process.stderr.write(`${line}\n`))
  const judge = opened?.judge ?? (old.judgement ? stored(old.judgement) : null)
  if (!judge) return null
  const { statement } = asked
  // The stored calls hold the brief that they were made with.
  if (statement === null && opened)
    throw new Refusal(
      `The question "${old.question}" is no longer there, so a judge cannot be told what was asked. Put its folder back, or take --offline.`,
    )
  return judge.judge({
    // As it was then: a question that has been edited since is not what this answer answered.
    question: old.comparison?.question ?? asked.question,
    rubric: asked.rubric,
    statement,
    answer: old.submission.answer,
    earlier: offline ? null : old.judgement,
  })
}

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

export async function readReport(file: string): Promise<Report> {
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

interface Asked {
  question: Question
  rubric: Rubric
  /** null: the question's folder is gone, and the report does not need it. */
  statement: string | null
}

/** The rubric to grade by; the question is read from its folder where there is one, and else from the report. */
export async function yardsticks(old: Report, rubricFile: string | undefined): Promise<Asked> {
  try {
    const rubric = rubricFile === undefined ? null : parseRubric(await read(rubricFile), rubricFile)
    const own = rubric && old.comparison ? { question: old.comparison.question, rubric } : null
    const loaded = await readQuestion(old.question).catch((error) => {
      if (own && error instanceof QuestionFault) return null
      throw error
    })
    if (own) return { ...own, statement: loaded?.statement ?? null }
    return { question: loaded!.question, rubric: rubric ?? loaded!.rubric, statement: loaded!.statement }
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

export async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new Refusal(`${file} cannot be written: ${(error as Error).message}.`)
  }
}
