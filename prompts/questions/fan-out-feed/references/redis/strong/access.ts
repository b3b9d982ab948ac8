import type { Access, Engines, Place, Post } from "proofrun/fan-out-feed"

/** Authors with more followers than this are not copied. */
const MOST_COPIES = 50
/** The newest 200 must be reachable; some of them may be of authors who have been unfollowed since. */
const KEPT = 250

const feedOf = (reader: string) => `feed:${reader}`
const postsOf = (author: string) => `posts:${author}`
const followersOf = (author: string) => `followers:${author}`
const famousOf = (reader: string) => `famous-of:${reader}`
const markOf = (author: string) => `famous:${author}`

/** Scores are times. Members of equal scores are ordered by their first letters, and those are the post's id. */
const memberOf = ({ postId, author, text }: Post) => `${postId}${author}${text}`
const postOf = (member: string, score: string): Post => ({
  author: member.slice(32, 64),
  postId: member.slice(0, 32),
  at: Number(score),
  text: member.slice(64),
})
const newestFirst = (a: Post, b: Post) => b.at - a.at || (a.postId < b.postId ? 1 : -1)

type Pipeline = ReturnType<Engines["redis"]["pipeline"]>

/** Sends all commands at once and gives their answers; throws the first that failed. */
async function answers(pipeline: Pipeline): Promise<unknown[]> {
  const results: [Error | null, unknown][] = (await pipeline.exec()) ?? []
  for (const [error] of results) if (error) throw error
  return results.map(([, result]) => result)
}

function postsIn(reply: unknown): Post[] {
  const flat = reply as string[]
  return Array.from({ length: flat.length / 2 }, (_, index) => postOf(flat[2 * index], flat[2 * index + 1]))
}

export default async function connect({ redis }: Engines): Promise<Access> {
  function keep(pipeline: Pipeline, key: string, post: Post): void {
    pipeline.zadd(key, post.at, memberOf(post))
    pipeline.zremrangebyrank(key, 0, -KEPT - 1)
  }

  /** One page asks once; what is of the same millisecond as `before` is few, and is asked for whole. */
  function askPage(pipeline: Pipeline, key: string, limit: number, before: Place | undefined): void {
    if (!before) pipeline.zrevrange(key, 0, limit - 1, "WITHSCORES")
    else {
      pipeline.zrevrangebyscore(key, before.at, before.at, "WITHSCORES")
      pipeline.zrevrangebyscore(key, `(${before.at}`, "-inf", "WITHSCORES", "LIMIT", 0, limit)
    }
  }
  const pageIn = (replies: unknown[], before: Place | undefined) =>
    replies.flatMap(postsIn).filter((post) => !before || post.at < before.at || post.postId < before.postId)

  /** The mark comes first: who follows from now on sees it, and who followed before stands in the list. */
  async function makeFamous(author: string): Promise<void> {
    await redis.set(markOf(author), 1)
    const everybody: string[] = await redis.smembers(followersOf(author))
    const pipeline = redis.pipeline()
    for (const follower of everybody) pipeline.sadd(famousOf(follower), author)
    for (const follower of everybody) pipeline.sismember(followersOf(author), follower)
    const stillFollow = (await answers(pipeline)).slice(everybody.length)
    // Who has left meanwhile took the author out of the set too early.
    const left = everybody.filter((_, index) => stillFollow[index] === 0)
    await Promise.all(left.map((follower) => redis.srem(famousOf(follower), author)))
  }

  return {
    async follow(follower, author) {
      const pipeline = redis.pipeline().sadd(followersOf(author), follower).get(markOf(author))
      const [, mark] = await answers(pipeline)
      if (mark !== null) await redis.sadd(famousOf(follower), author)
    },

    async unfollow(follower, author) {
      await answers(redis.pipeline().srem(followersOf(author), follower).srem(famousOf(follower), author))
    },

    async post(post) {
      const { author } = post
      const first = redis
        .pipeline()
        .get(markOf(author))
        .srandmember(followersOf(author), MOST_COPIES + 1)
      keep(first, postsOf(author), post)
      const [mark, some] = await answers(first)
      if (mark !== null) return
      const followers = some as string[]
      if (followers.length > MOST_COPIES) return makeFamous(author)
      const copies = redis.pipeline()
      for (const follower of followers) keep(copies, feedOf(follower), post)
      await answers(copies)
    },

    async feed(user, limit, before) {
      const first = redis.pipeline().smembers(famousOf(user))
      askPage(first, feedOf(user), limit, before)
      const [famous, ...copies] = await answers(first)
      const authors = famous as string[]
      const copied = pageIn(copies, before)
      if (authors.length === 0) return copied.slice(0, limit)
      const second = redis.pipeline()
      for (const author of authors) askPage(second, postsOf(author), limit, before)
      // What was copied before its author became famous is there twice.
      const gathered = pageIn(await answers(second), before)
      const all = new Map([...copied, ...gathered].map((post) => [post.postId, post]))
      return [...all.values()].sort(newestFirst).slice(0, limit)
    },
  }
}
