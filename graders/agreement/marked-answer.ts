/** Turns the judge's verdicts on an answer into a line of marks. Here alone they become points. */
import type { Statement } from "../../prompts/judge/render.ts"
import type { Judgement, WrittenVerdict } from "../judge/judgement.ts"
import { MARKED_FORMAT, type MarkedAnswer } from "./marks.ts"

interface What {
  id: string
  answer: string
  asked: string
  criteria: readonly Statement[]
  rubricHash: string
  samples: number
  judgement: Judgement
}

export function markedAnswer({ id, answer, asked, criteria, rubricHash, samples, judgement }: What): MarkedAnswer {
  const verdicts = criteria.map(({ id: name }) => judgement.written.find(({ criterion }) => criterion === name))
  const unjudged = criteria.flatMap(({ id: name }, index) =>
    verdicts[index]?.verdict ? [] : [`${name}: ${whyNot(verdicts[index])}`],
  )
  const calls = [...new Map(judgement.calls.map((call) => [call.key, call])).values()]
  return {
    format: MARKED_FORMAT,
    id,
    points:
      unjudged.length > 0
        ? null
        : rounded(criteria.reduce((sum, one, index) => sum + (verdicts[index]?.verdict === "met" ? one.points : 0), 0)),
    outOf: rounded(criteria.reduce((sum, one) => sum + one.points, 0)),
    because: unjudged.length > 0 ? unjudged.join("; ") : null,
    criteria: criteria.map((criterion, index) => ({
      criterion: criterion.id,
      title: criterion.title,
      outOf: criterion.points,
      verdict: verdicts[index]?.verdict ?? null,
      reason: verdicts[index]?.reason ?? "",
      quotes: verdicts[index]?.quotes ?? [],
      agreement: verdicts[index]?.agreement ?? null,
      review: verdicts[index]?.review ?? null,
    })),
    steering: judgement.steering,
    answer,
    asked,
    judge: { model: judgement.model, prompts: judgement.prompts, rubric: rubricHash, samples },
    tokens: {
      prompt: calls.reduce((sum, { tokens }) => sum + tokens.prompt, 0),
      completion: calls.reduce((sum, { tokens }) => sum + tokens.completion, 0),
    },
    usd: calls.every(({ usd }) => usd !== null) ? calls.reduce((sum, { usd }) => sum + usd!, 0) : null,
  }
}

function whyNot(verdict: WrittenVerdict | undefined): string {
  if (!verdict?.review) return "the judge said nothing about it"
  const { because, detail } = verdict.review
  return detail ? `${because} (${detail})` : because
}

/** 0.1 + 0.2 is 0.3 here. */
const rounded = (points: number) => Math.round(points * 1e6) / 1e6
