/** `proofrun new question NAME`: a complete question to edit. Starts no container. */
import { relative } from "node:path"
import { parseArgs } from "node:util"
import { QUESTIONS_FOLDER } from "../../prompts/load-question.ts"
import { makeQuestion } from "../new-question.ts"
import { Refusal } from "../refusal.ts"

export const usage = `proofrun new question NAME [--from QUESTION]

Makes prompts/questions/NAME: a question that is complete and passes verify, with remarks on what each part is for. It is a copy of
QUESTION (clickstream, where none is given) with its strong, adequate and weak references; change it file by file.
prompts/questions/README.md says how.`

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { from: { type: "string", default: "clickstream" } },
  })
  const [what, name, ...rest] = positionals
  if (what !== "question" || !name || rest.length > 0) throw new Refusal(`Say what to make.\n\n${usage}`)
  const folder = await makeQuestion({ name, from: values.from, questions: QUESTIONS_FOLDER })
  process.stdout.write(`Made ${relative(process.cwd(), folder)}. It is graded like any other:

  ./proofrun grade ${relative(process.cwd(), folder)}/starters/cassandra --quick
  ./proofrun verify ${name}

What to change, in which order: prompts/questions/README.md. After a change of the workload or of a reference: ./proofrun verify ${name} --store
`)
  return 0
}
