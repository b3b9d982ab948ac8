import type { Access, Engines, Place, Post } from "proofrun/fan-out-feed"

/** From so many followers on, an author is famous for ever. */
const FAMOUS_FROM = 30
const KEPT = 260
const FAMOUS = "famous"

const inboxOf = (reader: string) => `inbox:${reader}`
const outboxOf = (author: string) => `outbox:${author}`
const fansOf = (author: string) => `fans:${author}`
const followedBy = (reader: string) => `follows:${reader}`

/** Times have thirteen digits until the year 2286, so letters order members as the feed is ordered. */
const placeOf = ({ at, postId }: Place) => `${String(at).padStart(13, "0")}${postId}`
const memberOf = (post: Post) => `${placeOf(post)}${post.author}${post.text}`
const postOf = (member: string): Post => ({
  at: Number(member.slice(0, 13)),
  postId: member.slice(13, 45),
  author: member.slice(45, 77),
  text: member.slice(77),
})

type Pipeline = ReturnType<Engines["redis"]["pipeline"]>

async function answers(pipeline: Pipeline): Promise<unknown[]> {
  const results: [Error | null, unknown][] = (await pipeline.exec()) ?? []
  for (const [error] of results) if (error) throw error
  return results.map(([, result]) => result)
}

export default async function connect({ redis }: Engines): Promise<Access> {
  const add = (pipeline: Pipeline, key: string, post: Post) =>
    pipeline.zadd(key, 0, memberOf(post)).zremrangebyrank(key, 0, -KEPT - 1)
  /** A place is a prefix of the member that stands there, so "less than the place" is what comes behind it. */
  const page = (pipeline: Pipeline, key: string, limit: number, before: Place | undefined) =>
    pipeline.zrevrangebylex(key, before ? `(${placeOf(before)}` : "+", "-", "LIMIT", 0, limit)

  return {
    async follow(follower, author) {
      await answers(redis.pipeline().sadd(fansOf(author), follower).sadd(followedBy(follower), author))
    },

    async unfollow(follower, author) {
      await answers(redis.pipeline().srem(fansOf(author), follower).srem(followedBy(follower), author))
    },

    async post(post) {
      const { author } = post
      // The outbox first: whoever sees the author among the famous finds the post there.
      const first = redis.pipeline().sismember(FAMOUS, author).srandmember(fansOf(author), FAMOUS_FROM)
      const [famous, fans] = (await answers(add(first, outboxOf(author), post))) as [number, string[]]
      if (famous === 1) return
      if (fans.length >= FAMOUS_FROM) {
        await redis.sadd(FAMOUS, author)
        return
      }
      const copies = redis.pipeline()
      for (const fan of fans) add(copies, inboxOf(fan), post)
      await answers(copies)
    },

    async feed(user, limit, before) {
      const first = redis.pipeline().sinter(FAMOUS, followedBy(user))
      const [famous, copied] = (await answers(page(first, inboxOf(user), limit, before))) as string[][]
      if (famous.length === 0) return copied.map(postOf)
      const second = redis.pipeline()
      for (const author of famous) page(second, outboxOf(author), limit, before)
      const members = new Set([...copied, ...((await answers(second)) as string[][]).flat()])
      return [...members]
        .sort((a, b) => (a < b ? 1 : -1))
        .map(postOf)
        .slice(0, limit)
    },
  }
}
