import { describe, expect, it } from "vitest"
import type { Report } from "../../graders/report.ts"
import { readExpected, readQuestion } from "../../prompts/load-question.ts"
import { readReferenceSubmission } from "../../server/commands/verify.ts"
import { settings } from "../../server/settings.ts"
import { gradeQuick } from "../support/grading.ts"
import { holdQuickly } from "../support/held-to.ts"

const feed = await readQuestion("fan-out-feed")
const graded = async (reference: string, engine = "cassandra") =>
  holdQuickly(await readReferenceSubmission(feed, engine, reference), await readExpected(feed, engine, reference))

/** Mutations of a counted post by how many followers its author has, at the largest size. */
function mutationsOf({ evidence }: Report): Map<number, number> {
  const post = evidence!.stages.at(-1)!.work.find(({ operation }) => operation === "post")!
  return new Map(post.along!.map(({ at, counts }) => [at.followers, counts.mutations]))
}
const brokenOf = ({ evidence }: Report) =>
  evidence!.invariants.filter(({ broken }) => broken > 0).map(({ invariant }) => invariant)

const inFull = it.runIf(settings().full)

/** Posts go to a stream of their process, which looks there every 300 ms and makes the copies; who starts takes up what others left. */
const LOOKS_NOW_AND_THEN = `import { randomUUID } from "node:crypto"
import type { Access, Engines, Post } from "proofrun/fan-out-feed"

export default async function connect({ redis }: Engines): Promise<Access> {
  const mine = "outbox:" + randomUUID()
  async function deliver(outbox: string): Promise<void> {
    for (const [entry, [, text, , followers]] of await redis.xrange(outbox, "-", "+")) {
      const post: Post = JSON.parse(text)
      const copies = redis.pipeline()
      for (const follower of JSON.parse(followers))
        copies.zadd("feed:" + follower, post.at, post.postId + post.author + post.text)
      copies.xdel(outbox, entry)
      for (const [error] of (await copies.exec()) ?? []) if (error) throw error
    }
  }
  for (const left of await redis.smembers("outboxes")) await deliver(left)
  await redis.sadd("outboxes", mine)
  const look = () => void deliver(mine).finally(() => setTimeout(look, 300))
  look()

  const postsIn = (flat: string[]) =>
    Array.from({ length: flat.length / 2 }, (_, index): Post => {
      const member = flat[2 * index]
      return { author: member.slice(32, 64), postId: member.slice(0, 32), at: Number(flat[2 * index + 1]), text: member.slice(64) }
    })
  return {
    follow: async (follower, author) => void (await redis.sadd("followers:" + author, follower)),
    unfollow: async (follower, author) => void (await redis.srem("followers:" + author, follower)),
    async post(post) {
      const followers = await redis.smembers("followers:" + post.author)
      await redis.xadd(mine, "*", "post", JSON.stringify(post), "to", JSON.stringify(followers))
    },
    async feed(user, limit, before) {
      const key = "feed:" + user
      if (!before) return postsIn(await redis.zrevrange(key, 0, limit - 1, "WITHSCORES"))
      const [same, older] = await Promise.all([
        redis.zrevrangebyscore(key, before.at, before.at, "WITHSCORES"),
        redis.zrevrangebyscore(key, "(" + before.at, "-inf", "WITHSCORES", "LIMIT", 0, limit),
      ])
      return [...postsIn(same).filter(({ postId }) => postId < before.postId), ...postsIn(older)].slice(0, limit)
    },
  }
}
`

/** The strong answer to the feed on Redis, with other files. */
const strongFeed = async (files: Record<string, string>) => ({
  ...(await readReferenceSubmission(feed, "redis", "strong")),
  files,
})

describe("where a question permits a lag", () => {
  it("work that goes on after a reply is charged to its write, copy by copy, and is waited for", async () => {
    const report = await graded("right-outbox")
    expect(brokenOf(report)).toEqual([])
    // A row in the outbox, a copy for each follower, and the row taken out again.
    // Of five counted calls one may have met the last writes of a post before it (seen: 2 in 610).
    for (const [followers, mutations] of mutationsOf(report)) {
      expect(mutations).toBeGreaterThanOrEqual(followers + 2)
      expect(mutations).toBeLessThan(followers + 3)
    }
    const { visibility } = report.evidence!
    expect(visibility).toMatchObject({ looks: 40, unseen: 0 })
    expect(visibility!.atOnce).toBeLessThan(40)
    expect(visibility!.pauseMs).toBeGreaterThan(0)
  })

  // Every counted write is waited for: a minute and a half.
  inFull("work that a process looks for now and then is charged to the write that it is of", async () => {
    const report = await gradeQuick(await strongFeed({ "access.ts": LOOKS_NOW_AND_THEN }))
    expect(report.rejected).toBeNull()
    expect(brokenOf(report)).toEqual([])
    for (const [followers, mutations] of mutationsOf(report)) {
      expect(mutations).toBeGreaterThanOrEqual(followers + 2)
      expect(mutations).toBeLessThan(followers + 3)
    }
  })

  it("a design that does all before its reply is given no time after it, and shows its writes at once", async () => {
    const report = await graded("adequate", "redis")
    expect(report.evidence!.visibility).toMatchObject({ looks: 40, unseen: 0, atOnce: 40, pauseMs: 0 })
  })

  // In every run of the suite cheats.test.ts tries the same.
  inFull("what dies with its process after the reply is lost", async () => {
    expect(brokenOf(await graded("wrong-background"))).toContain("lost")
  })
})
