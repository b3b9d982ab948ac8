/** `proofrun up`: keeps engines warm until it is told to stop, and says what to try next. */
import { totalmem } from "node:os"
import { listQuestions, readQuestion } from "../../prompts/load-question.ts"
import { poolSize } from "../../sandboxes/pool.ts"
import { engineContainer } from "../grade-submission.ts"
import { livePhases } from "../report/live-phases.ts"
import { openWorkshop, type Workshop } from "../workshop.ts"

export const usage = `proofrun up [--once]

Keeps booted engines ready, so that a grading starts at once. Ctrl-C stops them.
  --once   fills the pool and ends; what is warm stays for half an hour`

const LOOK_EVERY_MS = 3_000

export async function run(args: string[]): Promise<number> {
  const live = livePhases(process.stderr)
  const workshop = await openWorkshop(live.line)
  const kinds: { question: string; engine: string }[] = []
  for (const name of await listQuestions()) {
    const { question, references } = await readQuestion(name)
    for (const engine of question.engines) if (references[engine]) kinds.push({ question: name, engine })
  }
  const perKind = Math.max(1, Math.floor(poolSize(totalmem()) / kinds.length))
  await fill(workshop, kinds, perKind, live.line)
  process.stdout.write(`\nReady. In another terminal:

  ./proofrun grade prompts/questions/clickstream/starters/cassandra --quick    a first look, in seconds
  ./proofrun grade prompts/questions/clickstream/references/cassandra/strong   a full grading
  ./proofrun grade YOUR-FOLDER --html report.html                              your own: copy a starter and edit it

The brief: prompts/questions/clickstream/statement.md
`)
  if (args.includes("--once")) return 0
  process.stdout.write("Ctrl-C stops the warm engines.\n")
  await new Promise<void>((resolve) => {
    let busy: Promise<void> = Promise.resolve()
    const timer = setInterval(() => {
      busy = busy.then(() => fill(workshop, kinds, perKind, () => {})).catch((error: Error) => live.line(error.message))
    }, LOOK_EVERY_MS)
    const stop = () => {
      clearInterval(timer)
      void busy.then(() => resolve())
    }
    process.once("SIGINT", stop)
    process.once("SIGTERM", stop)
  })
  await workshop.pool.dropAll()
  return 0
}

async function fill(
  { pool, images }: Workshop,
  kinds: { question: string; engine: string }[],
  perKind: number,
  say: (line: string) => void,
): Promise<void> {
  await pool.dropStale(images)
  for (const { question, engine } of kinds) {
    const have = (await pool.warm()).filter((one) => one.question === question && one.engine === engine).length
    for (let missing = perKind - have; missing > 0; missing--) {
      say(`Warming ${engine} for ${question}`)
      await pool.add({ images, engine: await engineContainer(engine), question })
    }
  }
}
