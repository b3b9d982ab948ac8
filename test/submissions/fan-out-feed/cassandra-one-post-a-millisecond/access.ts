import type { Access, Engines } from "proofrun/fan-out-feed"

const OPTIONS = { prepare: true, isIdempotent: true }
const COPY = "INSERT INTO feeds (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)"
const PAGE = "SELECT author, at, post_id, body FROM feeds WHERE reader = ?"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, OPTIONS)
  return {
    async follow(follower, author) {
      await run("INSERT INTO followers (author, follower) VALUES (?, ?)", [author, follower])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM followers WHERE author = ? AND follower = ?", [author, follower])
    },

    async post({ author, postId, at, text }) {
      const { rows } = await run("SELECT follower FROM followers WHERE author = ?", [author])
      await Promise.all(rows.map(({ follower }) => run(COPY, [follower, at, postId, author, text])))
    },

    async feed(user, limit, before) {
      const { rows } = before
        ? await run(`${PAGE} AND at < ? LIMIT ?`, [user, before.at, limit])
        : await run(`${PAGE} LIMIT ?`, [user, limit])
      return rows.map((row) => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
    },
  }
}
