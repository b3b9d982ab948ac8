import type { Access, Engines, Place, Post } from "proofrun/fan-out-feed"

const FAMOUS_FROM = 40
const KEPT = 250

type Pipeline = ReturnType<Engines["redis"]["pipeline"]>

async function answers(pipeline: Pipeline): Promise<unknown[]> {
  const results: [Error | null, unknown][] = (await pipeline.exec()) ?? []
  for (const [error] of results) if (error) throw error
  return results.map(([, result]) => result)
}

const postsIn = (flat: string[]) =>
  Array.from({ length: flat.length / 2 }, (_, index): Post => {
    const member = flat[2 * index]
    const at = Number(flat[2 * index + 1])
    return { author: member.slice(32, 64), postId: member.slice(0, 32), at, text: member.slice(64) }
  })
const newestFirst = (a: Post, b: Post) => b.at - a.at || (a.postId < b.postId ? 1 : -1)

export default async function connect({ redis }: Engines): Promise<Access> {
  const keep = (pipeline: Pipeline, key: string, post: Post) =>
    pipeline.zadd(key, post.at, `${post.postId}${post.author}${post.text}`).zremrangebyrank(key, 0, -KEPT - 1)

  function ask(pipeline: Pipeline, key: string, limit: number, before: Place | undefined): Pipeline {
    if (!before) return pipeline.zrevrange(key, 0, limit - 1, "WITHSCORES")
    return pipeline
      .zrevrangebyscore(key, before.at, before.at, "WITHSCORES")
      .zrevrangebyscore(key, `(${before.at}`, "-inf", "WITHSCORES", "LIMIT", 0, limit)
  }

  return {
    async follow(follower, author) {
      const [, famous] = await answers(redis.pipeline().sadd(`fans:${author}`, follower).exists(`is-famous:${author}`))
      if (famous === 1) await redis.sadd(`famous-for:${follower}`, author)
    },

    async unfollow(follower, author) {
      await redis.srem(`fans:${author}`, follower)
    },

    async post(post) {
      const { author } = post
      const first = redis.pipeline().exists(`is-famous:${author}`).srandmember(`fans:${author}`, FAMOUS_FROM)
      const [famous, fans] = (await answers(keep(first, `posts:${author}`, post))) as [number, string[]]
      if (famous === 1) return
      const copies = redis.pipeline()
      if (fans.length < FAMOUS_FROM) for (const fan of fans) keep(copies, `feed:${fan}`, post)
      else {
        await redis.set(`is-famous:${author}`, 1)
        for (const fan of await redis.smembers(`fans:${author}`)) copies.sadd(`famous-for:${fan}`, author)
      }
      await answers(copies)
    },

    async feed(user, limit, before) {
      const [famous, ...copied] = (await answers(
        ask(redis.pipeline().smembers(`famous-for:${user}`), `feed:${user}`, limit, before),
      )) as string[][]
      const asked = redis.pipeline()
      for (const author of famous) ask(asked, `posts:${author}`, limit, before)
      const gathered = famous.length > 0 ? ((await answers(asked)) as string[][]) : []
      const posts = new Map([...copied, ...gathered].flatMap(postsIn).map((post) => [post.postId, post]))
      return [...posts.values()]
        .filter((post) => !before || post.at < before.at || post.postId < before.postId)
        .sort(newestFirst)
        .slice(0, limit)
    },
  }
}
