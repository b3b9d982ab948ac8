import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { openOracle } from "../../../../prompts/questions/clickstream/oracle.ts"
import type { Event } from "../../../../prompts/questions/clickstream/types.d.ts"
import type { Call, Json } from "../../../../prompts/workload.ts"
import { openShop } from "./shops.ts"

const NOW = Date.UTC(2026, 10, 20)
const HOUR_MS = 3_600_000

const event = (eventId: string, hoursAgo = 1): Event => ({
  userId: "ann",
  eventId,
  at: NOW - hoursAgo * HOUR_MS,
  type: "view",
  pageUrl: "https://shop.example/",
})
const record = (one: Event): Call => ({ operation: "record", args: [{ ...one }] })
const lastDay: Call = { operation: "lastDay", args: ["ann", NOW] }
const reply = (...events: Event[]) => events as unknown as Json

function told(...steps: [what: "sent" | "acknowledged" | "failed", one: Event, at: number][]) {
  const oracle = openOracle()
  for (const [what, one, at] of steps)
    if (what === "sent") oracle.sent(record(one), at)
    else oracle.settled(record(one), at, what === "acknowledged")
  return oracle
}

describe("an event", () => {
  const one = event("a")

  it("must show when it was acknowledged before the read was sent", () => {
    const oracle = told(["sent", one, 1], ["acknowledged", one, 2])
    expect(oracle.judge(lastDay, reply(one), 3, 4)).toBeNull()
    expect(oracle.judge(lastDay, reply(), 3, 4)?.invariant).toBe("lost")
  })

  it("may show while it is on its way, or after it failed", () => {
    for (const oracle of [
      told(["sent", one, 1]),
      told(["sent", one, 1], ["acknowledged", one, 4]),
      told(["sent", one, 1], ["failed", one, 2]),
    ]) {
      expect(oracle.judge(lastDay, reply(one), 3, 5)).toBeNull()
      expect(oracle.judge(lastDay, reply(), 3, 5)).toBeNull()
    }
  })

  it("must not show when it was sent only after the reply", () => {
    const oracle = told(
      ["sent", event("b"), 1],
      ["acknowledged", event("b"), 2],
      ["sent", one, 9],
      ["acknowledged", one, 10],
    )
    expect(oracle.judge(lastDay, reply(event("b"), one), 3, 4)?.invariant).toBe("invented")
    expect(oracle.judge(lastDay, reply(event("b")), 3, 4)).toBeNull()
  })

  it("that failed and was acknowledged when it was sent again must show from then on", () => {
    const oracle = told(["sent", one, 1], ["failed", one, 2], ["sent", one, 3], ["acknowledged", one, 6])
    expect(oracle.judge(lastDay, reply(), 5, 7)).toBeNull()
    expect(oracle.judge(lastDay, reply(), 8, 9)?.invariant).toBe("lost")
  })

  it("of another user is invented, as is one with any field altered", () => {
    const oracle = told(["sent", one, 1], ["acknowledged", one, 2])
    for (const altered of [
      { ...one, userId: "bob" },
      { ...one, at: one.at - 1 },
      { ...one, type: "buy" },
      { ...one, pageUrl: "" },
      { ...one, eventId: "b" },
    ])
      expect(oracle.judge(lastDay, reply(altered), 3, 4)?.invariant).toBe("invented")
  })
})

describe("a reply that is not an answer", () => {
  const oracle = told(["sent", event("a"), 1], ["acknowledged", event("a"), 2])
  const cases: [string, Json | undefined][] = [
    ["nothing", undefined],
    ["null", null],
    ["an object with rows", { rows: 3 }],
    ["a text", "[]"],
    ["an array of null", [null]],
    ["an array of arrays", [[]]],
    ["an event without a field", [{ userId: "ann", eventId: "a", at: 1, type: "view" }]],
    ["a time as text", [{ ...event("a"), at: "2026-11-20" }]],
  ]
  for (const [what, value] of cases)
    it(`${what} is of the wrong shape, and the message says what came`, () => {
      const mismatch = oracle.judge(lastDay, value, 3, 4)
      expect(mismatch?.invariant).toBe("shape")
      expect(mismatch?.message).toMatch(/came back|Item 0/)
    })
})

it("replies of `record` are not judged", () => {
  expect(openOracle().judge(record(event("a")), { anything: true }, 1, 2)).toBeNull()
})

it("shows of a long answer only what surrounds the difference", () => {
  const events = Array.from({ length: 3000 }, (_, index) => event(`e${index}`, index / 200))
  const oracle = told(
    ...events.flatMap(
      (one, at) =>
        [
          ["sent", one, at],
          ["acknowledged", one, at],
        ] as never,
    ),
  )
  const mismatch = oracle.judge(lastDay, reply(...events.slice(0, 2000)), 5000, 5001)
  expect(mismatch?.invariant).toBe("long-day")
  expect((mismatch!.expected as Json[]).length).toBeLessThan(20)
  expect(JSON.stringify(mismatch?.expected)).toContain(`"e2000"`)
})

it("finds nothing wrong with a right implementation, however sends, effects and replies interleave", () => {
  const action = fc.record({
    user: fc.constantFrom("ann", "bob"),
    id: fc.integer({ min: 0, max: 12 }),
    read: fc.boolean(),
    /** How many other actions begin before this one takes effect, and then before it is answered. */
    effectAfter: fc.integer({ min: 0, max: 4 }),
    replyAfter: fc.integer({ min: 0, max: 4 }),
    outcome: fc.constantFrom("acknowledged", "acknowledged", "failed, kept", "failed, dropped"),
  })
  fc.assert(
    fc.property(fc.array(action, { minLength: 5, maxLength: 60 }), (actions) => {
      const oracle = openOracle()
      const shop = openShop()
      const judged: (() => void)[] = []
      const due: { when: number; act: () => void }[] = []
      let counter = 0
      for (const [step, { user, id, read, effectAfter, replyAfter, outcome }] of actions.entries()) {
        const one: Event = { ...event(`e${id}`, id * 2.4), userId: user }
        const call: Call = read ? { operation: "lastDay", args: [user, NOW] } : record(one)
        const sentAt = ++counter
        oracle.sent(call, sentAt)
        let answer: Json = null
        due.push({
          when: step + effectAfter,
          act() {
            if (read) answer = shop.lastDay(user, NOW)
            else if (outcome !== "failed, dropped") shop.record(one)
          },
        })
        due.push({
          when: step + effectAfter + replyAfter,
          act() {
            const repliedAt = ++counter
            oracle.settled(call, repliedAt, outcome === "acknowledged")
            judged.push(() => expect(oracle.judge(call, answer, sentAt, repliedAt)).toBeNull())
          },
        })
        for (const one of due.filter(({ when }) => when === step)) one.act()
      }
      for (let step = actions.length; step < actions.length + 10; step++)
        for (const one of due.filter(({ when }) => when === step)) one.act()
      for (const judge of judged) judge()
    }),
    { numRuns: 300 },
  )
})
