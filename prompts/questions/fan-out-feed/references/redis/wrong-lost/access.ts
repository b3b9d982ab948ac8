import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const KEPT = 200
const newestFirst = (a: Post, b: Post) => b.at - a.at || (a.postId < b.postId ? 1 : -1)

export default async function connect({ redis }: Engines): Promise<Access> {
  const read = async (reader: string): Promise<Post[]> => JSON.parse((await redis.get(`feed:${reader}`)) ?? "[]")
  return {
    async follow(follower, author) {
      await redis.sadd(`followers:${author}`, follower)
    },

    async unfollow(follower, author) {
      await redis.srem(`followers:${author}`, follower)
    },

    // Of two posts that come to one reader at once, the second to be written takes the first away.
    async post(post) {
      const followers: string[] = await redis.smembers(`followers:${post.author}`)
      await Promise.all(
        followers.map(async (follower) => {
          const others = (await read(follower)).filter(({ postId }) => postId !== post.postId)
          const posts = [...others, post].sort(newestFirst).slice(0, KEPT)
          await redis.set(`feed:${follower}`, JSON.stringify(posts))
        }),
      )
    },

    async feed(user, limit, before) {
      return (await read(user))
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .slice(0, limit)
    },
  }
}
