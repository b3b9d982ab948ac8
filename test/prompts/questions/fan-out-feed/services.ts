/** Implementations of the four operations in memory, on a clock of their own: right ones of several designs, and one for each way of being wrong. */
import type { Place, Post } from "../../../../prompts/questions/fan-out-feed/types.d.ts"
import type { Call, Json } from "../../../../prompts/workload.ts"

export interface Service {
  follow(follower: string, author: string): void
  unfollow(follower: string, author: string): void
  post(post: Post): void
  feed(user: string, limit: number, before?: Place): Json
}

export type Clock = () => number

const newestFirst = (a: Place, b: Place) => b.at - a.at || (a.postId < b.postId ? 1 : -1)
const behind = (before: Place, post: Place) => post.postId !== before.postId && newestFirst(before, post) < 0

/** What a design does in its own way; left out, it is right. */
export interface Habits {
  /** Two posts with the same key are one row. */
  key?(post: Post): string
  keeps?(post: Post): boolean
  /** Milliseconds until a post shows. */
  showsAfterMs?: number
  leaves?: boolean
  own?: boolean
  order?(a: Post, b: Post): number
  behind?(before: Place, post: Post): boolean
  mostKept?: number
  limits?: boolean
  answer?(posts: Post[], everFollowed: boolean): Json
}

/** Gathers from the followed authors when it is read. */
export function openPull(clock: Clock, habits: Habits = {}): Service {
  const { key = ({ postId }) => postId, keeps = () => true, showsAfterMs = 0, leaves = true, own = false } = habits
  const {
    order = newestFirst,
    mostKept = Infinity,
    limits = true,
    answer = (posts) => posts as unknown as Json,
  } = habits
  const posts = new Map<string, { post: Post; from: number }>()
  const following = new Map<string, Set<string>>()
  return {
    follow: (follower, author) => void following.set(follower, (following.get(follower) ?? new Set()).add(author)),
    unfollow: (follower, author) => void (leaves && following.get(follower)?.delete(author)),
    post(post) {
      if (keeps(post) && !posts.has(key(post))) posts.set(key(post), { post, from: clock() + showsAfterMs })
    },
    feed(user, limit, before) {
      const authors = following.get(user) ?? new Set()
      const all = [...posts.values()]
        .filter(({ post, from }) => from <= clock() && (authors.has(post.author) || (own && post.author === user)))
        .map(({ post }) => post)
        .sort(order)
        .slice(0, mostKept)
      const rest = before ? all.filter((post) => (habits.behind ?? behind)(before, post)) : all
      return answer(limits ? rest.slice(0, limit) : rest, following.has(user))
    },
  }
}

/** Copies to the followers of an author with at most `mostCopies` of them; the others are asked when a feed is read. */
export function openHybrid(
  clock: Clock,
  { mostCopies = Infinity, delayMs = 0, kept = Infinity, byTime = false } = {},
): Service {
  const followers = new Map<string, Set<string>>()
  const following = new Map<string, Set<string>>()
  const copies = new Map<string, Map<string, { post: Post; from: number }>>()
  const own = new Map<string, Map<string, Post>>()
  const set = <V>(map: Map<string, V>, name: string, fresh: V): V => map.set(name, map.get(name) ?? fresh).get(name)!
  return {
    follow(follower, author) {
      set(followers, author, new Set<string>()).add(follower)
      set(following, follower, new Set<string>()).add(author)
    },
    unfollow(follower, author) {
      followers.get(author)?.delete(follower)
      following.get(follower)?.delete(author)
    },
    post(post) {
      const readers = followers.get(post.author) ?? new Set()
      set(own, post.author, new Map<string, Post>()).set(post.postId, post)
      if (readers.size > mostCopies) return
      for (const reader of readers) {
        const feed = set(copies, reader, new Map<string, { post: Post; from: number }>())
        const key = byTime ? `${post.at}` : post.postId
        if (byTime || !feed.has(key)) feed.set(key, { post, from: clock() + delayMs })
        if (feed.size <= kept) continue
        const [oldest] = [...feed].sort(([, a], [, b]) => newestFirst(b.post, a.post))
        feed.delete(oldest[0])
      }
    },
    feed(user, limit, before) {
      const copied = [...(copies.get(user)?.values() ?? [])].filter(({ from }) => from <= clock())
      const famous = [...(following.get(user) ?? [])].filter((author) => followers.get(author)!.size > mostCopies)
      const all = new Map(copied.map(({ post }) => [post.postId, post]))
      for (const author of famous) for (const [postId, post] of own.get(author) ?? []) all.set(postId, post)
      const posts = [...all.values()].filter((post) => !before || behind(before, post))
      return posts.sort(newestFirst).slice(0, limit) as unknown as Json
    },
  }
}

