import { expect, it } from "vitest"
import { noteBeside } from "../../../sandboxes/driver/beside-calls.ts"
import type { Run } from "../../../sandboxes/driver/run.ts"

function noted(storedKiB: number, ...moved: number[]) {
  const suspicions: Run["suspicions"] = { unread: { checked: 0, unread: 0, example: null }, beside: null }
  for (const [index, kib] of moved.entries()) noteBeside({ suspicions, storedKiB }, `pass ${index}`, kib)
  return suspicions.beside
}

it("processes that read what is stored when they begin are noticed, with the pass in which they read most", () => {
  expect(noted(2000, 0, 4000, 3900)).toEqual({ pass: "pass 1", kib: 4000, storedKiB: 2000, mostKiB: 208 })
})

it("what any design may look up is not noticed, however little is stored", () => {
  expect(noted(10, 100)).toBeNull()
  expect(noted(20_000, 900)).toBeNull()
})
