/** What every pass of a run works with. */
import type { Question } from "../../prompts/question.ts"
import type { Mismatch, Workload } from "../../prompts/workload.ts"
import type { Engine } from "../engines/engine.ts"
import type { BesideCalls } from "../evidence.ts"
import type { Arm, Operations, Sent } from "./arm.ts"
import type { Ledger } from "./ledger.ts"
import type { Job } from "./protocol.ts"
import type { StatementOwners } from "./statement-owners.ts"

export interface Run {
  job: Job
  question: Question
  workload: Workload
  operations: Operations
  engine: Engine
  candidate: Arm
  owners: StatementOwners
  ledger: Ledger
  suspicions: Suspicions
  /** What the load has handed over so far, as JSON: stored bytes are held against it. */
  givenBytes: number
  /** The most that processes moved beside their calls in a pass (`beside-calls.ts`); null before the first. */
  beside: BesideCalls | null
  /** What the candidate's tables held when they were last looked at, KiB. */
  storedKiB: number
  /** When the time for all sizes is over, as `performance.now()` says it. */
  untilMs: number
  /** Live phases for whoever waits: the share that is done (0..1) and the first figures. */
  progress(phase: string, done: number, detail: string): void
}

/** Sums of things that only matter when they add up. */
export interface Suspicions {
  /** Right answers that were bigger than what the engine had sent for them. */
  unread: { checked: number; unread: number; example: string | null }
}

/** A stage could not be finished by the candidate's own operations: why, in words that a person understands. */
export class StageStopped extends Error {}

/** Throws `StageStopped` where the candidate's calls, each within its limit, together take longer than a run has. */
export function stopWhereLate({ untilMs }: Pick<Run, "untilMs">, doing: string): void {
  if (performance.now() > untilMs)
    throw new StageStopped(`its calls are so slow that the time for all sizes was over ${doing}`)
}

/** Passes in which the references' tables can be read by the candidate: nothing that its process wrote may leave the pod from them. */
const BESIDE_REFERENCES = new Set(["position", "peak"])

function wordless({ invariant }: Mismatch): Mismatch {
  return { invariant, message: "a reply of a timed pass was wrong; its text is not shown", expected: null, got: null }
}

/** Judges what a pass sent, after its clock has stopped; says which of the calls were wrong. */
export function judge(
  run: Run,
  arm: Arm,
  sent: { sent: Sent; invariant?: string }[],
  stage: string,
  pass: string,
): boolean[] {
  return sent.map(({ sent: { call, reply, sentAt, repliedAt }, invariant }) => {
    if (!reply.ok || run.operations.isWrite(call.operation)) return false
    const mismatch = arm.oracle.judge(call, reply.value, sentAt, repliedAt)
    if (arm.name !== "candidate") {
      // A reference that answers wrongly is our fault: nothing measured beside it would be worth anything.
      if (mismatch)
        throw new Error(`the ${arm.name} reference answered wrongly in the ${pass} pass: ${mismatch.message}`)
      return false
    }
    if (mismatch) run.ledger.broken(BESIDE_REFERENCES.has(pass) ? wordless(mismatch) : mismatch, call, { stage, pass })
    else if (invariant) run.ledger.right(invariant)
    return mismatch !== null
  })
}
