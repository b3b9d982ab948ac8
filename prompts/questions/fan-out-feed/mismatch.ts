/** The parts of judging a feed: its form, and the most likely reason for what is missing. Keeps nothing. */
import type { Json } from "../../workload.ts"
import type { Known } from "./standing.ts"
import type { Place, Post } from "./types.d.ts"

export const FIELDS = ["author", "postId", "at", "text"] as const satisfies (keyof Post)[]
/** A post that is missing and was acknowledged within this before the read may only be late; what is older is lost. */
const LATE_MS = 5000
const MOST_SHOWN = 16

/** The reply as posts, or what is wrong with its form and at which item. Further fields are let be. */
export function asPosts(reply: Json | undefined): { posts: Post[] } | { problem: string; index: number } {
  if (!Array.isArray(reply))
    return { problem: `\`feed\` must return an array of posts; ${described(reply)} came back.`, index: 0 }
  for (const [index, item] of reply.entries()) {
    if (item === null || typeof item !== "object" || Array.isArray(item))
      return { problem: `Item ${index} of the answer is ${described(item)}, not a post.`, index }
    for (const field of FIELDS) {
      const value = item[field]
      if (field === "at" ? typeof value === "number" : typeof value === "string") continue
      const what =
        value === undefined
          ? `has no \`${field}\` (it has ${Object.keys(item).slice(0, 8).join(", ") || "no fields"})`
          : `has ${described(value)} as \`${field}\`; ${field === "at" ? "milliseconds since 1970 as a number are" : "a string is"} due`
      return { problem: `Item ${index} of the answer ${what}.`, index }
    }
  }
  return { posts: reply as unknown as Post[] }
}

function described(value: Json | undefined): string {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (typeof value === "object") return `an object with ${Object.keys(value).slice(0, 5).join(", ") || "no fields"}`
  return `the ${typeof value} ${JSON.stringify(value).slice(0, 60)}`
}

/** Why posts are missing. A special reason is given only where it explains every one of them; whatever is left is lost. */
export function whyMissing(given: {
  missing: Known[]
  came: Known[]
  /** As many came as were asked for. */
  full: boolean
  before: Place | undefined
  sentAt: number
}): { invariant: string; because: string } {
  const { missing, came, full, before, sentAt } = given
  // An older post that arrived after it took its place: whoever goes by arrival puts that one first.
  const overtaken = (one: Known) =>
    full && came.some(({ post, sentAt: arrived }) => post.at < one.post.at && arrived > one.acknowledgedAt)
  if (before && missing.every(({ post }) => post.at === before.at))
    return { invariant: "paging", because: "each has the same `at` as `before` and comes after it by its `postId`" }
  if (missing.every(({ post }) => came.some((one) => one.post.at === post.at)))
    return { invariant: "ties", because: "each has the same `at` as a post that did come back" }
  if (missing.every(overtaken))
    return { invariant: "order", because: "older posts that arrived later stand in their place" }
  if (missing.every(({ acknowledgedAt }) => acknowledgedAt > sentAt - LATE_MS))
    return { invariant: "lag", because: "they were acknowledged more than two seconds before" }
  return { invariant: "lost", because: "they were acknowledged long before and are gone" }
}

/** A list as a report shows it: whole if it is short, else the items around the difference. */
export function shown(items: readonly unknown[], around: number): Json {
  if (items.length <= MOST_SHOWN) return items as Json[]
  const start = Math.max(0, Math.min(around - 3, items.length - MOST_SHOWN))
  return [
    `items ${start} to ${start + MOST_SHOWN - 1} of ${items.length}`,
    ...(items.slice(start, start + MOST_SHOWN) as Json[]),
  ]
}
