import { expect, it } from "vitest"
import { patternOf } from "../../../../sandboxes/engines/redis/patterns.ts"

it.each([
  ["user:42:events", "user:*:events"],
  ["events:3f2a9c0d11e84b5f9a7c6d5e4f3a2b1c:20417", "events:*:*"],
  ["events:2026-11-24", "events:*"],
  ["events:2026-11-24T10:30", "events:*:*"],
  ["cart:6fa459ea-ee8a-3ca4-894e-db77e160355e:items", "cart:*:items"],
  ["cart:abcdabcd-abcd-abcd-abcd-abcdabcdabcd", "cart:*"],
  ["{user7}:posts", "{*}:posts"],
  ["session:a-Bc_dEfGh1jKlMnOpQ", "session:*"],
  ["feed_of-12", "feed_of-*"],
  ["deadbeef", "*"],
  ["e:njmP0//xH2aQ+kVb7RwTzA==:20417", "e:*:*"],
  ["e:\ufffd@a;{\u0001\ufffd/b#\ufffd:20417", "e:*:*"],
  ["dayEvents/3f2a9c0d11e84b5f9a7c6d5e4f3a2b1c/20417", "dayEvents/*/*"],
  ["userDays/3f2a9c0d11e84b5f9a7c6d5e4f3a2b1c", "userDays/*"],
  ["site/2024/11/events-of-day", "site/*/*/events-of-day"],
  ["settings", "settings"],
  ["lock:orders", "lock:orders"],
  ["", ""],
])("%s is like %s", (key, pattern) => {
  expect(patternOf(key)).toBe(pattern)
})

it("gives names without end one pattern of bounded length", () => {
  expect(patternOf("a".repeat(10_000))).toBe("*")
  expect(patternOf("ab:".repeat(10_000)).length).toBeLessThanOrEqual(120)
})
