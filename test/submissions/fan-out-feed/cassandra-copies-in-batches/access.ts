import type { Access, Engines } from "proofrun/fan-out-feed"

/** A batch of 50 posts is 15 KB. */
const IN_A_BATCH = 50
const OPTIONS = { prepare: true, isIdempotent: true }
const COPY = "INSERT INTO feed_by_reader (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)"
const PAGE = "SELECT author, at, post_id, body FROM feed_by_reader WHERE reader = ?"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, OPTIONS)
  return {
    async follow(follower, author) {
      await run("INSERT INTO follower_by_author (author, follower) VALUES (?, ?)", [author, follower])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM follower_by_author WHERE author = ? AND follower = ?", [author, follower])
    },

    async post({ author, postId, at, text }) {
      const copies: { query: string; params: unknown[] }[] = []
      for await (const { follower } of await run("SELECT follower FROM follower_by_author WHERE author = ?", [author]))
        copies.push({ query: COPY, params: [follower, at, postId, author, text] })
      for (let start = 0; start < copies.length; start += IN_A_BATCH)
        await cassandra.batch(copies.slice(start, start + IN_A_BATCH), { ...OPTIONS, logged: false })
    },

    async feed(user, limit, before) {
      const { rows } = before
        ? await run(`${PAGE} AND (at, post_id) < (?, ?) LIMIT ?`, [user, before.at, before.postId, limit])
        : await run(`${PAGE} LIMIT ?`, [user, limit])
      return rows.map((row) => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
    },
  }
}
