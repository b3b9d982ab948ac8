/**
 * One call to the model, paid once: looked up by its key, made inside one deadline with three attempts at most, kept before anybody reads it. Whatever a
 * server does comes back as a call with its outcome.
 */
import { hash } from "node:crypto"
import { type Price, type Prices, priceOf } from "../../prompts/judge/load.ts"
import type { Prompt } from "../../prompts/judge/render.ts"
import type { CallStore } from "./ask.ts"
import type { Call } from "./judgement.ts"
import type { Endpoint, Outcome, Tokens } from "./openai.ts"
import { type Found, pause } from "./probe.ts"

const ATTEMPTS = 3
const FIRST_PAUSE_MS = 300
/** English has some four characters to a token; other languages and code have fewer. */
const CHARACTERS_PER_TOKEN = 3
/** A model that thinks first does so in tokens that nobody sees. */
const HIDDEN_TOKENS = 4_000
const NO_TOKENS: Tokens = { prompt: 0, completion: 0 }

export interface Caller {
  endpoint: Endpoint
  model: string
  honoured: Found
  store: CallStore
  prices: Prices
  dailyLimitUsd: number
  timeoutMs: number
  /** Calls that this process is waiting for, by key: who asks the same meanwhile waits for the same reply. */
  underway: Map<string, Promise<Call>>
}

export interface Asked {
  purpose: Call["purpose"]
  criteria: string[]
  sample: number
  prompt: Prompt
  /** What the reply is thought to need at most, tokens. */
  replyTokens: number
  /** Reads a reply: null where it will do, otherwise what is wrong with it. */
  objection(text: string): string | null
}

/** The same model, form and prompt for the same sample have the same key. */
export function keyOf(model: string, mode: string, prompt: Prompt, sample: number): string {
  return hash("sha256", JSON.stringify([model, mode, prompt.messages, prompt.form, sample]))
}

export function makeCall(caller: Caller, asked: Asked): Promise<Call> {
  const { model, honoured, underway } = caller
  const key = keyOf(model, honoured.mode, asked.prompt, asked.sample)
  const call = underway.get(key) ?? foundOrMade(caller, asked, key).finally(() => underway.delete(key))
  underway.set(key, call)
  return call
}

async function foundOrMade(caller: Caller, asked: Asked, key: string): Promise<Call> {
  const { model, store, prices, dailyLimitUsd } = caller
  const { prompt, sample } = asked
  const kept = await store.find(key)
  if (kept) return kept
  const started = performance.now()
  const at = new Date()
  const promptTokens = estimate(prompt.messages.reduce((sum, { content }) => sum + content.length, 0))
  const mostTokens = asked.replyTokens + HIDDEN_TOKENS
  const price = priceOf(model, prices)
  const head = {
    key,
    purpose: asked.purpose,
    criteria: asked.criteria,
    sample,
    model,
    promptHash: hash("sha256", JSON.stringify(prompt.messages)),
    messages: prompt.messages,
    at: at.toISOString(),
  }
  const reserved = usd({ prompt: promptTokens, completion: mostTokens }, price ?? prices.unknown)
  if (!(await store.reserve(key, reserved, dailyLimitUsd, at)))
    return {
      ...head,
      answeredBy: null,
      completion: null,
      outcome: "spend limit",
      detail: `Today's limit of ${dailyLimitUsd} US dollars for the judge would be passed.`,
      attempts: 1,
      tokens: { ...NO_TOKENS, counted: "estimated" },
      usd: price && 0,
      milliseconds: 0,
    }
  const spoilt = await store.spoilt(key)
  const asKey = spoilt === 0 ? key : `${key}-again-${spoilt}`
  const { outcome, spent, attempts, mayHaveCost } = await attempt(caller, asked, asKey, mostTokens, promptTokens)
  // What was sent and never came back may have been answered at full length: the limit is held by that.
  const unknown = { prompt: attempts * promptTokens, completion: attempts * mostTokens, counted: "estimated" as const }
  const tokens = spent ?? (mayHaveCost ? unknown : { ...NO_TOKENS, counted: "estimated" as const })
  const call: Call = {
    ...head,
    answeredBy: outcome.kind === "no reply" ? null : outcome.model,
    completion: outcome.kind === "no reply" ? null : outcome.text,
    outcome: outcome.kind === "text" ? "answered" : outcome.kind,
    detail: outcome.kind === "text" ? "" : sentence(outcome.why),
    attempts,
    tokens,
    usd: price && usd(tokens, price),
    milliseconds: Math.round(performance.now() - started),
  }
  // Nothing came and nothing can have been charged: the money is free again, and the next try is a new one.
  if (call.outcome === "no reply" && !mayHaveCost) await store.release(key)
  else await store.keep(call)
  return call
}

