import { expect, test } from "vitest"
import type { Arm } from "../../../sandboxes/driver/arm.ts"
import { forgetPauses, learnPause, unknownPause } from "../../../sandboxes/driver/pauses.ts"

/** An arm whose first host pauses as it is told; like a real host, it tells a pause once. */
function armWith(lagMs: number) {
  let longest = 0
  const tell = () => {
    const told = longest
    longest = 0
    return told
  }
  const hosts = [{ longestPauseMs: tell }, { longestPauseMs: () => 0 }] as unknown as Arm["hosts"]
  return {
    arm: { hosts, runsOn: unknownPause(lagMs) },
    pauses(ms: number) {
      longest = ms
    },
  }
}

test("no time is given where the question permits no lag", () => {
  const { arm, pauses } = armWith(0)
  pauses(30)
  learnPause(arm, true)
  expect(arm.runsOn.pauseMs).toBe(0)
})

test("until a script was run, work in the background is given some time; after it, none where there was none", () => {
  const { arm } = armWith(2000)
  expect(arm.runsOn.pauseMs).toBeGreaterThan(0)
  learnPause(arm, true)
  expect(arm.runsOn.pauseMs).toBe(0)
})

test("it is given twice the longest pause and a little more, but never longer than a tenth of a second", () => {
  const { arm, pauses } = armWith(2000)
  pauses(10)
  learnPause(arm, true)
  expect(arm.runsOn.pauseMs).toBe(25)
  pauses(700)
  learnPause(arm, false)
  expect(arm.runsOn.pauseMs).toBe(100)
})

test("what looks for its work now and then has begun when it must have looked, and no write is waited for longer than a run has time for", () => {
  const { arm, pauses } = armWith(2000)
  pauses(10)
  learnPause(arm, true)
  expect(arm.runsOn.begunMs).toBe(0)
  pauses(500)
  learnPause(arm, false)
  expect(arm.runsOn).toMatchObject({ pauseMs: 100, begunMs: 620 })
  pauses(1500)
  learnPause(arm, false)
  expect(arm.runsOn.begunMs).toBe(800)
  learnPause(arm, false)
  expect(arm.runsOn.begunMs).toBe(800)
})

test("what an earlier script showed is kept, what the load left behind is not looked at", () => {
  const { arm, pauses } = armWith(2000)
  pauses(10)
  learnPause(arm, true)
  learnPause(arm, false)
  expect(arm.runsOn.pauseMs).toBe(25)
  pauses(40)
  forgetPauses(arm)
  learnPause(arm, false)
  expect(arm.runsOn.pauseMs).toBe(25)
})
