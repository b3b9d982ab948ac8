/** `proofrun grade FOLDER`: runs a submission and prints its report. */

import { writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import type { Report } from "../../graders/report.ts"
import { readSubmission } from "../../sandboxes/read-submission.ts"
import type { Submission } from "../../sandboxes/submission.ts"
import { gradeSubmission, type Judging, rejectedReport } from "../grade-submission.ts"
import { openJudging } from "../prose-judge.ts"
import { Refusal } from "../refusal.ts"
import { reportJson } from "../report/json.ts"
import { renderJtl } from "../report/jtl.ts"
import { livePhases } from "../report/live-phases.ts"
import { renderTerminal } from "../report/terminal.ts"
import { thisTerminal } from "../this-terminal.ts"
import { openWorkshop } from "../workshop.ts"

export const usage = `proofrun grade FOLDER [--seed N] [--json FILE] [--html FILE] [--jtl FILE] [--quick]

Runs the submission in FOLDER on the real engine and prints its report.
  --quick      schema, types, correctness and counted work at the two smallest sizes; findings and counts, no points; no judge is asked
  --seed N     other data (ids and payloads); the same N gives the same
  --json FILE  writes the whole report with its evidence
  --html FILE  writes the report as one self-contained page
  --jtl FILE   writes every call of the peak as JMeter's CSV results, for its report generator and what else reads them
With OPENAI_API_KEY, or OPENAI_BASE_URL and JUDGE_MODEL, the written answer is sent to that model and judged.
Ends with 0: graded, 2: the submission could not be run (the report says why), 3: our side failed.`

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: "string" },
      json: { type: "string" },
      html: { type: "string" },
      jtl: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  })
  if (positionals.length !== 1) throw new Refusal(`Give one folder with a submission.\n\n${usage}`)
  if (values.jtl !== undefined && values.quick)
    throw new Refusal("A quick run sends no peak, so there is nothing for --jtl. Leave out --quick or --jtl.")
  const read = await readSubmission(resolve(positionals[0]))
  // A free run is not to be paid for, nor a way to polish prose until the judge is content.
  const prose = values.quick ? undefined : await openJudging((line) => process.stderr.write(`${line}\n`))
  let report: Report
  if (read.ok) report = await runAndGrade(read.submission, values, prose)
  else if (read.readable) report = await rejectedReport(read.readable, read.rejected, { quick: values.quick, prose })
  else {
    if (values.json) await writeFile(values.json, `${JSON.stringify({ rejected: read.rejected }, null, 1)}\n`)
    throw new Refusal(read.rejected.message)
  }
  if (values.json) await writeFile(values.json, reportJson(report))
  if (values.html) {
    // The page's picture library takes half a second to load: only who asks for the page waits for it.
    const { renderHtml } = await import("../report/html.ts")
    await writeFile(values.html, renderHtml(report))
  }
  if (values.jtl !== undefined) await writeJtl(values.jtl, report)
  process.stdout.write(`${renderTerminal(report, thisTerminal())}\n`)
  return report.rejected ? 2 : 0
}

async function writeJtl(file: string, report: Report): Promise<void> {
  const jtl = renderJtl(report)
  if (jtl === null) process.stderr.write(`${file} was not written: the peak was not sent (the report says why).\n`)
  else await writeFile(file, jtl)
}

async function runAndGrade(
  submission: Submission,
  { quick, seed }: { quick: boolean; seed?: string },
  prose: Judging | undefined,
): Promise<Report> {
  const live = livePhases(process.stderr)
  const workshop = await openWorkshop(live.line)
  return gradeSubmission(workshop, submission, {
    quick,
    timed: !quick,
    seed: seed ?? null,
    onProgress: live.phase,
    ...(prose && { prose }),
  }).finally(live.end)
}
