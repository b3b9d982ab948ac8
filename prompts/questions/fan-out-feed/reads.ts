/** Reads of what was loaded, and of what was acknowledged right before a process was killed, now and at the size before. */
import type { Step } from "../../workload.ts"
import * as layout from "./layout.ts"
import type { Population } from "./population.ts"
import { feed, inFeedOrder } from "./posts.ts"
import { KILLED_AUTHOR } from "./scenes.ts"

const SOME = 12
const MOST_AT_ONCE = 100

export function readLoaded(size: layout.Size, people: Population): Step[] {
  const steps: Step[] = []
  const read = (host: 0 | 1, user: number, limit: number, invariant: string, before?: { at: number; postId: string }) =>
    steps.push({ do: "call", host, call: feed(people.user(user), limit, before), invariant })
  const loaded = (user: number) => {
    const followed = new Set(people.graph.authors[user].map(people.user))
    return Array.from({ length: size.rounds }, (_, round) => people.round(round))
      .flat()
      .filter(({ author }) => followed.has(author))
      .toSorted(inFeedOrder)
  }
  for (let index = 0; index < SOME; index++) {
    const user = index % 3 === 0 ? layout.AVID_READERS_FROM + index : layout.CELEBRITIES + index * 23
    read(index % 2 ? 0 : 1, user, layout.PAGE, "lost")
    read(index % 2 ? 1 : 0, user, MOST_AT_ONCE, "invented")
    const place = loaded(user)[4]
    if (place) read(index % 2 ? 0 : 1, user, layout.PAGE, "paging", place)
  }
  // The feed of whoever follows most: the newest 200 are there.
  const most = layout.GROWTH_READERS_FROM + layout.GROWTH_READERS - 1
  const places = loaded(most)
  read(0, most, MOST_AT_ONCE, "lost")
  read(1, most, MOST_AT_ONCE, "paging", places[MOST_AT_ONCE - 1])
  read(0, most, MOST_AT_ONCE, "paging", places[MOST_AT_ONCE / 2])
  return steps
}

/** Followers of the authors whose host was killed. What was lost at the size before is not late any more. */
export function readKilled(people: Population): Step[] {
  return [KILLED_AUTHOR, layout.CELEBRITIES + 13].flatMap((author) => {
    const fans = people.graph.followers[author]
    return [fans[0], fans[fans.length >> 1], fans[fans.length - 1]].map(
      (fan, index): Step => ({
        do: "call",
        host: (index % 2) as 0 | 1,
        call: feed(people.user(fan), MOST_AT_ONCE),
        invariant: "lost",
      }),
    )
  })
}
