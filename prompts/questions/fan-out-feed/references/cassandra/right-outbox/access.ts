import type { Access, Engines, Post } from "proofrun/fan-out-feed"

const OPTIONS = { prepare: true, isIdempotent: true }
const SLOTS = [..."0123456789abcdef"]
const AT_ONCE = 20
const COPIES = "SELECT author, at, post_id, body FROM feeds WHERE reader = ?"
const COPY = "INSERT INTO feeds (reader, at, post_id, author, body) VALUES (?, ?, ?, ?, ?)"

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const run = (query: string, params: unknown[]) => cassandra.execute(query, params, OPTIONS)
  const slotOf = (author: string) => author.slice(0, 1)

  /** Copies land on themselves if they are made twice, so whoever finds a post in the outbox may finish it. */
  async function deliver({ author, postId, at, text }: Post, followers: string[]): Promise<void> {
    for (let start = 0; start < followers.length; start += AT_ONCE)
      await Promise.all(
        followers.slice(start, start + AT_ONCE).map((follower) => run(COPY, [follower, at, postId, author, text])),
      )
    await run("DELETE FROM outbox WHERE slot = ? AND post_id = ?", [slotOf(author), postId])
  }

  async function followersOf(author: string): Promise<string[]> {
    const followers: string[] = []
    for await (const row of await run("SELECT follower FROM followers WHERE author = ?", [author]))
      followers.push(row.follower)
    return followers
  }

  async function takeUp(slot: string): Promise<void> {
    const { rows } = await run("SELECT author, at, post_id, body FROM outbox WHERE slot = ?", [slot])
    for (const row of rows) {
      const post = { author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }
      await deliver(post, await followersOf(post.author))
    }
  }
  void Promise.all(SLOTS.map(takeUp))

  return {
    async follow(follower, author) {
      await run("INSERT INTO followers (author, follower) VALUES (?, ?)", [author, follower])
    },

    async unfollow(follower, author) {
      await run("DELETE FROM followers WHERE author = ? AND follower = ?", [author, follower])
    },

    async post(post) {
      const { author, postId, at, text } = post
      // The list is as it was when the post was made: nobody who leaves from now on or comes is meant.
      const [followers] = await Promise.all([
        followersOf(author),
        run("INSERT INTO outbox (slot, post_id, author, at, body) VALUES (?, ?, ?, ?, ?)", [
          slotOf(author),
          postId,
          author,
          at,
          text,
        ]),
      ])
      void deliver(post, followers)
    },

    async feed(user, limit, before) {
      const { rows } = before
        ? await run(`${COPIES} AND (at, post_id) < (?, ?) LIMIT ?`, [user, before.at, before.postId, limit])
        : await run(`${COPIES} LIMIT ?`, [user, limit])
      return rows.map((row) => ({ author: row.author, postId: row.post_id, at: row.at.getTime(), text: row.body }))
    },
  }
}
