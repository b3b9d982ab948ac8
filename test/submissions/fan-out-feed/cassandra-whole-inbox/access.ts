import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const PREPARED = { prepare: true }

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async follow(follower, author) {
      await cassandra.execute("INSERT INTO followers (author, follower) VALUES (?, ?)", [author, follower], PREPARED)
    },

    async unfollow(follower, author) {
      await cassandra.execute("DELETE FROM followers WHERE author = ? AND follower = ?", [author, follower], PREPARED)
    },

    async post({ author, postId, at, text }) {
      const result = await cassandra.execute("SELECT * FROM followers WHERE author = ?", [author], PREPARED)
      const copies: Promise<unknown>[] = []
      for await (const { follower } of result)
        copies.push(
          cassandra.execute(
            "INSERT INTO inbox (reader, post_id, author, at, body) VALUES (?, ?, ?, ?, ?)",
            [follower, postId, author, at, text],
            PREPARED,
          ),
        )
      await Promise.all(copies)
    },

    async feed(user, limit, before) {
      const posts: Post[] = []
      for await (const row of await cassandra.execute("SELECT * FROM inbox WHERE reader = ?", [user], PREPARED))
        posts.push({ author: row.author, postId: row.post_id, at: Number(row.at), text: row.body })
      return posts
        .sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1))
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .slice(0, limit)
    },
  }
}
