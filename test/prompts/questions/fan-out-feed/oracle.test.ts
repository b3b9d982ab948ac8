import { describe, expect, it } from "vitest"
import { openOracle } from "../../../../prompts/questions/fan-out-feed/oracle.ts"
import { feed, follow, post, unfollow } from "../../../../prompts/questions/fan-out-feed/posts.ts"
import type { Post } from "../../../../prompts/questions/fan-out-feed/types.d.ts"
import type { Call, Json } from "../../../../prompts/workload.ts"

const NOW = Date.UTC(2026, 10, 20)
const LAG = 2000
const made = (postId: string, at = NOW, author = "bob"): Post => ({ author, postId, at, text: "hello" })
const reply = (...posts: Post[]) => posts as unknown as Json

/** Each call from when to when; a third place "failed" or "open" says that it was never acknowledged. */
type Told = [call: Call, sentAt: number, settledAt: number | "failed" | "open"]

function told(...calls: Told[]) {
  const oracle = openOracle()
  const events = calls.flatMap(([call, sentAt, settledAt]) => [
    { at: sentAt, tell: () => oracle.sent(call, sentAt) },
    ...(settledAt === "open"
      ? []
      : settledAt === "failed"
        ? [{ at: sentAt + 1, tell: () => oracle.settled(call, sentAt + 1, false) }]
        : [{ at: settledAt, tell: () => oracle.settled(call, settledAt, true) }]),
  ])
  for (const { tell } of events.sort((a, b) => a.at - b.at)) tell()
  return oracle
}

const one = made("a")
const followed: Told = [follow("ann", "bob"), 1, 2]
const read = feed("ann", 10)
/** "must", "may" or "must not", found by asking with the post and without it. */
function standing(calls: Told[], sentAt: number, repliedAt = sentAt + 1): string {
  const oracle = told(...calls)
  const withIt = oracle.judge(read, reply(one), sentAt, repliedAt)
  const without = oracle.judge(read, reply(), sentAt, repliedAt)
  return withIt ? `must not (${withIt.invariant})` : without ? `must (${without.invariant})` : "may"
}

describe("a post", () => {
  it("must show two seconds after it was acknowledged, and may before", () => {
    const calls: Told[] = [followed, [post(one), 3, 4]]
    expect(standing(calls, 5)).toBe("may")
    expect(standing(calls, 4 + LAG - 1)).toBe("may")
    expect(standing(calls, 4 + LAG)).toBe("must (lag)")
    expect(standing(calls, 4 + LAG + 60_000)).toBe("must (lost)")
  })

  it("may show while it is on its way, and after it failed, but not before it was made", () => {
    expect(standing([followed, [post(one), 3, "open"]], 10_000)).toBe("may")
    expect(standing([followed, [post(one), 3, "failed"]], 10_000)).toBe("may")
    expect(standing([followed, [post(one), 20_000, 20_001]], 10_000)).toBe("must not (empty)")
  })

  it("from before the follow, or made at the same time, may show", () => {
    expect(
      standing(
        [
          [post(one), 1, 2],
          [follow("ann", "bob"), 3, 4],
        ],
        10_000,
      ),
    ).toBe("may")
    expect(
      standing(
        [
          [follow("ann", "bob"), 1, 5],
          [post(one), 3, 4],
        ],
        10_000,
      ),
    ).toBe("may")
    expect(
      standing(
        [
          [follow("ann", "bob"), 1, "failed"],
          [post(one), 3, 4],
        ],
        10_000,
      ),
    ).toBe("may")
  })

  it("made while followed may show after the unfollow", () => {
    expect(standing([followed, [post(one), 3, 4], [unfollow("ann", "bob"), 5, 6]], 10_000)).toBe("may")
    expect(standing([followed, [post(one), 3, 4], [unfollow("ann", "bob"), 9_000, "open"]], 10_000)).toBe("may")
  })

  it("made after the unfollow must not show, not even for a moment", () => {
    const calls: Told[] = [followed, [unfollow("ann", "bob"), 3, 4], [post(one), 5, 6]]
    expect(standing(calls, 7)).toBe("must not (unfollowed)")
    expect(standing(calls, 10_000)).toBe("must not (unfollowed)")
  })

  it("made at the same time as the unfollow, or after one that failed, may show", () => {
    expect(standing([followed, [unfollow("ann", "bob"), 3, 6], [post(one), 5, 7]], 10_000)).toBe("may")
    expect(standing([followed, [unfollow("ann", "bob"), 3, "failed"], [post(one), 5, 7]], 10_000)).toBe("may")
  })

  it("made between an unfollow and the next follow may show, and from then on must", () => {
    const again: Told = [follow("ann", "bob"), 7, 8]
    expect(standing([followed, [unfollow("ann", "bob"), 3, 4], [post(one), 5, 6], again], 10_000)).toBe("may")
    expect(standing([followed, [unfollow("ann", "bob"), 3, 4], again, [post(one), 9, 10]], 10_000)).toBe("must (lost)")
    expect(standing([followed, [unfollow("ann", "bob"), 3, 7.5], again, [post(one), 9, 10]], 10_000)).toBe("may")
  })

  it("of somebody who is not followed must not show, nor one's own", () => {
    expect(
      standing(
        [
          [follow("ann", "cy"), 1, 2],
          [post(made("c", NOW, "cy")), 3, "failed"],
          [post(one), 3, 4],
        ],
        5_000,
      ),
    ).toBe("must not (strangers)")
    expect(
      standing(
        [
          [follow("eve", "bob"), 1, 2],
          [post(one), 3, 4],
        ],
        5_000,
      ),
    ).toBe("must not (empty)")
  })

  it("with any field altered is invented", () => {
    const oracle = told(followed, [post(one), 3, 4])
    for (const altered of [
      { ...one, author: "cy" },
      { ...one, at: one.at - 1 },
      { ...one, text: "" },
      { ...one, postId: "b" },
    ])
      expect(oracle.judge(read, reply(altered), 5, 6)?.invariant).toBe("invented")
  })
})

