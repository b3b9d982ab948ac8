import { expect, it } from "vitest"
import type { Reply } from "../../../../sandboxes/driver/hosts.ts"
import { load } from "../../../../sandboxes/driver/passes/load.ts"
import { type Run, StageStopped } from "../../../../sandboxes/driver/run.ts"

const CALLS = 1_000

/** A run whose candidate answers its nth write as told. */
function runWhere(answers: (nth: number) => boolean): Run {
  let nth = 0
  const call = async (): Promise<Reply> =>
    answers(nth++)
      ? ({ ok: true, value: null } as Reply)
      : ({ ok: false, why: "threw", message: "busy", repliedMs: 0, sentMs: 0 } as unknown as Reply)
  const host = { call, turn() {}, cont: async () => {} }
  return {
    workload: { load: () => Array.from({ length: CALLS }, (_, id) => ({ operation: "record", args: [id] })) },
    operations: { names: ["record"], lagMs: 0, isWrite: () => true, limitMs: () => 1_000 },
    candidate: {
      hosts: [host, host],
      oracle: { sent() {}, settled() {} },
      space: { liveBytes: async () => 0 },
    },
    givenBytes: 0,
    progress() {},
  } as unknown as Run
}

it("a size whose writes go through is loaded, a few failures counted", async () => {
  expect(
    await load(
      runWhere((nth) => nth % 200 !== 7),
      "one",
    ),
  ).toMatchObject({ calls: CALLS, failed: 5 })
})

it("a design that refuses its writes while many come at once has not been given that size", async () => {
  const refusing = load(
    runWhere((nth) => nth < 64 || nth % 16 === 0),
    "one",
  )
  await expect(refusing).rejects.toThrow(StageStopped)
  await expect(refusing).rejects.toThrow(
    /^877 of 1,000 calls failed .*, 32 at a time \(the first, `record`: it threw: busy\)$/,
  )
})

it("one that never works is refused by name", async () => {
  expect(
    await load(
      runWhere(() => false),
      "one",
    ),
  ).toMatchObject({
    rejected: { stage: "run", message: "record failed on every call: it threw: busy" },
  })
})
