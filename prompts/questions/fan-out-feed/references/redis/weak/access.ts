import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const newestFirst = (a: Post, b: Post) => b.at - a.at || (a.postId < b.postId ? 1 : -1)

export default async function connect({ redis }: Engines): Promise<Access> {
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
      const authors: string[] = await redis.smembers(`following:${user}`)
      const lists = await Promise.all(
        authors.map(async (author) => {
          const flat: string[] = await redis.zrevrangebyscore(
            `posts:${author}`,
            before?.at ?? "+inf",
            "-inf",
            "WITHSCORES",
          )
          return Array.from({ length: flat.length / 2 }, (_, index): Post => {
            const [member, score] = [flat[2 * index], flat[2 * index + 1]]
            return { author, postId: member.slice(0, 32), at: Number(score), text: member.slice(32) }
          })
        }),
      )
      return lists
        .flat()
        .filter((post) => !before || post.at < before.at || post.postId < before.postId)
        .sort(newestFirst)
        .slice(0, limit)
    },
  }
}
