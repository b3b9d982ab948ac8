import type { Access, Engines } from "proofrun/fan-out-feed"

const OPTIONS = { prepare: true, isIdempotent: true }
const COPIES = "SELECT author, at, post_id, body FROM feeds WHERE reader = ?"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, OPTIONS)
  return {
    async follow(follower, author) {
      await run("INSERT INTO followers (author, follower) VALUES (?, ?)", [author, follower])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM followers WHERE author = ? AND follower = ?", [author, follower])
    },

    // Whoever kills the process now takes the copies with it: nothing else knows of them.
    async post({ author, postId, at, text }) {
      const { rows } = await run("SELECT follower FROM followers WHERE author = ?", [author])
      void copy(rows.map(({ follower }) => follower))

      async function copy(followers: string[]): Promise<void> {
        for (const follower of followers) {
          const values = [follower, at, postId, author, text]
          await run("INSERT INTO feeds (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)", values)
        }
      }
    },

    async feed(user, limit, before) {
      const { rows } = before
        ? await run(`${COPIES} AND (at, post_id) < (?, ?) LIMIT ?`, [user, before.at, before.postId, limit])
        : await run(`${COPIES} LIMIT ?`, [user, limit])
      return rows.map((row) => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
    },
  }
}
