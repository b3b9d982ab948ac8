import { expect, it } from "vitest"
import { noteBeside } from "../../../sandboxes/driver/beside-calls.ts"
import type { Run } from "../../../sandboxes/driver/run.ts"

function noted(...moved: [kib: number, storedKiB: number][]) {
  const run: Pick<Run, "beside" | "storedKiB"> = { beside: null, storedKiB: 0 }
  for (const [index, [kib, storedKiB]] of moved.entries())
    noteBeside(Object.assign(run, { storedKiB }), `pass ${index}`, kib)
  return run.beside!
}

it("of what processes move beside their calls the pass is kept that goes farthest beyond what is taken", () => {
  expect(noted([0, 1000], [4000, 2000], [4100, 20_000])).toEqual({
    pass: "pass 1",
    kib: 4000,
    storedKiB: 2000,
    mostKiB: 208,
  })
})

it("what any design may look up is within it, however little is stored", () => {
  expect(noted([100, 10])).toMatchObject({ mostKiB: 128.4 })
  expect(noted([900, 20_000])).toMatchObject({ mostKiB: 928 })
})
