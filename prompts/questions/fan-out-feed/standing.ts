/** Whether a post must, may or must not be in an answer, from what was sent and acknowledged when. Times are the driver's, milliseconds. */
import { LAG_MS } from "./layout.ts"
import type { Post } from "./types.d.ts"

/** A post with when it was first sent and first acknowledged; Infinity: not yet. */
export interface Known {
  post: Post
  sentAt: number
  acknowledgedAt: number
}

/** A `follow` or `unfollow` of one follower and author. */
export interface Change {
  follows: boolean
  sentAt: number
  /** From when on it cannot take effect any more; Infinity where it failed or is still on its way. */
  settledAt: number
}

/** When an answer was asked for and came. */
export interface Asked {
  sentAt: number
  repliedAt: number
}

export type Standing =
  | "must"
  | "may"
  /** The author was unfollowed before the post was sent, and not followed again. */
  | "unfollowed"
  /** The author was never followed. */
  | "stranger"

export function standingOf(changes: Change[], known: Known, asked: Asked): Standing {
  const sent = changes.filter(({ sentAt }) => sentAt <= asked.repliedAt)
  const follows = sent.filter((change) => change.follows)
  const unfollows = sent.filter((change) => !change.follows)
  if (follows.length === 0) return "stranger"
  // What settled before another was sent came before it; of any other two, nobody can say which took effect last.
  const undone = (change: Change, opposite: Change[]) => opposite.some((other) => other.settledAt > change.sentAt)
  const before = (change: Change) => change.settledAt < known.sentAt
  if (unfollows.some((one) => before(one) && !undone(one, follows))) return "unfollowed"
  const overdue = known.acknowledgedAt + LAG_MS <= asked.sentAt
  return overdue && follows.some((one) => before(one) && !undone(one, unfollows)) ? "must" : "may"
}
