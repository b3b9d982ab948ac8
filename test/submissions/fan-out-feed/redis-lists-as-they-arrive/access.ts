import type { Access, Engines, Post } from "proofrun/fan-out-feed"

/** More than the 200 that must be reachable, for what came late, twice, or from authors who are not followed any more. */
const KEPT = 300

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async follow(follower, author) {
      await redis.sadd(`followers:${author}`, follower)
    },

    async unfollow(follower, author) {
      await redis.srem(`followers:${author}`, follower)
    },

    async post(post) {
      const followers = await redis.smembers(`followers:${post.author}`)
      const text = JSON.stringify(post)
      const copies = redis.pipeline()
      for (const follower of followers) copies.lpush(`feed:${follower}`, text).ltrim(`feed:${follower}`, 0, KEPT - 1)
      for (const [error] of (await copies.exec()) ?? []) if (error) throw error
    },

    async feed(user, limit, before) {
      const texts = await redis.lrange(`feed:${user}`, 0, -1)
      const posts = new Map(texts.map((text) => JSON.parse(text) as Post).map((post) => [post.postId, post]))
      return [...posts.values()]
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1))
        .slice(0, limit)
    },
  }
}
