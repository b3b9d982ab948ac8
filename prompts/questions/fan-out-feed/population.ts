/** Who is in the service, who follows whom, and what was posted: the writes that bring the service to each size, in the order in which they arrive. */
import type { Call } from "../../workload.ts"
import { type Graph, makeGraph } from "./graph.ts"
import * as layout from "./layout.ts"
import { follow, type PostMaker, post } from "./posts.ts"
import type { Post } from "./types.d.ts"

export interface Population {
  graph: Graph
  /** The name of the user of this number. */
  user(number: number): string
  /** The posts of one round, as they arrive. */
  round(round: number): Post[]
  /** The writes that bring the size before to this one. */
  load(size: layout.Size): Call[]
}

const SPAN_MS = 2 * layout.DAY_MS
const LATE_BY_MS = 3 * layout.HOUR_MS
/** Every so many posts, one has the time of the one before, and one arrives hours after it was made. */
const TIE_EVERY = 10
const LATE_EVERY = 20
let graph: Graph | undefined

export function openPopulation(make: PostMaker, midnight: number): Population {
  graph ??= makeGraph()
  const users = Array.from({ length: layout.USERS }, (_, number) => make.user(number))
  const rounds = new Map<number, Post[]>()
  const made = graph

  function makeRound(round: number): Post[] {
    const authors = users
      .flatMap((_, author) => {
        const posts = author < layout.CELEBRITIES ? layout.CELEBRITY_POSTS : layout.ORDINARY_POSTS
        return Array<number>(posts[round]).fill(author)
      })
      .map((author, index) => ({ author, turn: layout.scatter(index, 21 + round) }))
      .sort((a, b) => a.turn - b.turn)
    const span = SPAN_MS / layout.SIZES.length
    const first = midnight - layout.LOADED_UNTIL_MS - SPAN_MS + round * span
    const step = span / authors.length
    return authors.map(({ author }, index) => {
      const tied = index % TIE_EVERY === TIE_EVERY - 1 ? index - 1 : index
      const late = index % LATE_EVERY === 3 ? LATE_BY_MS : 0
      return make.post(users[author], Math.floor(first + tied * step) - late, "round", round, index)
    })
  }
  function round(number: number): Post[] {
    const found = rounds.get(number) ?? makeRound(number)
    rounds.set(number, found)
    return found
  }

  return {
    graph: made,
    user: (number) => users[number],
    round,
    load(size) {
      const before = layout.SIZES[layout.SIZES.indexOf(size) - 1]?.rounds ?? 0
      const follows =
        before === 0 ? made.edges.map(({ follower, author }) => follow(users[follower], users[author])) : []
      const rounds = Array.from({ length: size.rounds - before }, (_, index) => round(before + index))
      return [...follows, ...rounds.flat().map(post)]
    },
  }
}
