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

    async post({ author, postId, at, text }) {
      const followers: string[] = []
      for await (const row of await run("SELECT follower FROM followers WHERE author = ?", [author]))
        followers.push(row.follower)
      await Promise.all(
        followers.map((follower) =>
          run("INSERT INTO feeds (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)", [
            follower,
            at,
            postId,
            author,
            text,
          ]),
        ),
      )
    },

    async feed(user, limit, before) {
      const { rows } = before
        ? await run(`${COPIES} AND (at, post_id) < (?, ?) LIMIT ?`, [user, before.at, before.postId, limit])
        : await run(`${COPIES} LIMIT ?`, [user, limit])
      return rows.map((row) => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
    },
  }
}
