/** Before the timed passes all arms are started anew: whose fault it is where one of them cannot be. */
import { expect, it } from "vitest"
import type { Arm, Operations } from "../../../sandboxes/driver/arm.ts"
import { renewAll } from "../../../sandboxes/driver/measure.ts"
import type { Arms } from "../../../sandboxes/driver/passes/position.ts"
import { ARMS } from "../../../sandboxes/driver/protocol.ts"

const OPERATIONS = { names: [], lagMs: 0 } as unknown as Operations
const REFUSED = { stage: "connect", message: "no table of that name" } as const

/** Arms of which these cannot be started, and which of them were left running. */
function armsWhere(refuse: string[]): { arms: Arms; running: Set<string> } {
  const running = new Set<string>()
  const arm = (name: string): Arm => {
    const host = {
      turn() {},
      cont: async () => void running.add(name),
      stop: async () => void running.delete(name),
      kill: async () => {},
      leadTo() {},
      start: async () => {},
      load: async () => (refuse.includes(name) ? { ok: false, rejected: REFUSED } : { ok: true }),
      quiet: async () => {},
      quietSinceMs: () => 0,
    }
    const runsOn = { lagMs: 0, pauseMs: 0, begunMs: 0 }
    return { name, hosts: [host, host], space: { engine: "redis", clientSettings: {} }, runsOn } as unknown as Arm
  }
  return { arms: Object.fromEntries(ARMS.map((name) => [name, arm(name)])) as Arms, running }
}

it("nobody's, where all start, and all stand still afterwards", async () => {
  const { arms, running } = armsWhere([])
  expect(await renewAll(arms, OPERATIONS)).toBeNull()
  expect([...running]).toEqual([])
})

it("the candidate's, where its module refuses: it could end a run as broken on our side, and ask for another", async () => {
  expect(await renewAll(armsWhere(["candidate"]).arms, OPERATIONS)).toEqual(REFUSED)
})

it("ours, where a reference cannot be started, whatever becomes of the candidate beside it", async () => {
  await expect(renewAll(armsWhere(["strong"]).arms, OPERATIONS)).rejects.toThrow(/^strong could not be started/)
  await expect(renewAll(armsWhere(["candidate", "anchor"]).arms, OPERATIONS)).rejects.toThrow(/^anchor could not/)
})
