import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const KEPT = 250
const OUTBOX = "to-deliver"
const AT_ONCE = 40

export default async function connect({ redis }: Engines): Promise<Access> {
  async function deliver(entry: string, post: Post, followers: string[]): Promise<void> {
    const member = `${post.postId}${post.author}${post.text}`
    for (let start = 0; start < followers.length; start += AT_ONCE) {
      const copies = redis.pipeline()
      for (const follower of followers.slice(start, start + AT_ONCE))
        copies.zadd(`feed:${follower}`, post.at, member).zremrangebyrank(`feed:${follower}`, 0, -KEPT - 1)
      for (const [error] of (await copies.exec()) ?? []) if (error) throw error
    }
    await redis.xdel(OUTBOX, entry)
  }

  /** What a process left behind that was killed; copies that are made twice land on themselves. */
  async function takeUp(): Promise<void> {
    for (const [entry, [, text, , followers]] of await redis.xrange(OUTBOX, "-", "+"))
      await deliver(entry, JSON.parse(text), JSON.parse(followers))
  }
  void takeUp()

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
      const followers = await redis.smembers(`followers:${post.author}`)
      if (followers.length === 0) return
      // The list goes along: whoever takes the post up later must not ask who follows by then.
      const entry = await redis.xadd(OUTBOX, "*", "post", JSON.stringify(post), "to", JSON.stringify(followers))
      void deliver(entry!, post, followers)
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
