/** Finds out what a server honours, once: how it takes a form for its reply, whether it takes a temperature, whether it says what a call took. */
import { createHash } from "node:crypto"
import type { Prompt } from "../../prompts/judge/render.ts"
import type { Endpoint as Honoured, Mode } from "./judgement.ts"
import type { Endpoint, Outcome, Request } from "./openai.ts"

const MODES: Mode[] = ["strict schema", "JSON mode", "tools", "text"]
/** Enough for most models that think before they write, and for those that think long. */
const MOST_TOKENS = [1_000, 8_000]
const TRIES_PER_MODE = 3

const PROMPT: Prompt = {
  messages: [
    { role: "system", content: 'Reply with one JSON object and nothing else: {"ready": "yes"}' },
    { role: "user", content: "Are you ready?" },
  ],
  form: {
    name: "ready",
    schema: {
      type: "object",
      properties: { ready: { type: "string", enum: ["yes"] } },
      required: ["ready"],
      additionalProperties: false,
    },
  },
}

export interface Found extends Honoured {
  limitName: Request["limitName"]
}

/**
 * The server as it answered, or why it could not be asked. A mode is given up only where the server refused it or did not keep to it: what is found holds as
 * long as the process lives, and under another mode answers that were judged before would be paid for and judged anew.
 */
export async function probe(endpoint: Endpoint, signal: AbortSignal): Promise<Found | { failed: string }> {
  let temperature = true
  let limitName: Request["limitName"] = "max_completion_tokens"
  let cutOff = 0
  let last = "it answered nothing that could be used"
  for (const mode of MODES) {
    for (let attempt = 0; attempt < TRIES_PER_MODE; attempt++) {
      const outcome: Outcome = await endpoint.ask({
        ...PROMPT,
        mode,
        temperature,
        mostTokens: MOST_TOKENS[cutOff]!,
        limitName,
        idempotencyKey: keyOf(mode, temperature, limitName, MOST_TOKENS[cutOff], attempt),
        signal,
      })
      if (outcome.kind === "text" && saysReady(outcome.text))
        return { mode, temperature, usage: outcome.tokens !== null, limitName }
      last = outcome.kind === "text" ? "it did not keep to the form of the reply" : outcome.why
      if (outcome.kind === "cut off" && cutOff + 1 < MOST_TOKENS.length) {
        cutOff++
        continue
      }
      if (outcome.kind !== "no reply") break
      if (outcome.refusedParameter === "temperature" && temperature) temperature = false
      else if (outcome.refusedParameter === "max_completion_tokens" && limitName !== "max_tokens")
        limitName = "max_tokens"
      else if (outcome.status === 400 || outcome.status === 422 || outcome.status === 501) break
      else if (!outcome.canRetry || signal.aborted) return { failed: last }
      // Some servers answer a form that they do not know with 500, each time. What else does not pass says nothing of the mode.
      else if (attempt + 1 === TRIES_PER_MODE && outcome.status !== 500) return { failed: last }
      else await pause(Math.min(outcome.retryAfterMs ?? 250 * 2 ** attempt, 5_000), signal)
    }
  }
  return { failed: last }
}

const saysReady = (text: string): boolean => /"ready"\s*:\s*"yes"/.test(text)

const keyOf = (...parts: unknown[]): string =>
  createHash("sha256")
    .update(JSON.stringify(["probe", ...parts]))
    .digest("hex")

/** Waits, but no longer than until the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener("abort", done)
  })
}
