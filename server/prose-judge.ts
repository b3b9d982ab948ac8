/** The judge of prose that the settings name, opened once per process, and the one that answers from what a report holds. */
import { createHmac } from "node:crypto"
import type { CallStore, ProseJudge } from "../graders/judge/ask.ts"
import { placeIn } from "../graders/judge/asked-place.ts"
import type { Call, Judgement, WrittenVerdict } from "../graders/judge/judgement.ts"
import { rederive } from "../graders/judge/rederive.ts"
import type { Statement } from "../prompts/judge/render.ts"
import { readSecret } from "./attempt-key.ts"
import { describeFailure } from "./failure.ts"
import type { Judging } from "./grade-submission.ts"
import { Refusal } from "./refusal.ts"
import { type JudgeSettings, settings } from "./settings.ts"

/** Asked where only OpenAI's key is set: a small model, for its price. How well it marks is for `bench judge --live` to say; nobody has run it. */
const OPENAI_MODEL = "gpt-5-mini"

/**
 * undefined: none is configured. `shared` keeps the calls; left out, they are files of this machine. A failure on our side is told to `say`, and to the log.
 * Throws a `Refusal` where the settings do not say which model to ask.
 */
export async function openJudging(say: (line: string) => void, shared?: CallStore): Promise<Judging | undefined> {
  const { judge, stateFolder } = settings()
  if (judge === null) return undefined
  const model = modelOf(judge)
  // Only here: who has no judge does not wait for its client to be loaded.
  const [{ openJudge }, { openJudgeStore }] = await Promise.all([
    import("../graders/judge/open-judge.ts"),
    import("./judge-store.ts"),
  ])
  const store = shared ?? (await openJudgeStore(stateFolder))
  // Not the secret itself: what it is used for here must tell nothing about the keys of runs.
  const secret = createHmac("sha256", await readSecret(stateFolder))
    .update("judge of prose")
    .digest()
  const { apiKey = "none", baseUrl, timeoutMs, dailyLimitUsd } = judge
  return {
    judge: openJudge({ apiKey, baseUrl, model, timeoutMs, dailyLimitUsd }, store, secret),
    afterwards: baseUrl !== undefined && isHere(baseUrl),
    onFailed: (error) =>
      say(
        `The answer was not judged. ${describeFailure(error, { stateFolder, doing: "judging an answer" })} ./proofrun regrade tries again.`,
      ),
  }
}

function modelOf({ model, baseUrl }: JudgeSettings): string {
  if (model !== undefined) return model
  if (baseUrl === undefined) return OPENAI_MODEL
  throw new Refusal("OPENAI_BASE_URL is set, but not which model that server should use. Set JUDGE_MODEL as well.")
}

/** A model on this machine takes its processors from what is being timed. */
const isHere = (address: string): boolean =>
  /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)$/.test(new URL(address).hostname)

/** Answers from the calls of an earlier judgement alone. What was not asked in the words of the rubric as it is now has no verdict. */
export function storedJudge(judgement: Judgement): ProseJudge {
  return {
    model: judgement.model,
    async judge({ answer, rubric, question }) {
      const statements = rubric.criteria.filter((one): one is Statement => one.kind === "written")
      const calls = new Map(judgement.calls.map((call) => [call.key, call]))
      const asked = statements.flatMap((statement) => {
        const verdict = judgement.written.find((one) => isAbout(one, statement, calls, judgement.written))
        return verdict ? [{ ...verdict, criterion: statement.id }] : []
      })
      const operations = question?.operations.map(({ name }) => name)
      return rederive({ ...judgement, written: asked }, answer, statements, operations)
    },
  }
}

/**
 * Whether a verdict is on this very statement: its prompts hold the words, in the place of its own name, or under a name that nobody bears any more. A statement of
 * which nothing was kept is known by its name alone.
 */
function isAbout(
  { criterion, samples }: WrittenVerdict,
  statement: Statement,
  calls: Map<string, Call>,
  all: WrittenVerdict[],
): boolean {
  const kept = samples.flatMap(({ call }) => calls.get(call) ?? [])
  if (kept.length === 0) return criterion === statement.id
  return kept.every((call) => {
    const place = placeIn(call, statement)
    if (place === null) return false
    const name = call.criteria[place]
    return name === criterion || (criterion === statement.id && all.every((one) => one.criterion !== name))
  })
}
