import { expect, it } from "vitest"
import { figureIn } from "../../../../sandboxes/engines/redis/spaces.ts"

const said = (bytes: string) => `# Memory\r\nused_memory:1024\r\nused_memory_dataset:${bytes}\r\n`

it("what is stored in Redis is what it says", () => {
  expect(figureIn(said("409600"), "used_memory_dataset")).toBe(409_600)
  expect(() => figureIn(said("1"), "used_memory_peak")).toThrow(/hold no used_memory_peak/)
})

it("is nothing, and no sixteen exabytes, where Redis takes more from its memory than there is", () => {
  expect(figureIn(said("18446744073709500000"), "used_memory_dataset")).toBe(0)
})
