import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const KEPT = 250

/** Scores are times. Members of equal scores are ordered by their first letters, and those are the post's id. */
const memberOf = ({ postId, author, text }: Post) => `${postId}${author}${text}`

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async follow(follower, author) {
      await redis.sadd(`followers:${author}`, follower)
    },

    async unfollow(follower, author) {
      await redis.srem(`followers:${author}`, follower)
    },

    async post(post) {
      const followers: string[] = await redis.smembers(`followers:${post.author}`)
      const copies = redis.pipeline()
      for (const follower of followers) {
        copies.zadd(`feed:${follower}`, post.at, memberOf(post))
        copies.zremrangebyrank(`feed:${follower}`, 0, -KEPT - 1)
      }
      const results: [Error | null, unknown][] = (await copies.exec()) ?? []
      for (const [error] of results) if (error) throw error
    },

    async feed(user, limit, before) {
      const key = `feed:${user}`
      // The item that the page before ended with comes again, and whatever else is of its millisecond.
      const flat: string[] = before
        ? await redis.zrevrangebyscore(key, before.at, "-inf", "WITHSCORES", "LIMIT", 0, limit)
        : await redis.zrevrange(key, 0, limit - 1, "WITHSCORES")
      const posts = Array.from({ length: flat.length / 2 }, (_, index): Post => {
        const [member, score] = [flat[2 * index], flat[2 * index + 1]]
        return { author: member.slice(32, 64), postId: member.slice(0, 32), at: Number(score), text: member.slice(64) }
      })
      return posts
    },
  }
}
