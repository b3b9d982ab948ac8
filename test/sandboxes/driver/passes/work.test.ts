import { randomBytes } from "node:crypto"
import { describe, expect, it } from "vitest"
import type { Json } from "../../../../prompts/workload.ts"
import type { Sent } from "../../../../sandboxes/driver/arm.ts"
import { noteUnread } from "../../../../sandboxes/driver/passes/work.ts"
import type { Run } from "../../../../sandboxes/driver/run.ts"

/** Whether an answer is suspected not to have been read, where so many bytes came from the engine for it. */
function suspected(answer: Json, readBytes: number): boolean {
  const suspicions: Run["suspicions"] = { unread: { checked: 0, unread: 0, example: null } }
  const run = { operations: { isWrite: () => false }, suspicions } as unknown as Run
  noteUnread(run, { call: { operation: "lastDay" }, reply: { ok: true, value: answer } } as unknown as Sent, readBytes)
  return suspicions.unread.unread > 0
}

describe("an answer for which too little came from the engine", () => {
  const ids = Array.from({ length: 13 }, () => randomBytes(16).toString("hex"))

  it("is suspected", () => expect(suspected(ids, 60)).toBe(true))

  it("is not, where as much came as it says", () => expect(suspected(ids, 13 * 16)).toBe(false))

  it("is not an empty one, which Redis sends in four bytes", () => expect(suspected([], "*0\r\n".length)).toBe(false))
})
