/** Knows every post, follow and unfollow that was sent, and says of an answer of `feed` whether it is right and, if not, which invariant it breaks. */
import type { Call, Json, Mismatch, Oracle } from "../../workload.ts"
import { REACHABLE } from "./layout.ts"
import { asPosts, FIELDS, shown, whyMissing } from "./mismatch.ts"
import { inFeedOrder } from "./posts.ts"
import { type Asked, type Change, type Known, type Standing, standingOf } from "./standing.ts"
import type { Place, Post } from "./types.d.ts"

export function openOracle(): Oracle {
  const posts = new Map<string, Known>()
  const byAuthor = new Map<string, Known[]>()
  /** By follower, then by author. */
  const changes = new Map<string, Map<string, Change[]>>()
  const open = new Map<Call, Change[]>()

  function known(call: Call): Known {
    const post = call.args[0] as unknown as Post
    const found = posts.get(post.postId) ?? { post, sentAt: Infinity, acknowledgedAt: Infinity }
    if (!posts.has(post.postId)) {
      posts.set(post.postId, found)
      byAuthor.set(post.author, [...(byAuthor.get(post.author) ?? []), found])
    }
    return found
  }
  function change(call: Call, at: number): void {
    const [follower, author] = call.args as [string, string]
    const one: Change = { follows: call.operation === "follow", sentAt: at, settledAt: Infinity }
    const ofFollower = changes.get(follower) ?? new Map<string, Change[]>()
    changes.set(follower, ofFollower.set(author, [...(ofFollower.get(author) ?? []), one]))
    open.set(call, [...(open.get(call) ?? []), one])
  }

  return {
    sent(call, at) {
      if (call.operation === "post") {
        const found = known(call)
        found.sentAt = Math.min(found.sentAt, at)
      } else if (call.operation !== "feed") change(call, at)
    },
    settled(call, at, acknowledged) {
      if (call.operation === "post") {
        const found = known(call)
        if (acknowledged) found.acknowledgedAt = Math.min(found.acknowledgedAt, at)
      } else if (call.operation !== "feed") {
        // A change that failed may still take effect at any time: it stays open.
        const one = open.get(call)?.shift()
        if (one && acknowledged) one.settledAt = at
      }
    },
    judge(call, reply, sentAt, repliedAt) {
      if (call.operation !== "feed") return null
      const [user, limit, before] = call.args as unknown as [string, number, Place | undefined]
      const ofUser = changes.get(user) ?? new Map<string, Change[]>()
      const asked = { sentAt, repliedAt }
      const standing = (one: Known) => standingOf(ofUser.get(one.post.author) ?? [], one, asked)
      const candidates = [...ofUser.keys()]
        .flatMap((author) => byAuthor.get(author) ?? [])
        .filter((one) => one.sentAt <= repliedAt)
      return judgeFeed({ user, limit, before, ...asked, posts, candidates, standing }, reply)
    },
  }
}

interface Question extends Asked {
  user: string
  limit: number
  before: Place | undefined
  posts: Map<string, Known>
  /** Posts of all authors that the user ever followed. */
  candidates: Known[]
  standing(one: Known): Standing
}

/** The first invariant that is broken, in an order in which one mistake is not taken for another. */
function judgeFeed(question: Question, reply: Json | undefined): Mismatch | null {
  const { limit, before, sentAt, candidates, standing } = question
  const possible = candidates
    .map((one) => ({ one, standing: standing(one) }))
    .filter((each) => each.standing === "must" || each.standing === "may")
    .sort((a, b) => inFeedOrder(a.one.post, b.one.post))
  const must = possible
    .slice(0, REACHABLE)
    .filter((each) => each.standing === "must" && (!before || inFeedOrder(before, each.one.post) < 0))
    .map(({ one }) => one)
  const broken = (invariant: string, message: string, around = 0): Mismatch => ({
    invariant,
    message,
    expected: shown(
      must.slice(0, limit).map(({ post }) => post),
      around,
    ),
    got: Array.isArray(reply) ? shown(reply, around) : (reply ?? null),
  })

  const read = asPosts(reply)
  if ("problem" in read) return broken("shape", read.problem, read.index)
  const { posts } = read
  if (candidates.length === 0 && posts.length > 0)
    return broken("empty", `${count(posts.length)} came back for a user who follows nobody that ever posted.`)
  const stray = strayIn(posts, question, broken) ?? disorderIn(posts, broken)
  if (stray) return stray
  if (posts.length > limit) return broken("limit", `${count(posts.length)} came back; ${limit} were asked for.`, limit)

  const came = new Set(posts.map(({ postId }) => postId))
  const last = posts.length === limit ? posts.at(-1) : undefined
  const missing = must.filter(({ post }) => !came.has(post.postId) && (!last || inFeedOrder(post, last) < 0))
  if (missing.length === 0) return null
  const { invariant, because } = whyMissing({
    missing,
    came: posts.map(({ postId }) => question.posts.get(postId)!),
    full: last !== undefined,
    before,
    sentAt,
  })
  return broken(
    invariant,
    `${count(missing.length)} of followed authors did not come back, the newest at ${missing[0].post.at}: ${because}.`,
    must.indexOf(missing[0]),
  )
}

type Broken = (invariant: string, message: string, around?: number) => Mismatch

/** A post that does not belong into this answer. */
function strayIn(came: Post[], { posts, repliedAt, before, standing }: Question, broken: Broken): Mismatch | null {
  const seen = new Set<string>()
  for (const [index, post] of came.entries()) {
    const one = posts.get(post.postId)
    if (!one || one.sentAt > repliedAt) return broken("invented", `Post ${post.postId} was never posted.`, index)
    const wrong = FIELDS.find((field) => post[field] !== one.post[field])
    if (wrong)
      return broken(
        "invented",
        `\`${wrong}\` of post ${post.postId} came back as ${JSON.stringify(post[wrong])}; it was posted as ${JSON.stringify(one.post[wrong])}.`,
        index,
      )
    if (seen.has(post.postId)) return broken("duplicates", `Post ${post.postId} came back twice.`, index)
    seen.add(post.postId)
    if (before && inFeedOrder(before, post) >= 0)
      return broken(
        "paging",
        `Post ${post.postId} does not come after \`before\`: an earlier page has shown it.`,
        index,
      )
    const stands = standing(one)
    if (stands === "stranger")
      return broken("strangers", `Post ${post.postId} is by ${post.author}, whom this user never followed.`, index)
    if (stands === "unfollowed")
      return broken(
        "unfollowed",
        `Post ${post.postId} was made after its author ${post.author} had been unfollowed.`,
        index,
      )
  }
  return null
}

function disorderIn(posts: Post[], broken: Broken): Mismatch | null {
  for (let index = 1; index < posts.length; index++) {
    const [newer, older] = [posts[index - 1], posts[index]]
    if (inFeedOrder(newer, older) < 0) continue
    if (newer.at === older.at)
      return broken(
        "ties",
        `Two posts at ${older.at} came back with the smaller \`postId\` first (item ${index}).`,
        index,
      )
    return broken("order", `Item ${index} (at ${older.at}) is newer than the one before it (at ${newer.at}).`, index)
  }
  return null
}

const count = (n: number) => (n === 1 ? "1 post" : `${n.toLocaleString("en")} posts`)
