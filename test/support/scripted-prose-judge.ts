/** A judge within the process that does as it is told: for tests of what is done with judgements, not of how they come about. */
import type { ProseJudge, ToJudge } from "../../graders/judge/ask.ts"
import type { Call, Judgement, ReviewReason, WrittenVerdict } from "../../graders/judge/judgement.ts"

export type Say = "met" | "not met" | ReviewReason

/** As a command opens one. */
export const opened = (judge: ProseJudge) => async () => ({ judge, afterwards: false, onFailed: () => {} })

/** `say` is asked for every statement of every answer. */
export function scriptedProseJudge(say: (criterion: string, what: ToJudge) => Say): ProseJudge & { asked: string[] } {
  const asked: string[] = []
  return {
    model: "scripted",
    asked,
    async judge(what) {
      asked.push(what.answer)
      // As a real one, it does not answer at once.
      await new Promise((resolve) => setImmediate(resolve))
      return judgementOf(what, say)
    },
  }
}

export function judgementOf(what: ToJudge, say: (criterion: string, what: ToJudge) => Say): Judgement {
  const criteria = what.rubric.criteria.filter(({ kind }) => kind === "written")
  return {
    model: "scripted",
    endpoint: { mode: "strict schema", temperature: true, usage: true },
    prompts: { version: 1, hash: "as-ever" },
    written: criteria.map(({ id }) => verdictOf(id, say(id, what), what.answer)),
    assertions: [],
    lostClaims: [],
    claimsReview: null,
    steering: [],
    calls: [callOf(what.answer)],
  }
}

function verdictOf(criterion: string, said: Say, answer: string): WrittenVerdict {
  const judged = said === "met" || said === "not met"
  return {
    criterion,
    asked: criterion,
    verdict: judged ? said : null,
    reason: judged ? `It is ${said}.` : "",
    quotes: said === "met" ? [{ text: answer.slice(0, 9), start: 0, end: Math.min(9, answer.length) }] : [],
    samples: [],
    agreement: judged ? 1 : null,
    review: judged ? null : { because: said, detail: "" },
  }
}

const callOf = (answer: string): Call => ({
  key: `call of ${answer}`,
  purpose: "written",
  criteria: [],
  sample: 0,
  model: "scripted",
  answeredBy: "scripted",
  promptHash: "",
  messages: [],
  completion: "",
  outcome: "answered",
  detail: "",
  attempts: 1,
  tokens: { prompt: 100, completion: 10, counted: "by the server" },
  usd: 0.001,
  milliseconds: 1,
  at: new Date().toISOString(),
})
