import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const KEPT = 250

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async follow(follower, author) {
      await redis.sadd(`followers:${author}`, follower)
    },

    async unfollow(follower, author) {
      await redis.srem(`followers:${author}`, follower)
    },

    async post({ author, postId, at, text }) {
      const followers = await redis.smembers(`followers:${author}`)
      const copies = redis.pipeline().set(`post:${postId}`, JSON.stringify({ author, postId, at, text }))
      for (const follower of followers)
        copies.zadd(`feed:${follower}`, at, postId).zremrangebyrank(`feed:${follower}`, 0, -KEPT - 1)
      for (const [error] of (await copies.exec()) ?? []) if (error) throw error
    },

    async feed(user, limit, before) {
      const key = `feed:${user}`
      const rank = before ? await redis.zrevrank(key, before.postId) : null
      const start = rank === null ? 0 : rank + 1
      const ids = await redis.zrevrange(key, start, start + limit - 1)
      if (ids.length === 0) return []
      const texts = await redis.mget(ids.map((id) => `post:${id}`))
      return texts.map((text): Post => JSON.parse(text!))
    },
  }
}