export function answerOf(service: Service, { operation, args }: Call): Json {
  if (operation === "feed") return service.feed(args[0] as string, args[1] as number, args[2] as unknown as Place)
  if (operation === "post") service.post(args[0] as unknown as Post)
  else if (operation === "follow") service.follow(args[0] as string, args[1] as string)
  else service.unfollow(args[0] as string, args[1] as string)
  return null
}

export const RIGHT_SERVICES: Record<string, (clock: Clock) => Service> = {
  "gathering when it is read": (clock) => openPull(clock),
  "copying to every follower": (clock) => openHybrid(clock),
  "copying but for the famous": (clock) => openHybrid(clock, { mostCopies: 50 }),
  "copying within the lag": (clock) => openHybrid(clock, { delayMs: 1900 }),
  "keeping the newest 200 of a feed": (clock) => openHybrid(clock, { kept: 200 }),
  "gathering all, shown within the lag": (clock) => openPull(clock, { showsAfterMs: 1900 }),
}

let serial = 0

/** What each mistake must be called. */
export const WRONG_SERVICES: { mistake: string; invariant: string; habits: Habits }[] = [
  {
    mistake: "database column names instead of the post's fields",
    invariant: "shape",
    habits: { answer: (posts) => posts.map(({ author, postId, at }) => ({ author, post_id: postId, at })) },
  },
  {
    mistake: "a date text instead of milliseconds",
    invariant: "shape",
    habits: { answer: (posts) => posts.map((post) => ({ ...post, at: new Date(post.at).toISOString() })) },
  },
  {
    mistake: "oldest first on each page",
    invariant: "order",
    habits: { answer: (posts) => posts.toReversed() as unknown as Json },
  },
  {
    mistake: "the order of arrival",
    invariant: "order",
    habits: { order: () => 0 },
  },
  {
    mistake: "ties by post id ascending",
    invariant: "ties",
    habits: { order: (a, b) => b.at - a.at || (a.postId < b.postId ? -1 : 1) },
  },
  {
    mistake: "a row for each time that a post is sent",
    invariant: "duplicates",
    habits: { key: () => `${serial++}` },
  },
  { mistake: "everything at once", invariant: "limit", habits: { limits: false } },
  {
    mistake: "pages that begin with the last item of the page before",
    invariant: "paging",
    habits: { behind: (before, post) => post.at <= before.at },
  },
  {
    mistake: "pages that leave out what is of the same millisecond",
    invariant: "paging",
    habits: { behind: (before, post) => post.at < before.at },
  },
  { mistake: "followers who never leave", invariant: "unfollowed", habits: { leaves: false } },
  { mistake: "one's own posts in one's feed", invariant: "strangers", habits: { own: true } },
  {
    mistake: "a recommended post for whoever follows nobody",
    invariant: "empty",
    habits: {
      answer: (posts, everFollowed) =>
        everFollowed ? (posts as unknown as Json) : [{ author: "x", postId: "y", at: 0, text: "welcome" }],
    },
  },
  {
    mistake: "every seventh post acknowledged and dropped",
    invariant: "lost",
    habits: { keeps: ({ postId }) => Number.parseInt(postId.slice(0, 4), 16) % 7 !== 0 },
  },
  { mistake: "feeds of the newest 60 only", invariant: "lost", habits: { mostKept: 60 } },
  { mistake: "posts that show after three seconds", invariant: "lag", habits: { showsAfterMs: 3000 } },
  {
    mistake: "shortened texts",
    invariant: "invented",
    habits: { answer: (posts) => posts.map((post) => ({ ...post, text: post.text.slice(0, 64) })) },
  },
]
