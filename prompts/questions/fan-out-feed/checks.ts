/**
 * The correctness script of a size. At the largest: small scenes, each with users of its own, then the time that a post may take to be seen, then
 * reads. At the others only what does not need that time. Judges nothing; the oracle does.
 */
import type { Step } from "../../workload.ts"
import * as layout from "./layout.ts"
import type { Population } from "./population.ts"
import { feed, follow, inFeedOrder, type PostMaker, post, unfollow } from "./posts.ts"
import { readKilled, readLoaded } from "./reads.ts"
import { BRIEF_SCENES, SCENES } from "./scenes.ts"

/** A little more than the lag, so that no read is asked on its very edge. */
const WAIT_MS = layout.LAG_MS + 100
/** Enough to see how work that goes on after a reply pauses. */
const SHORT_WAIT_MS = 300
const SCENE_MS = 60_000

export function makeChecks(options: {
  size: layout.Size
  make: PostMaker
  people: Population
  midnight: number
}): Step[] {
  const { size, make, people, midnight } = options
  const early: Step[] = []
  const late: Step[] = []
  const from = midnight - layout.LOADED_UNTIL_MS + layout.SIZES.indexOf(size) * (layout.HOUR_MS / 2)

  const last = size === layout.SIZES.at(-1)
  for (const [index, [name, play]] of (last ? SCENES : BRIEF_SCENES).entries()) {
    let into = early
    const named = (user: string | number) =>
      typeof user === "number" ? people.user(user) : make.user(size.id, name, user)
    const made = (author: string | number, second: number, id: string) =>
      make.post(named(author), from + index * SCENE_MS + second * 1000, "check", size.id, name, id)
    const call = (host: 0 | 1, call: ReturnType<typeof post>, invariant?: string) =>
      into.push({ do: "call", host, call, ...(invariant && { invariant }) })
    play({
      follow: (host, follower, author) => call(host, follow(named(follower), named(author))),
      unfollow: (host, follower, author) => call(host, unfollow(named(follower), named(author))),
      post(host, author, second, id) {
        const one = made(author, second, id)
        call(host, post(one))
        return one
      },
      feed: (host, user, limit, invariant, before) => call(host, feed(named(user), limit, before), invariant),
      kill: (host) => into.push({ do: "kill", host }),
      lag() {
        into = late
      },
      ordered: (posts) => posts.toSorted(inFeedOrder),
    })
  }
  for (const read of [...readLoaded(size, people), ...readKilled(people)]) late.push(read)
  return [...early, { do: "wait", ms: last ? WAIT_MS : SHORT_WAIT_MS }, ...late]
}