describe("a page", () => {
  const posts = Array.from({ length: 230 }, (_, index) => made(`p${1000 - index}`, NOW - index))
  const oracle = told(followed, ...posts.map((each, index): Told => [post(each), 300 - index, 300.5 - index]))
  const LATE = 60_000

  it("may leave out what is older than its last item, if it is full", () => {
    expect(oracle.judge(read, reply(...posts.slice(0, 10)), LATE, LATE)).toBeNull()
    expect(oracle.judge(read, reply(...posts.slice(0, 9)), LATE, LATE)?.invariant).toBe("lost")
    expect(oracle.judge(read, reply(...posts.slice(1, 11)), LATE, LATE)?.invariant).toBe("lost")
    expect(oracle.judge(read, reply(...posts.slice(0, 11)), LATE, LATE)?.invariant).toBe("limit")
  })

  it("goes on right behind `before`, whether or not a post stands there", () => {
    const next = (place: { at: number; postId: string }) => feed("ann", 10, place)
    expect(oracle.judge(next(posts[9]), reply(...posts.slice(10, 20)), LATE, LATE)).toBeNull()
    expect(oracle.judge(next(posts[9]), reply(...posts.slice(9, 19)), LATE, LATE)?.invariant).toBe("paging")
    expect(oracle.judge(next(posts[9]), reply(...posts.slice(11, 21)), LATE, LATE)?.invariant).toBe("lost")
    expect(oracle.judge(next({ at: NOW - 9, postId: "" }), reply(...posts.slice(10, 20)), LATE, LATE)).toBeNull()
  })

  it("need not reach beyond the newest 200", () => {
    const last = feed("ann", 100, posts[149])
    expect(oracle.judge(last, reply(...posts.slice(150, 200)), LATE, LATE)).toBeNull()
    expect(oracle.judge(last, reply(...posts.slice(150, 230)), LATE, LATE)).toBeNull()
    expect(oracle.judge(last, reply(...posts.slice(150, 199)), LATE, LATE)?.invariant).toBe("lost")
  })

  it("in which an older post that arrived later stands in a newer one's place goes by arrival", () => {
    const late = made("late", NOW - 500)
    const oracle = told(followed, [post(one), 3, 4], [post(made("b", NOW - 1)), 5, 6], [post(late), 7, 8])
    const shortest = feed("ann", 2)
    expect(oracle.judge(shortest, reply(made("b", NOW - 1), late), LATE, LATE)?.invariant).toBe("order")
    expect(oracle.judge(shortest, reply(one, made("b", NOW - 1)), LATE, LATE)).toBeNull()
    expect(oracle.judge(feed("ann", 3), reply(made("b", NOW - 1), late), LATE, LATE)?.invariant).toBe("lost")
  })

  it("shows of a long answer only what surrounds the difference", () => {
    const mismatch = oracle.judge(feed("ann", 100), reply(...posts.slice(0, 50), ...posts.slice(51, 101)), LATE, LATE)
    expect(JSON.stringify(mismatch?.expected).length).toBeLessThan(2000)
    expect(JSON.stringify(mismatch?.expected)).toContain(posts[50].postId)
  })
})

it("a reply that is not an answer is of the wrong shape, and the message says what came", () => {
  const oracle = told(followed, [post(one), 3, 4])
  for (const value of [
    undefined,
    null,
    { rows: 3 },
    "[]",
    [null],
    [[]],
    [{ author: "bob" }],
    [{ ...one, at: "now" }],
  ]) {
    const mismatch = oracle.judge(read, value as Json | undefined, 5, 6)
    expect(mismatch?.invariant).toBe("shape")
    expect(mismatch?.message).toMatch(/came back|Item 0/)
  }
})

it("replies of writes are not judged", () => {
  expect(openOracle().judge(post(one), { anything: true }, 1, 2)).toBeNull()
})
