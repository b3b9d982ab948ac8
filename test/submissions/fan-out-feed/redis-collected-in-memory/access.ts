import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const EVERY_MS = 200
const KEPT = 250

export default async function connect({ redis }: Engines): Promise<Access> {
  let waiting: Post[] = []

  /** All posts of the last moment, each with its copies in one pipeline. */
  async function flush(): Promise<void> {
    const posts = waiting
    waiting = []
    for (const { author, postId, at, text } of posts) {
      const copies = redis.pipeline()
      for (const follower of await redis.smembers(`followers:${author}`))
        copies
          .zadd(`feed:${follower}`, at, `${postId}${author}${text}`)
          .zremrangebyrank(`feed:${follower}`, 0, -KEPT - 1)
      await copies.exec()
    }
  }

  const postsIn = (flat: string[]) =>
    Array.from({ length: flat.length / 2 }, (_, index): Post => {
      const member = flat[2 * index]
      const at = Number(flat[2 * index + 1])
      return { author: member.slice(32, 64), postId: member.slice(0, 32), at, text: member.slice(64) }
    })

  return {
    async follow(follower, author) {
      await redis.sadd(`followers:${author}`, follower)
    },

    async unfollow(follower, author) {
      await redis.srem(`followers:${author}`, follower)
    },

    async post(post) {
      waiting.push(post)
      if (waiting.length === 1) setTimeout(() => void flush(), EVERY_MS)
    },

    async feed(user, limit, before) {
      const key = `feed:${user}`
      if (!before) return postsIn(await redis.zrevrange(key, 0, limit - 1, "WITHSCORES"))
      const [same, older] = await Promise.all([
        redis.zrevrangebyscore(key, before.at, before.at, "WITHSCORES"),
        redis.zrevrangebyscore(key, `(${before.at}`, "-inf", "WITHSCORES", "LIMIT", 0, limit),
      ])
      const tied = postsIn(same).filter(({ postId }) => postId < before.postId)
      return [...tied, ...postsIn(older)].slice(0, limit)
    },
  }
}
