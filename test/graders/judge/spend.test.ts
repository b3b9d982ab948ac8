import { expect, it } from "vitest"
import { type Caller, makeCall } from "../../../graders/judge/make-call.ts"
import type { Outcome } from "../../../graders/judge/openai.ts"
import { memoryCallStore } from "../../support/memory-call-store.ts"

const lost: Outcome = {
  kind: "no reply",
  why: "no reply came in time",
  status: null,
  retryAfterMs: null,
  canRetry: false,
  refusedParameter: null,
  mayHaveCost: true,
}

async function spentOn(outcome: Outcome): Promise<number> {
  const store = memoryCallStore()
  const caller: Caller = {
    endpoint: { ask: async () => outcome },
    model: "m",
    honoured: { mode: "text", temperature: false, usage: true, limitName: "max_tokens" },
    store,
    // Only what is written costs: a dollar for each token of it.
    prices: { version: 1, unknown: { input: 0, output: 1e6 }, models: { m: { input: 0, output: 1e6 } } },
    dailyLimitUsd: 1e6,
    timeoutMs: 1000,
    underway: new Map(),
  }
  const prompt = { messages: [{ role: "user" as const, content: "?" }], form: { name: "f", schema: {} } }
  await makeCall(caller, {
    purpose: "written",
    criteria: [],
    sample: 0,
    prompt,
    replyTokens: 500,
    objection: () => null,
  })
  return store.spent()
}

it("a call that was lost on its way is held against the limit as if it had been answered at full length", async () => {
  expect(await spentOn(lost)).toBeGreaterThanOrEqual(500)
})

it("a call that was never sent costs nothing", async () => {
  expect(await spentOn({ ...lost, mayHaveCost: false })).toBe(0)
})

it("an answered call costs what the server counted", async () => {
  expect(await spentOn({ kind: "text", text: "{}", model: "m", tokens: { prompt: 10, completion: 7 } })).toBe(7)
})
