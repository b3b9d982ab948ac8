/** `proofrun agreement`: how far the judge's marks agree with people's marks of the same answers. Asks no model. */

import { writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { agreementOf } from "../../graders/agreement/agreement.ts"
import { readMarks } from "../agreement/read-marks.ts"
import { renderAgreement } from "../agreement/terminal.ts"
import { reasonOf } from "../json-lines.ts"
import { Refusal } from "../refusal.ts"
import { thisTerminal } from "../this-terminal.ts"

export const usage = `proofrun agreement --marks FILE.jsonl --human FILE.jsonl [--html FILE] [--json FILE]

Compares the judge's marks with people's marks of the same answers: kappas, errors, intervals, and the answers on which they differ most.
  --marks FILE  what ./proofrun judge wrote
  --human FILE  one person's mark of one answer a line: {"id": …, "by": "ann", "points": 7},
                or by statement: {"id": …, "by": "ann", "criteria": {"names-the-key": "met", "bounds": "not met"}}
  --html FILE   writes a page with pictures and the texts
  --json FILE   writes all figures
How to read the figures: prompts/judge/README.md`

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      marks: { type: "string" },
      human: { type: "string" },
      html: { type: "string" },
      json: { type: "string" },
    },
  })
  if (!values.marks || !values.human) throw new Refusal(`Give the judge's marks and people's marks.\n\n${usage}`)
  const { judged, human } = await readMarks(values.marks, values.human)
  const agreement = agreementOf(judged, human)
  if (values.json) await write(values.json, `${JSON.stringify(agreement, null, 1)}\n`)
  if (values.html) {
    // The picture library takes half a second to load: only who asks for the page waits for it.
    const { renderAgreementPage } = await import("../agreement/html.ts")
    await write(values.html, renderAgreementPage(agreement))
  }
  process.stdout.write(`${renderAgreement(agreement, thisTerminal())}\n`)
  return 0
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error) => {
    throw new Refusal(`${file} cannot be written: ${reasonOf(error)}.`)
  })
}
