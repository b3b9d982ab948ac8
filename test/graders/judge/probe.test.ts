import { expect, it } from "vitest"
import type { Endpoint, Outcome } from "../../../graders/judge/openai.ts"
import { probe } from "../../../graders/judge/probe.ts"

const READY: Outcome = { kind: "text", text: '{"ready": "yes"}', model: "m", tokens: null }
const CUT_OFF: Outcome = { kind: "cut off", why: "longer than allowed", text: "{", model: "m", tokens: null }
const status = (code: number | null): Outcome => ({
  kind: "no reply",
  why: `the server answered ${code}`,
  status: code,
  retryAfterMs: 0,
  canRetry: code === null || code === 429 || code >= 500,
  refusedParameter: null,
  mayHaveCost: false,
})

/** A server that answers as told, by the mode and by how often it was asked in it; and what it was asked for. */
function answering(answer: (mode: string, nth: number) => Outcome) {
  const asked: { mode: string; mostTokens: number }[] = []
  const endpoint: Endpoint = {
    async ask({ mode, mostTokens }) {
      asked.push({ mode, mostTokens })
      return answer(mode, asked.filter((one) => one.mode === mode).length)
    },
  }
  return { asked, found: probe(endpoint, AbortSignal.timeout(10_000)) }
}

it("takes the first mode that the server keeps to", async () => {
  const { found } = answering((mode) => (mode === "strict schema" ? status(400) : READY))
  expect(await found).toMatchObject({ mode: "JSON mode" })
  expect(await answering((_, nth) => (nth < 3 ? status(429) : READY)).found).toMatchObject({ mode: "strict schema" })
})

it.each([429, 503, null])("takes no other mode because a server was busy or away (%s)", async (code) => {
  const { found, asked } = answering((mode) => (mode === "strict schema" ? status(code) : READY))
  expect(await found).toEqual({ failed: `the server answered ${code}` })
  expect(new Set(asked.map(({ mode }) => mode))).toEqual(new Set(["strict schema"]))
})

it("takes another mode where the server breaks at this one each time", async () => {
  const { found } = answering((mode) => (mode === "strict schema" ? status(500) : READY))
  expect(await found).toMatchObject({ mode: "JSON mode" })
})

it("gives a model that thinks long more room before it takes another mode", async () => {
  const { found, asked } = answering((_, nth) => (nth === 1 ? CUT_OFF : READY))
  expect(await found).toMatchObject({ mode: "strict schema" })
  expect(asked.map(({ mostTokens }) => mostTokens)).toEqual([1_000, 8_000])
})
