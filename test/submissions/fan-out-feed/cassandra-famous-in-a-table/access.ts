import type { Access, Engines, Place, Post } from "proofrun/fan-out-feed"

const FAMOUS_FROM = 60
const OPTIONS = { prepare: true, isIdempotent: true }

const IS_FAMOUS = "SELECT since FROM famous WHERE author = ?"
const SOME = `SELECT follower FROM followers WHERE author = ? LIMIT ${FAMOUS_FROM}`
const EVERYBODY = "SELECT follower FROM followers WHERE author = ?"
const FOLLOWS = "SELECT follower FROM followers WHERE author = ? AND follower = ?"
const ADD_FAMOUS = "INSERT INTO famous_of (reader, author) VALUES (?, ?)"
const REMOVE_FAMOUS = "DELETE FROM famous_of WHERE reader = ? AND author = ?"
const INBOX = "SELECT author, at, post_id, body FROM inbox WHERE reader = ?"
const OUTBOX = "SELECT author, at, post_id, body FROM outbox WHERE author = ?"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = async (query: string, params: unknown[]) => (await cassandra.execute(query, params, OPTIONS)).rows

  async function page(query: string, key: string, limit: number, before: Place | undefined): Promise<Post[]> {
    const rows = before
      ? await run(`${query} AND (at, post_id) < (?, ?) LIMIT ?`, [key, before.at, before.postId, limit])
      : await run(`${query} LIMIT ?`, [key, limit])
    return rows.map((row) => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
  }

  /** Whoever follows later sees the mark; whoever follows now is in the list; whoever has left meanwhile is taken out again. */
  async function makeFamous(author: string): Promise<void> {
    await run("INSERT INTO famous (author, since) VALUES (?, ?)", [author, Date.now()])
    const readers: string[] = []
    for await (const row of await cassandra.execute(EVERYBODY, [author], OPTIONS)) readers.push(row.follower)
    await Promise.all(
      readers.map(async (reader) => {
        await run(ADD_FAMOUS, [reader, author])
        if ((await run(FOLLOWS, [author, reader])).length === 0) await run(REMOVE_FAMOUS, [reader, author])
      }),
    )
  }

  return {
    async follow(follower, author) {
      await run("INSERT INTO followers (author, follower) VALUES (?, ?)", [author, follower])
      if ((await run(IS_FAMOUS, [author])).length > 0) await run(ADD_FAMOUS, [follower, author])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM followers WHERE author = ? AND follower = ?", [author, follower])
      await run(REMOVE_FAMOUS, [follower, author])
    },

    async post({ author, postId, at, text }) {
      const [famous, some] = await Promise.all([
        run(IS_FAMOUS, [author]),
        run(SOME, [author]),
        run("INSERT INTO outbox (author, at, post_id, body) VALUES (?, ?, ?, ?)", [author, at, postId, text]),
      ])
      if (famous.length > 0) return
      if (some.length >= FAMOUS_FROM) return makeFamous(author)
      const copy = "INSERT INTO inbox (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)"
      await Promise.all(some.map(({ follower }) => run(copy, [follower, at, postId, author, text])))
    },

    async feed(user, limit, before) {
      const [copied, famous] = await Promise.all([
        page(INBOX, user, limit, before),
        run("SELECT author FROM famous_of WHERE reader = ?", [user]),
      ])
      if (famous.length === 0) return copied
      const lists = await Promise.all(famous.map(({ author }) => page(OUTBOX, author, limit, before)))
      const posts = new Map([copied, ...lists].flat().map((post) => [post.postId, post]))
      return [...posts.values()].sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1)).slice(0, limit)
    },
  }
}
