import { expect, test } from "vitest"
import type { Phase } from "../../../prompts/question.ts"
import type { Arrived } from "../../../sandboxes/driver/passes/peak-latency.ts"
import {
  arrivalsOf,
  isWithin,
  phaseEvidence,
  secondsOf,
  windowsOf,
} from "../../../sandboxes/driver/passes/peak-phases.ts"

const phase: Phase = {
  id: "burst",
  title: "A burst",
  operation: "post",
  calls: 3,
  windowMs: 1000,
  at: { candidate: 0.2, strong: 0.6 },
  watch: "feed",
}
const windows = windowsOf([phase], 10)

const arrived = (edits: Partial<Arrived>): Arrived => ({
  operation: "feed",
  arm: 0,
  phase: undefined,
  atMs: 0,
  dueMs: 0,
  latencyMs: 1,
  sent: { reply: { ok: true } } as Arrived["sent"],
  ...edits,
})

test("a phase has a window for each arm, and makes the peak longer by them", () => {
  expect(windows.map(({ by, startMs, endMs }) => [by, startMs, endMs])).toEqual([
    ["candidate", 2000, 3000],
    ["strong", 6000, 7000],
  ])
  expect(secondsOf([phase])).toBe(2)
  expect(secondsOf([])).toBe(0)
})

test("its calls leave together when the window opens, and each is another call", () => {
  const arrivals = arrivalsOf(windows)
  expect(arrivals.map(({ atMs, arm }) => [atMs, arm])).toEqual([
    ...Array(3).fill([2000, 0]),
    ...Array(3).fill([6000, 1]),
  ])
  expect(new Set(arrivals.map(({ index }) => index)).size).toBe(6)
})

test("a window takes in its first moment and not its last", () => {
  expect([1999, 2000, 2999, 3000].map((ms) => isWithin(windows, ms))).toEqual([false, true, true, false])
})

test("everybody else's calls of the watched operation are told apart from the burst's own, arm by arm", () => {
  const [mine] = phaseEvidence(windows, [
    arrived({ atMs: 2500, latencyMs: 10 }),
    arrived({ atMs: 2500, latencyMs: 20, arm: 1 }),
    arrived({ atMs: 2500, latencyMs: 999, operation: "follow" }),
    arrived({ atMs: 2000, latencyMs: 70, operation: "post", phase: "burst" }),
    arrived({ atMs: 3500, latencyMs: 999 }),
  ])
  expect(mine).toMatchObject({
    by: "candidate",
    own: { count: 1, max: 70 },
    others: { candidate: { count: 1, max: 10 }, strong: { count: 1, max: 20 } },
  })
})
