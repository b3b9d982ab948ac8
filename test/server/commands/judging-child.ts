/**
 * The judge command as a process of its own, with a judge that says on stdout when it is asked, and when it is told to stop. With "gated" as the first argument it answers only
 * when a line comes in on stdin.
 */
import { createInterface } from "node:readline"
import { run } from "../../../server/commands/judge.ts"
import { handleInterrupts, interrupted } from "../../../server/interrupt.ts"
import { opened, scriptedProseJudge } from "../../support/scripted-prose-judge.ts"

const [gate, ...args] = process.argv.slice(2)
handleInterrupts()
interrupted.addEventListener("abort", () => process.stdout.write("told to stop\n"))
const scripted = scriptedProseJudge(() => "met")
const released = new Promise((resolve) => createInterface({ input: process.stdin }).once("line", resolve))
const judge: typeof scripted = {
  ...scripted,
  async judge(what) {
    process.stdout.write("asked\n")
    if (gate === "gated") await released
    return scripted.judge(what)
  },
}
process.exitCode = await run(args, opened(judge))
process.stdin.destroy()
