import type { Access, Engines, Post } from "proofrun/fan-out-feed"

/** Well below the two seconds that a post may take to be seen. */
const CACHED_MS = 1000
const newestFirst = (a: Post, b: Post) => b.at - a.at || (a.postId < b.postId ? 1 : -1)

export default async function connect({ redis }: Engines): Promise<Access> {
  async function postsOf(author: string, limit: number, at: number | undefined): Promise<Post[]> {
    const [same, older] = await Promise.all([
      at === undefined ? [] : redis.zrevrangebyscore(`posts:${author}`, at, at, "WITHSCORES"),
      redis.zrevrangebyscore(
        `posts:${author}`,
        at === undefined ? "+inf" : `(${at}`,
        "-inf",
        "WITHSCORES",
        "LIMIT",
        0,
        limit,
      ),
    ])
    const flat = [...same, ...older]
    return Array.from({ length: flat.length / 2 }, (_, index) => {
      const member = flat[2 * index]
      return { author, postId: member.slice(0, 32), at: Number(flat[2 * index + 1]), text: member.slice(32) }
    })
  }

  return {
    async follow(follower, author) {
      await redis.sadd(`following:${follower}`, author)
    },

    async unfollow(follower, author) {
      await redis.srem(`following:${follower}`, author)
    },

    async post({ author, postId, at, text }) {
      await redis.zadd(`posts:${author}`, at, `${postId}${text}`)
    },

    async feed(user, limit, before) {
      const page = `page:${user}:${limit}:${before?.at ?? ""}:${before?.postId ?? ""}`
      const cached = await redis.get(page)
      if (cached !== null) return JSON.parse(cached)
      const authors = await redis.smembers(`following:${user}`)
      const lists = await Promise.all(authors.map((author) => postsOf(author, limit, before?.at)))
      const posts = lists
        .flat()
        .filter((post) => !before || post.at < before.at || post.postId < before.postId)
        .sort(newestFirst)
        .slice(0, limit)
      await redis.set(page, JSON.stringify(posts), "PX", CACHED_MS)
      return posts
    },
  }
}
