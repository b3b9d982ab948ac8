import type { Access, Engines, Place, Post } from "proofrun/fan-out-feed"

/** Authors with more followers than this are not copied. */
const MOST_COPIES = 50
/** As long as copies live; the set of famous authors must not expire with them. */
const FOR_EVER = 0
/** Every write may be repeated: it makes the same rows. */
const OPTIONS = { prepare: true, isIdempotent: true }

const FOLLOW = "INSERT INTO followers (author, follower) VALUES (?, ?)"
const UNFOLLOW = "DELETE FROM followers WHERE author = ? AND follower = ?"
const IS_FAMOUS = "SELECT famous FROM followers WHERE author = ? LIMIT 1"
const SOME_FOLLOWERS = `SELECT follower, famous FROM followers WHERE author = ? LIMIT ${MOST_COPIES + 1}`
const ALL_FOLLOWERS = "SELECT follower FROM followers WHERE author = ?"
const STILL_FOLLOWS = "SELECT follower FROM followers WHERE author = ? AND follower = ?"
const MAKE_FAMOUS = "INSERT INTO followers (author, famous) VALUES (?, true)"
const ADD_FAMOUS = `UPDATE feeds USING TTL ${FOR_EVER} SET famous = famous + ? WHERE reader = ?`
const REMOVE_FAMOUS = "UPDATE feeds SET famous = famous - ? WHERE reader = ?"
const KEEP = "INSERT INTO posts_by_author (author, at, post_id, body) VALUES (?, ?, ?, ?)"
const COPY = "INSERT INTO feeds (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)"
const COPIES = "SELECT at, post_id, author, body, famous FROM feeds WHERE reader = ? LIMIT ?"
const COPIES_BEHIND = `SELECT at, post_id, author, body, famous FROM feeds WHERE reader = ? AND (at, post_id) < (?, ?) LIMIT ?`
const FAMOUS_OF = "SELECT famous FROM feeds WHERE reader = ? LIMIT 1"
const POSTS = "SELECT author, at, post_id, body FROM posts_by_author WHERE author IN ? PER PARTITION LIMIT ?"
const POSTS_BEHIND =
  "SELECT author, at, post_id, body FROM posts_by_author WHERE author IN ? AND (at, post_id) < (?, ?) PER PARTITION LIMIT ?"

const newestFirst = (a: Post, b: Post) => b.at - a.at || (a.postId < b.postId ? 1 : -1)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, OPTIONS)

  const promotions = new Map<string, Promise<void>>()
  /** Of several posts that find too many followers at once, the first makes the author famous, and the others wait for it. */
  function becomeFamous(author: string): Promise<void> {
    const running = promotions.get(author) ?? makeFamous(author).finally(() => promotions.delete(author))
    promotions.set(author, running)
    return running
  }

  /** The mark comes first: who follows from now on sees it, and who followed before stands in the list. */
  async function makeFamous(author: string): Promise<void> {
    await run(MAKE_FAMOUS, [author])
    const everybody: string[] = []
    for await (const { follower } of await run(ALL_FOLLOWERS, [author])) if (follower) everybody.push(follower)
    await Promise.all(
      everybody.map(async (follower) => {
        await run(ADD_FAMOUS, [[author], follower])
        // Who has left meanwhile took the author out of the set too early.
        const { rows } = await run(STILL_FOLLOWS, [author, follower])
        if (rows.length === 0) await run(REMOVE_FAMOUS, [[author], follower])
      }),
    )
  }

  /** Rows of either table as posts, and the set of famous authors, if they carry one. */
  async function read(query: string, params: unknown[]): Promise<{ posts: Post[]; famous: string[] | undefined }> {
    const { rows } = await run(query, params)
    // A partition without copies has one row all the same, if there is a set on it.
    const posts = rows
      .filter((row) => row.post_id !== null)
      .map((row): Post => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
    return { posts, famous: rows.length > 0 ? (rows[0].famous ?? []) : undefined }
  }

  async function famousOf(reader: string): Promise<string[]> {
    const { rows } = await run(FAMOUS_OF, [reader])
    return rows[0]?.famous ?? []
  }

  const copiesFor = (reader: string, limit: number, before?: Place) =>
    before ? read(COPIES_BEHIND, [reader, before.at, before.postId, limit]) : read(COPIES, [reader, limit])

  const postsOf = (famous: string[], limit: number, before?: Place) =>
    before ? read(POSTS_BEHIND, [famous, before.at, before.postId, limit]) : read(POSTS, [famous, limit])

  return {
    async follow(follower, author) {
      await run(FOLLOW, [author, follower])
      const { rows } = await run(IS_FAMOUS, [author])
      if (rows[0]?.famous) await run(ADD_FAMOUS, [[author], follower])
    },

    async unfollow(follower, author) {
      await run(UNFOLLOW, [author, follower])
      await run(REMOVE_FAMOUS, [[author], follower])
    },

    async post({ author, postId, at, text }) {
      const [{ rows }] = await Promise.all([
        run(SOME_FOLLOWERS, [author]),
        // Kept at once: until all copies are made, the post is not acknowledged.
        run(KEEP, [author, at, postId, text]),
      ])
      if (rows[0]?.famous) return
      // An author with nobody left has one row all the same, if there is a mark on it.
      const followers = rows.flatMap((row) => row.follower ?? [])
      if (followers.length > MOST_COPIES) return becomeFamous(author)
      await Promise.all(followers.map((follower) => run(COPY, [follower, at, postId, author, text])))
    },

    async feed(user, limit, before) {
      const copies = await copiesFor(user, limit, before)
      // Behind the last copy no row is left to carry the set.
      const famous = copies.famous ?? (before ? await famousOf(user) : [])
      if (famous.length === 0) return copies.posts
      const { posts: gathered } = await postsOf(famous, limit, before)
      // What was copied before its author became famous is there twice.
      const all = new Map([...copies.posts, ...gathered].map((post) => [post.postId, post]))
      return [...all.values()].sort(newestFirst).slice(0, limit)
    },
  }
}
