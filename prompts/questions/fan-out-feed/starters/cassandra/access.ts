import type { Access, Engines, Post } from "proofrun/fan-out-feed"

// A first design that works: all posts of all followed authors are read, and the program picks and sorts. Edit the CQL and the lines around it.
export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, { prepare: true })
  return {
    async follow(follower, author) {
      await run("INSERT INTO following (follower, author) VALUES (?, ?)", [follower, author])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM following WHERE follower = ? AND author = ?", [follower, author])
    },

    async post(post) {
      await run("INSERT INTO posts (author, post_id, at, body) VALUES (?, ?, ?, ?)", [
        post.author,
        post.postId,
        post.at,
        post.text,
      ])
    },

    async feed(user, limit, before) {
      const posts: Post[] = []
      const { rows: authors } = await run("SELECT author FROM following WHERE follower = ?", [user])
      for (const { author } of authors)
        for await (const row of await run("SELECT post_id, at, body FROM posts WHERE author = ?", [author]))
          posts.push({ author, postId: row.post_id, at: row.at.getTime(), text: row.body })
      return posts
        .filter((post) => !before || post.at < before.at || (post.at === before.at && post.postId < before.postId))
        .sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1))
        .slice(0, limit)
    },
  }
}
