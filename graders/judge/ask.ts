/** What the rest of the program sees of the judge of prose. How it asks is in the files beside this one. */
import type { Rubric } from "../../prompts/question.ts"
import type { Call, Judgement } from "./judgement.ts"

/** Calls that were made, by key, and what they cost. Whoever keeps it (files, a database) writes a call before anybody reads it. */
export interface CallStore {
  find(key: string): Promise<Call | null>
  /** How many calls under this key were answered with nothing of use: the next is a new one, and no echo of theirs. */
  spoilt(key: string): Promise<number>
  /** Kept for good when it resolves. Keeping a key twice keeps the first. */
  keep(call: Call): Promise<void>
  /**
   * Sets money aside before a call goes out, so that a process that dies meanwhile has not spent unseen. False: the day's limit would be passed.
   * `keep` settles it with what the call really cost.
   */
  reserve(key: string, usd: number, limitUsd: number, at: Date): Promise<boolean>
  /** Gives back what was set aside for a call that was never answered and cannot have been charged. */
  release(key: string): Promise<void>
}

export interface ToJudge {
  /** What an assertion may be about; a whole `Question` fits. null: verdicts alone are wanted, no assertions. */
  question: { operations: readonly { name: string }[] } | null
  /** The brief, as the candidate read it; null where there is none. */
  statement: string | null
  rubric: Pick<Rubric, "criteria">
  answer: string
  /** An earlier judgement of the same answer: what was asked then in the same words is not asked again. */
  earlier: Judgement | null
  samples?: number
}

/** An opened judge: endpoint probed, prices known. */
export interface ProseJudge {
  model: string
  /** Never throws for what a server or model does: what could not be judged says so. Throws only on our own faults (the store fails). */
  judge(what: ToJudge): Promise<Judgement>
}
