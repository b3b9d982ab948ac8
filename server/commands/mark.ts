/** `proofrun mark REPORT.json`: appends a person's verdict to a report, which beats the judge's. Asks nobody and measures nothing. */
import { parseArgs } from "node:util"
import { hashRubric } from "../../prompts/load-question.ts"
import { checked } from "../marks.ts"
import { Refusal } from "../refusal.ts"
import { regrade } from "../regrade.ts"
import { reportJson } from "../report/json.ts"
import { differences, readReport, write, yardsticks } from "./regrade.ts"

export const usage = `proofrun mark REPORT.json --criterion ID --met|--not-met --because TEXT --by NAME [--quote TEXT] [--json FILE]

Appends a person's verdict on a written criterion or a claim. It beats the judge's and earlier marks, which stay in the report.
  --quote TEXT  the stretch of the answer that it rests on, word for word; left out where it is about something missing
  --json FILE   writes the new report there; without it the report itself is written anew`

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      criterion: { type: "string" },
      met: { type: "boolean", default: false },
      "not-met": { type: "boolean", default: false },
      because: { type: "string" },
      by: { type: "string" },
      quote: { type: "string" },
      json: { type: "string" },
    },
  })
  const [file, ...rest] = positionals
  if (!file || rest.length > 0) throw new Refusal(`Give one report, as --json wrote it.\n\n${usage}`)
  const { criterion, because: reason, by } = values
  if (!criterion || !reason || !by) throw new Refusal(`A mark needs --criterion, --because and --by.\n\n${usage}`)
  if (values.met === values["not-met"]) throw new Refusal(`Say either --met or --not-met.\n\n${usage}`)
  const old = await readReport(file)
  const verdict = values.met ? "met" : "not met"
  const mark = checked({ criterion, verdict, quote: values.quote ?? null, reason, by }, old)
  const { question, rubric } = await yardsticks(old, undefined)
  if (hashRubric(rubric) !== old.rubric.hash)
    throw new Refusal(
      `${file} was graded by another rubric than the question has now. Take the mark with ./proofrun regrade and its --rubric and --mark, so that nothing else changes unseen.`,
    )
  const report = regrade(old, question, rubric, { judgement: old.judgement, marks: [...old.marks, mark] })
  await write(values.json ?? file, reportJson(report))
  for (const line of differences(old, report)) process.stdout.write(`${line}\n`)
  return 0
}
