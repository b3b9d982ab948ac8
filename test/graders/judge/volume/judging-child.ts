/** A process that judges a list of answers and may be killed at any moment: says what it has only when it is on the disk. */
import { appendFileSync, fsyncSync, openSync, readFileSync } from "node:fs"
import { openJudge } from "../../../../graders/judge/open-judge.ts"
import { openJudgeStore } from "../../../../server/judge-store.ts"
import { rubricOf, WHERE_THINGS_LIE, WHY_SO } from "../made-up-rubric.ts"
import { answerOf } from "./volume.ts"

const [state, baseUrl, out, first, count] = process.argv.slice(2)
const store = await openJudgeStore(state)
const options = { apiKey: "none", baseUrl, model: "gpt-4o-mini", timeoutMs: 2_000, dailyLimitUsd: 1_000 }
const judge = openJudge(options, store, Buffer.from("a secret of the tests"))
const rubric = rubricOf(WHERE_THINGS_LIE, WHY_SO)
const file = openSync(out, "a")
const done = new Set(
  readFileSync(out, "utf8")
    .split("\n")
    .flatMap((line) => idIn(line)),
)
const todo = Array.from({ length: Number(count) }, (_, index) => Number(first) + index).filter((id) => !done.has(id))

const queue = todo.values()
async function work(): Promise<void> {
  for (const id of queue) {
    const judgement = await judge.judge({
      question: null,
      statement: null,
      rubric,
      answer: answerOf(id),
      earlier: null,
    })
    appendFileSync(
      file,
      `${JSON.stringify({ id, written: judgement.written, calls: judgement.calls.map(({ key, outcome }) => ({ key, outcome })) })}\n`,
    )
    fsyncSync(file)
  }
}
// A line that was torn by the kill of an earlier process ends here.
appendFileSync(file, "\n")
await Promise.all(Array.from({ length: 4 }, work))

function idIn(line: string): number[] {
  try {
    return [(JSON.parse(line) as { id: number }).id]
  } catch {
    return []
  }
}
