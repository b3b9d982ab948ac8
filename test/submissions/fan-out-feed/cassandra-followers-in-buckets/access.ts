import type { Access, Engines, Place, Post } from "proofrun/fan-out-feed"

const FAMOUS_FROM = 60
const BUCKETS = [0, 1, 2, 3, 4, 5, 6, 7]
const OPTIONS = { prepare: true, isIdempotent: true }

const SOME = `SELECT follower FROM followers WHERE author = ? AND bucket IN ? LIMIT ${FAMOUS_FROM}`
const ALL = "SELECT follower FROM followers WHERE author = ? AND bucket = ?"
const FOLLOWS = "SELECT follower FROM followers WHERE author = ? AND bucket = ? AND follower = ?"
const IS_FAMOUS = "SELECT famous FROM authors WHERE author = ? LIMIT 1"
const PULL = "UPDATE feeds USING TTL 0 SET pulls = pulls + ? WHERE reader = ?"
const PULL_NOT = "UPDATE feeds SET pulls = pulls - ? WHERE reader = ?"
const COPIES = "SELECT author, at, post_id, body, pulls FROM feeds WHERE reader = ?"
const PULLS = "SELECT pulls FROM feeds WHERE reader = ? LIMIT 1"
const POSTS = "SELECT author, at, post_id, body FROM authors WHERE author = ?"

/** The last digit of an id is as good as a lot. */
const bucketOf = (follower: string) => Number.parseInt(follower.slice(-1), 16) % BUCKETS.length

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = async (query: string, params: unknown[]) => (await cassandra.execute(query, params, OPTIONS)).rows

  const page = (query: string, key: string, limit: number, before: Place | undefined) =>
    before
      ? run(`${query} AND (at, post_id) < (?, ?) LIMIT ?`, [key, before.at, before.postId, limit])
      : run(`${query} LIMIT ?`, [key, limit])

  const postsIn = (rows: Awaited<ReturnType<typeof run>>) =>
    rows
      .filter((row) => row.post_id !== null)
      .map((row): Post => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))

  async function makeFamous(author: string): Promise<void> {
    await run("UPDATE authors USING TTL 0 SET famous = true WHERE author = ?", [author])
    await Promise.all(
      BUCKETS.map(async (bucket) => {
        for await (const { follower } of await cassandra.execute(ALL, [author, bucket], OPTIONS)) {
          await run(PULL, [[author], follower])
          // Who has left meanwhile must not be left with it.
          if ((await run(FOLLOWS, [author, bucket, follower])).length === 0) await run(PULL_NOT, [[author], follower])
        }
      }),
    )
  }

  return {
    async follow(follower, author) {
      const key = [author, bucketOf(follower), follower]
      await run("INSERT INTO followers (author, bucket, follower) VALUES (?, ?, ?)", key)
      const [mark] = await run(IS_FAMOUS, [author])
      if (mark?.famous) await run(PULL, [[author], follower])
    },

    async unfollow(follower, author) {
      await Promise.all([
        run("DELETE FROM followers WHERE author = ? AND bucket = ? AND follower = ?", [
          author,
          bucketOf(follower),
          follower,
        ]),
        run(PULL_NOT, [[author], follower]),
      ])
    },

    async post({ author, postId, at, text }) {
      await run("INSERT INTO authors (author, at, post_id, body) VALUES (?, ?, ?, ?)", [author, at, postId, text])
      const [mark] = await run(IS_FAMOUS, [author])
      if (mark?.famous) return
      const some = await run(SOME, [author, BUCKETS])
      if (some.length >= FAMOUS_FROM) return makeFamous(author)
      const copy = "INSERT INTO feeds (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)"
      await Promise.all(some.map(({ follower }) => run(copy, [follower, at, postId, author, text])))
    },

    async feed(user, limit, before) {
      const rows = await page(COPIES, user, limit, before)
      const [first] = rows.length > 0 || !before ? rows : await run(PULLS, [user])
      const pulls: string[] = first?.pulls ?? []
      const copied = postsIn(rows)
      if (pulls.length === 0) return copied
      const lists = await Promise.all(pulls.map(async (author) => postsIn(await page(POSTS, author, limit, before))))
      const posts = new Map([copied, ...lists].flat().map((post) => [post.postId, post]))
      return [...posts.values()].sort((a, b) => b.at - a.at || (a.postId < b.postId ? 1 : -1)).slice(0, limit)
    },
  }
}
