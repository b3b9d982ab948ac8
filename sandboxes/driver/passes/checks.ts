/** Runs the correctness script of a stage, step by step: calls, and kills of a process right after what it acknowledged. */
import type { Rejection } from "../../evidence.ts"
import { renew, type Sent, send, takeTurn } from "../arm.ts"
import { judge, type Run, StageStopped, stopWhereLate } from "../run.ts"
import { failureText, neverWorked } from "./load.ts"

/** So many calls of an operation in a row without an answer in time end the stage. */
const MOST_TIMEOUTS = 3
/** What a call breaks that fails and shows nothing else. */
const SUCCEEDS = "every-call-succeeds"

/** Rejects where a read operation never answers usably at the first stage; throws `StageStopped` where it only times out at a larger one. */
export async function check(run: Run, stage: string, first: boolean): Promise<{ rejected: Rejection } | null> {
  const steps = run.workload.checks(stage)
  const answers: { sent: Sent; invariant?: string }[] = []
  const failures: { sent: Sent; invariant?: string }[] = []
  let timeouts = 0
  await takeTurn(run.candidate)
  for (const [index, step] of steps.entries()) {
    run.progress(`correctness ${stage}`, index / steps.length, `${answers.length} replies`)
    stopWhereLate(run, `after ${index} of the ${steps.length} steps that check its answers`)
    if (step.do === "wait") {
      await new Promise((resolve) => setTimeout(resolve, step.ms))
      continue
    }
    if (step.do === "kill") {
      const rejected = await renew(run.candidate, run.operations, [step.host])
      if (rejected) return { rejected }
      continue
    }
    const sent = await send(run.candidate, step.host, step.call, run.operations)
    if (sent.reply.ok) {
      answers.push({ sent, invariant: step.invariant })
      continue
    }
    failures.push({ sent, invariant: step.invariant })
    if (sent.reply.why === "threw") continue
    const rejected = await renew(run.candidate, run.operations, [step.host])
    if (rejected) return { rejected }
    timeouts++
    const answered = answers.some((answer) => answer.sent.call.operation === step.call.operation)
    if (timeouts >= MOST_TIMEOUTS && !answered && first) return { rejected: neverWorked(step.call, sent) }
    if (timeouts >= MOST_TIMEOUTS) throw new StageStopped(`\`${step.call.operation}\`: ${failureText(sent)}`)
  }
  if (first) {
    for (const operation of run.operations.names) {
      const failure = failures.find(({ sent }) => sent.call.operation === operation)
      const answered = answers.some(({ sent }) => sent.call.operation === operation)
      if (failure && !answered) return { rejected: neverWorked(failure.sent.call, failure.sent) }
    }
    const shape = wrongShape(run, answers)
    if (shape) return { rejected: shape }
  }
  judge(run, run.candidate, answers, stage, "correctness")
  if (failures.some(({ invariant }) => invariant === undefined))
    for (const { invariant } of answers) if (invariant === undefined) run.ledger.right(SUCCEEDS)
  for (const { sent, invariant } of failures) {
    run.ledger.broken(
      { invariant: invariant ?? SUCCEEDS, message: failureText(sent), expected: "an answer", got: null },
      sent.call,
      { stage, pass: "correctness" },
    )
  }
  return null
}

/** An operation whose every answer is not of the asked form is rejected with the first example: nothing else could be learned from it. */
function wrongShape(run: Run, answers: { sent: Sent }[]): Rejection | null {
  for (const operation of run.operations.names) {
    if (run.operations.isWrite(operation)) continue
    const judged = answers
      .filter(({ sent }) => sent.call.operation === operation)
      .map(({ sent }) => ({
        sent,
        mismatch: sent.reply.ok
          ? run.candidate.oracle.judge(sent.call, sent.reply.value, sent.sentAt, sent.repliedAt)
          : null,
      }))
    if (judged.length === 0 || !judged.every(({ mismatch }) => mismatch?.invariant === "shape")) continue
    const [{ sent, mismatch }] = judged
    return {
      stage: "run",
      message: `\`${operation}\` never answers in the asked form: ${mismatch?.message}`,
      excerpt: `${operation}(${JSON.stringify(sent.call.args).slice(1, -1).slice(0, 300)})`,
    }
  }
  return null
}
