import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const KEPT = 200
const newestFirst = (a: Post, b: Post) => b.at - a.at || (a.postId < b.postId ? 1 : -1)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, { prepare: true })

  async function read(reader: string): Promise<Post[]> {
    const { rows } = await run("SELECT document FROM feeds WHERE reader = ?", [reader])
    return rows[0] ? JSON.parse(rows[0].document) : []
  }

  return {
    async follow(follower, author) {
      await run("INSERT INTO followers (author, follower) VALUES (?, ?)", [author, follower])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM followers WHERE author = ? AND follower = ?", [author, follower])
    },

    // Of two posts that come to one reader at once, the second to be written takes the first away.
    async post(post) {
      const { rows } = await run("SELECT follower FROM followers WHERE author = ?", [post.author])
      await Promise.all(
        rows.map(async ({ follower }) => {
          const others = (await read(follower)).filter(({ postId }) => postId !== post.postId)
          const posts = [...others, post].sort(newestFirst).slice(0, KEPT)
          await run("INSERT INTO feeds (reader, document) VALUES (?, ?)", [follower, JSON.stringify(posts)])
        }),
      )
    },

    async feed(user, limit, before) {
      const posts = await read(user)
      return posts
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .slice(0, limit)
    },
  }
}
