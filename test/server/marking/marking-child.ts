/** A process that marks the made-up set into the file it is given, and says each id when its line is written. To be killed at any time. */
import { readStatements } from "../../../prompts/judge/statements.ts"
import { readAnswers } from "../../../server/marking/answers.ts"
import { markAnswers } from "../../../server/marking/mark-answers.ts"
import { openMarksFile } from "../../../server/marking/marks-file.ts"
import { madeSet } from "../../support/marked-set.ts"
import { scriptedProseJudge } from "../../support/scripted-prose-judge.ts"

const [answersFile, out] = process.argv.slice(2) as [string, string]
const read = readStatements(madeSet(1).rubric)
if (!read.ok) throw new Error(read.problem.message)
const { answers } = await readAnswers(answersFile)
const file = await openMarksFile(out)
await file.begin(new Set())
await markAnswers({
  judge: scriptedProseJudge(() => "met"),
  answers: answers.filter(({ id }) => !file.marked.has(id)),
  statements: read.value,
  samples: 2,
  concurrency: 4,
  signal: new AbortController().signal,
  async keep(mark) {
    await file.append(mark)
    process.stdout.write(`${mark.id}\n`)
  },
})
await file.close()
