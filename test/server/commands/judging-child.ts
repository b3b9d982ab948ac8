/** The judge command as a process of its own. Its judge says on stdout that it is asked, and answers when a line comes in on stdin. */
import { createInterface } from "node:readline"
import { run } from "../../../server/commands/judge.ts"
import { handleInterrupts, interrupted } from "../../../server/interrupt.ts"
import { opened, scriptedProseJudge } from "../../support/scripted-prose-judge.ts"

handleInterrupts()
interrupted.addEventListener("abort", () => process.stdout.write("told to stop\n"))
const scripted = scriptedProseJudge(() => "met")
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const judge: typeof scripted = {
  ...scripted,
  async judge(what) {
    process.stdout.write("asked\n")
    await lines.next()
    return scripted.judge(what)
  },
}
process.exitCode = await run(process.argv.slice(2), opened(judge))
process.stdin.destroy()
