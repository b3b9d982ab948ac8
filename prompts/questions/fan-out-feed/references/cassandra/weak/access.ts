import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const OPTIONS = { prepare: true, isIdempotent: true }
const POSTS = "SELECT at, post_id, body FROM posts WHERE author = ?"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, OPTIONS)
  return {
    async follow(follower, author) {
      await run("INSERT INTO following (follower, author) VALUES (?, ?)", [follower, author])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM following WHERE follower = ? AND author = ?", [follower, author])
    },

    async post({ author, postId, at, text }) {
      await run("INSERT INTO posts (author, at, post_id, body) VALUES (?, ?, ?, ?)", [author, at, postId, text])
    },

    async feed(user, limit, before) {
      const authors = (await run("SELECT author FROM following WHERE follower = ?", [user])).rows.map(
        (row) => row.author,
      )
      const lists = await Promise.all(
        authors.map(async (author): Promise<Post[]> => {
          const { rows } = before
            ? await run(`${POSTS} AND (at, post_id) < (?, ?) LIMIT ?`, [author, before.at, before.postId, limit])
            : await run(`${POSTS} LIMIT ?`, [author, limit])
          return rows.map((row) => ({ author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
        }),
      )
      return lists
        .flat()
        .sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1))
        .slice(0, limit)
    },
  }
}
