import { expect, it } from "vitest"
import { keepOpen } from "../../../server/broker/keep-open.ts"
import type { Workshop } from "../../../server/workshop.ts"

/** Machines of which each can be made to answer no more. */
function machines() {
  const opened: { answers: boolean; machine: Workshop }[] = []
  const open = async () => {
    const one = {
      answers: true,
      machine: {
        docker: {
          ping: async () => {
            if (!one.answers) throw new Error("connect ENOENT")
          },
        },
      } as unknown as Workshop,
    }
    opened.push(one)
    return one.machine
  }
  return { opened, open }
}

it("a machine whose Docker Engine still answers is kept, whatever failed", async () => {
  const { opened, open } = machines()
  const kept = keepOpen(open)
  const before = await kept.machine()
  await kept.suspect()
  expect(await kept.machine()).toBe(before)
  expect(opened).toHaveLength(1)
})

it("one whose Docker Engine is gone is opened anew, once, however many suspect it", async () => {
  const { opened, open } = machines()
  const kept = keepOpen(open)
  const before = await kept.machine()
  opened[0]!.answers = false
  await Promise.all([kept.suspect(), kept.suspect(), kept.suspect()])
  expect(await kept.machine()).not.toBe(before)
  expect(opened).toHaveLength(2)
})

it("whoever asks while it is opened anew waits for the new one", async () => {
  const { opened, open } = machines()
  const gate = Promise.withResolvers<void>()
  let times = 0
  const kept = keepOpen(async () => {
    if (times++ > 0) await gate.promise
    return open()
  })
  await kept.machine()
  opened[0]!.answers = false
  await kept.suspect()
  let there = false
  const waiting = kept.machine().then((machine) => {
    there = true
    return machine
  })
  await Promise.resolve()
  expect(there).toBe(false)
  gate.resolve()
  expect(await waiting).toBe(opened[1]!.machine)
})
