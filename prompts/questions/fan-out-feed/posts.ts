/** Makes users and posts: names, ids and texts under the run's key, everything else given by the caller. */
import { type Seeded, seeded } from "../../seeded.ts"
import type { Call } from "../../workload.ts"
import type { Place, Post } from "./types.d.ts"

const TEXT_CHARACTERS = 120

export type Name = (string | number)[]

export interface PostMaker {
  user(...name: Name): string
  /** Same author, time and name: the same post. */
  post(author: string, at: number, ...name: Name): Post
}

export function openPostMaker(key: Uint8Array): PostMaker {
  const seed: Seeded = seeded(key)
  return {
    user: (...name) => seed.id("user", ...name),
    post(author, at, ...name) {
      // One digest gives both: what is known of the one says nothing about the other.
      const drawn = seed.text(32 + TEXT_CHARACTERS, "post", ...name)
      return { author, postId: drawn.slice(0, 32), at, text: drawn.slice(32) }
    },
  }
}

export const follow = (follower: string, author: string): Call => ({ operation: "follow", args: [follower, author] })
export const unfollow = (follower: string, author: string): Call => ({
  operation: "unfollow",
  args: [follower, author],
})
export const post = (one: Post): Call => ({ operation: "post", args: [{ ...one }] })
export const feed = (user: string, limit: number, before?: Place): Call => ({
  operation: "feed",
  args: before ? [user, limit, { at: before.at, postId: before.postId }] : [user, limit],
})

/** Newest first, equal times by post id descending: negative where a comes before b. */
export function inFeedOrder(a: Place, b: Place): number {
  if (a.at !== b.at) return b.at - a.at
  return a.postId === b.postId ? 0 : a.postId > b.postId ? -1 : 1
}
