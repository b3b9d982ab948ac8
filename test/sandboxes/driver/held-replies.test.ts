/** When replies are given up to a host that is not seen to wait. When they are given to one that is: relay.test.ts. */
import { setImmediate, setTimeout } from "node:timers/promises"
import { afterEach, expect, test, vi } from "vitest"
import { type HeldReplies, holdReplies } from "../../../sandboxes/driver/held-replies.ts"

let deliveries = 0
const neverSeen = (): HeldReplies =>
  holdReplies({
    waits: () => new Promise(() => {}),
    outstanding: () => 0,
    onDelivered: () => {
      deliveries++
    },
  })
afterEach(() => {
  vi.useRealTimers()
  deliveries = 0
})

test("replies are held for a second", () => {
  vi.useFakeTimers()
  const held = neverSeen()
  held.hold(1, () => {})
  vi.advanceTimersByTime(999)
  expect(deliveries).toBe(0)
  vi.advanceTimersByTime(1)
  expect(deliveries).toBe(1)
  held.end()
})

test("each delivery starts a second of its own", () => {
  vi.useFakeTimers()
  const held = neverSeen()
  held.hold(1, () => {})
  vi.advanceTimersByTime(1_700)
  held.hold(1, () => {})
  vi.advanceTimersByTime(999)
  expect(deliveries).toBe(1)
  vi.advanceTimersByTime(1)
  expect(deliveries).toBe(2)
  held.end()
})

test("a second in which the driver stood still is no reason to give them up: it did not look", async () => {
  const held = neverSeen()
  held.hold(1, () => {})
  const end = performance.now() + 1_200
  while (performance.now() < end);
  await setImmediate()
  await setTimeout(1)
  expect(deliveries).toBe(0)
  held.end()
})

test("more than eight mebibytes are not held", () => {
  const held = neverSeen()
  held.hold(8 * 1024 * 1024, () => {})
  expect(deliveries).toBe(0)
  held.hold(1, () => {})
  expect(deliveries).toBe(1)
  held.end()
})
