import { afterEach, beforeEach, expect, it, vi } from "vitest"
import type { Sitting } from "../../client/api/api.ts"
import { heard, secondsLeft } from "../../client/question/clock.ts"

vi.mock("virtual:contract", () => ({ default: {} }))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const AT = Date.UTC(2026, 10, 27, 9)
const MINUTE = 60_000
const when = (ms: number) => new Date(AT + ms).toISOString()
/** As the server says it so long after an hour's sitting began. */
const said = (ms: number) => async () => ({ deadlineAt: when(60 * MINUTE), now: when(ms) }) as Sitting

it("a sitting that is asked for anew has as much left as before", async () => {
  const first = await heard(said(0))
  vi.advanceTimersByTime(30 * MINUTE)
  expect(secondsLeft(first)).toBe(30 * 60)
  const again = await heard(said(30 * MINUTE))
  expect(secondsLeft(again)).toBe(30 * 60)
  vi.advanceTimersByTime(MINUTE)
  expect(secondsLeft(again)).toBe(29 * 60)
})

it("a clock that is shown long after the sitting was asked for has that time less", async () => {
  const kept = await heard(said(0))
  vi.advanceTimersByTime(4 * MINUTE)
  expect(secondsLeft(kept)).toBe(56 * 60)
})

it("an answer that took long promises no more than there is, and the end is the end", async () => {
  const slow = heard(async () => {
    const view = await said(5_000)()
    vi.advanceTimersByTime(5_000)
    return view
  })
  expect(secondsLeft(await slow)).toBe(60 * 60 - 10)
  vi.advanceTimersByTime(2 * 60 * MINUTE)
  expect(secondsLeft(await slow)).toBe(0)
  expect(secondsLeft({ ...(await slow), deadlineAt: null })).toBeNull()
})
