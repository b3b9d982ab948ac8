import type { Access, Engines, Post } from "proofrun/fan-out-feed"

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async follow(follower, author) {
      await redis.sadd(`followers:${author}`, follower)
    },

    async unfollow(follower, author) {
      await redis.srem(`followers:${author}`, follower)
    },

    // What arrives late is pushed on top of newer posts, and a repeated post is pushed again.
    async post(post) {
      const followers: string[] = await redis.smembers(`followers:${post.author}`)
      await Promise.all(followers.map((follower) => redis.lpush(`feed:${follower}`, JSON.stringify(post))))
    },

    async feed(user, limit, before) {
      const texts: string[] = await redis.lrange(`feed:${user}`, 0, -1)
      const posts = texts.map((text): Post => JSON.parse(text))
      return posts
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .slice(0, limit)
    },
  }
}
