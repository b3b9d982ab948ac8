/** The judge of prose that the settings name, opened once per process, and the one that answers from what a report holds. */
import type { ProseJudge } from "../graders/judge/ask.ts"
import type { Judgement } from "../graders/judge/judgement.ts"
import type { Judging } from "./grade-submission.ts"
import { settings } from "./settings.ts"

/** undefined: none is configured. */
export async function openJudging(_say: (line: string) => void): Promise<Judging | undefined> {
  return settings().judge === null ? undefined : undefined
}

/** Answers from the calls of an earlier judgement alone. */
export async function storedJudge(judgement: Judgement): Promise<ProseJudge> {
  return { model: judgement.model, judge: async () => judgement }
}
