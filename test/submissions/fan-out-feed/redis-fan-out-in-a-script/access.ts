import type { Access, Engines, Post } from "proofrun/fan-out-feed"

/** One command for a post, whoever makes it: the server goes through the followers itself. */
const POST = `
local fans = redis.call('SMEMBERS', 'fans:' .. ARGV[1])
for _, fan in ipairs(fans) do
  redis.call('ZADD', 'feed:' .. fan, ARGV[2], ARGV[3])
  redis.call('ZREMRANGEBYRANK', 'feed:' .. fan, 0, -251)
end
return #fans`

export default async function connect({ redis }: Engines): Promise<Access> {
  const script = String(await redis.script("LOAD", POST))

  const postsIn = (flat: string[]) =>
    Array.from({ length: flat.length / 2 }, (_, index): Post => {
      const member = flat[2 * index]
      const at = Number(flat[2 * index + 1])
      return { author: member.slice(32, 64), postId: member.slice(0, 32), at, text: member.slice(64) }
    })

  return {
    async follow(follower, author) {
      await redis.sadd(`fans:${author}`, follower)
    },

    async unfollow(follower, author) {
      await redis.srem(`fans:${author}`, follower)
    },

    async post({ author, postId, at, text }) {
      await redis.evalsha(script, 0, author, at, `${postId}${author}${text}`)
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
