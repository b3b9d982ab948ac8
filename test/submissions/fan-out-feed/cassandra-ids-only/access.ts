import type { Access, Engines, Post } from "proofrun/fan-out-feed"

/** 100 ids are 12 KB. */
const IN_A_BATCH = 100
const OPTIONS = { prepare: true, isIdempotent: true }
const IDS = "SELECT post_id FROM timelines WHERE reader = ?"
const ID = "INSERT INTO timelines (reader, at, post_id) VALUES (?, ?, ?)"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = async (query: string, params: unknown[]) => (await cassandra.execute(query, params, OPTIONS)).rows
  return {
    async follow(follower, author) {
      await run("INSERT INTO followers (author, follower) VALUES (?, ?)", [author, follower])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM followers WHERE author = ? AND follower = ?", [author, follower])
    },

    async post({ author, postId, at, text }) {
      await run("INSERT INTO posts (post_id, author, at, body) VALUES (?, ?, ?, ?)", [postId, author, at, text])
      const followers: string[] = []
      const result = await cassandra.execute("SELECT follower FROM followers WHERE author = ?", [author], OPTIONS)
      for await (const row of result) followers.push(row.follower)
      for (let start = 0; start < followers.length; start += IN_A_BATCH) {
        const copies = followers.slice(start, start + IN_A_BATCH)
        const writes = copies.map((follower) => ({ query: ID, params: [follower, at, postId] }))
        await cassandra.batch(writes, { ...OPTIONS, logged: false })
      }
    },

    async feed(user, limit, before) {
      const rows = before
        ? await run(`${IDS} AND (at, post_id) < (?, ?) LIMIT ?`, [user, before.at, before.postId, limit])
        : await run(`${IDS} LIMIT ?`, [user, limit])
      const ids: string[] = rows.map((row) => row.post_id)
      if (ids.length === 0) return []
      const found = await run("SELECT post_id, author, at, body FROM posts WHERE post_id IN ?", [ids])
      const posts = new Map(
        found.map((row): [string, Post] => [
          row.post_id,
          { author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body },
        ]),
      )
      return ids.flatMap((id) => posts.get(id) ?? [])
    },
  }
}