interface Attempted {
  outcome: Outcome
  /** Of all attempts together; null where none of them said. */
  spent: Call["tokens"] | null
  attempts: number
  mayHaveCost: boolean
}

async function attempt(
  { endpoint, honoured, timeoutMs }: Caller,
  { prompt, replyTokens, objection }: Asked,
  key: string,
  mostTokens: number,
  promptTokens: number,
): Promise<Attempted> {
  const signal = AbortSignal.timeout(timeoutMs)
  const deadline = performance.now() + timeoutMs
  let spent: Call["tokens"] | null = null
  let mayHaveCost = false
  let limit = mostTokens
  let answers = 0
  for (let number = 1; ; number++) {
    const asked = await endpoint.ask({
      ...prompt,
      mode: honoured.mode,
      temperature: honoured.temperature,
      limitName: honoured.limitName,
      mostTokens: limit,
      // A bad answer must not be answered by its own echo; one that was lost on the way is not charged again.
      idempotencyKey: answers === 0 ? key : `${key}-${answers + 1}`,
      signal,
    })
    const outcome = checked(asked, objection)
    if (outcome.kind === "no reply") mayHaveCost ||= outcome.mayHaveCost
    else {
      if (!("garbled" in outcome)) answers++
      spent = added(spent, outcome.tokens ?? guessed(promptTokens, outcome.text), outcome.tokens !== null)
    }
    const wait = pauseBefore(outcome, number)
    if (wait === null || number === ATTEMPTS || performance.now() + wait >= deadline)
      return { outcome, spent, attempts: number, mayHaveCost: mayHaveCost || spent !== null }
    if (outcome.kind === "cut off") limit += replyTokens + HIDDEN_TOKENS
    await pause(wait, signal)
  }
}

function checked(outcome: Outcome, objection: Asked["objection"]): Outcome {
  if (outcome.kind !== "text") return outcome
  const why = objection(outcome.text)
  return why === null ? outcome : { ...outcome, kind: "not understood", why }
}

/** How long to wait before the next attempt, milliseconds; null: there is no point in another one. */
function pauseBefore(outcome: Outcome, number: number): number | null {
  switch (outcome.kind) {
    case "not understood":
      return 0
    case "cut off":
      return number === 1 ? 0 : null
    case "no reply":
      return outcome.canRetry ? (outcome.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (number - 1)) : null
    default:
      return null
  }
}

const estimate = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN)

const guessed = (prompt: number, text: string | null): Tokens => ({ prompt, completion: estimate(text?.length ?? 0) })

function added(sum: Call["tokens"] | null, more: Tokens, byServer: boolean): Call["tokens"] {
  return {
    prompt: (sum?.prompt ?? 0) + more.prompt,
    completion: (sum?.completion ?? 0) + more.completion,
    counted: byServer && sum?.counted !== "estimated" ? "by the server" : "estimated",
  }
}

/** US dollars; prices are per million tokens. */
const usd = ({ prompt, completion }: Tokens, { input, output }: Price): number =>
  (prompt * input + completion * output) / 1e6

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/[.\s]+$/, "")}.`
