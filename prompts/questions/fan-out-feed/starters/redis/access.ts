import type { Access, Engines, Post } from "proofrun/fan-out-feed"

// A first design that works: all posts of all followed authors are read, and the program picks and sorts. Edit the commands and the lines around them.
export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async follow(follower, author) {
      await redis.sadd(`following:${follower}`, author)
    },

    async unfollow(follower, author) {
      await redis.srem(`following:${follower}`, author)
    },

    async post(post) {
      await redis.hset(`posts:${post.author}`, post.postId, JSON.stringify(post))
    },

    async feed(user, limit, before) {
      const posts: Post[] = []
      for (const author of await redis.smembers(`following:${user}`))
        for (const text of await redis.hvals(`posts:${author}`)) posts.push(JSON.parse(text))
      return posts
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1))
        .slice(0, limit)
    },
  }
}
