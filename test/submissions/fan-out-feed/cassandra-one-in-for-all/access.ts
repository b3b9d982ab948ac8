import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const OPTIONS = { prepare: true, isIdempotent: true }
const NEWEST = "SELECT author, at, post_id, body FROM posts WHERE author IN ? PER PARTITION LIMIT ?"
const BEHIND =
  "SELECT author, at, post_id, body FROM posts WHERE author IN ? AND (at, post_id) < (?, ?) PER PARTITION LIMIT ?"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, OPTIONS)
  return {
    async follow(follower, author) {
      await run("UPDATE readers SET authors = authors + ? WHERE reader = ?", [[author], follower])
    },

    async unfollow(follower, author) {
      await run("UPDATE readers SET authors = authors - ? WHERE reader = ?", [[author], follower])
    },

    async post({ author, postId, at, text }) {
      await run("INSERT INTO posts (author, at, post_id, body) VALUES (?, ?, ?, ?)", [author, at, postId, text])
    },

    async feed(user, limit, before) {
      const reader = (await run("SELECT authors FROM readers WHERE reader = ?", [user])).first()
      const authors: string[] = reader?.authors ?? []
      if (authors.length === 0) return []
      const posts: Post[] = []
      const result = before
        ? await run(BEHIND, [authors, before.at, before.postId, limit])
        : await run(NEWEST, [authors, limit])
      for await (const row of result)
        posts.push({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body })
      return posts.sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1)).slice(0, limit)
    },
  }
}
