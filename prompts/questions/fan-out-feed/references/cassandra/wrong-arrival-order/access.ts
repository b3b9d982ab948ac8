import type { Access, Engines } from "proofrun/fan-out-feed"

const COPY = "INSERT INTO feeds (reader, arrived, at, post_id, author, body) VALUES (?, now(), ?, ?, ?, ?)"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, { prepare: true })
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

    // The newest by arrival: what came late stands on top, and a repeated post stands there twice.
    async feed(user, limit, before) {
      const { rows } = await run("SELECT author, post_id, at, body FROM feeds WHERE reader = ?", [user])
      return rows
        .map((row) => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .slice(0, limit)
    },
  }
}
