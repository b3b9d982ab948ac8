/** Who follows whom when the service is loaded: one graph of 600 users, the same in every run. Users are numbers, as in the layout. */
import * as layout from "./layout.ts"

/** So many users follow one author and want no more. */
const INCURIOUS = 60

export interface Edge {
  follower: number
  author: number
}

export interface Graph {
  /** In an order that mixes followers and authors. */
  edges: Edge[]
  /** Authors that a user follows, by user. */
  authors: number[][]
  /** Followers of an author, by author. */
  followers: number[][]
  follows(follower: number, author: number): boolean
}

export function makeGraph(): Graph {
  const authors = Array.from({ length: layout.USERS }, () => new Set<number>())
  const left = Array.from({ length: layout.USERS }, (_, rank) => layout.followersOf(rank))
  const connect = (follower: number, author: number): boolean => {
    if (follower === author || left[author] === 0 || authors[follower].has(author)) return false
    authors[follower].add(author)
    left[author]--
    return true
  }
  followEvenly(connect)
  followByTaste(left, connect)
  const edges = authors.flatMap((set, follower) => [...set].map((author) => ({ follower, author })))
  const followers = Array.from({ length: layout.USERS }, (_, author) =>
    edges.filter((edge) => edge.author === author).map((edge) => edge.follower),
  )
  return {
    edges: mixed(edges, 11),
    authors: authors.map((set) => [...set]),
    followers,
    follows: (follower, author) => authors[follower].has(author),
  }
}

/** The readers who are counted and timed: two celebrities each, and the rest from a ring of all ordinary authors, so that none is used up. */
function followEvenly(connect: (follower: number, author: number) => boolean): void {
  const counted = layout.AUTHORS_FOLLOWED.flatMap((n) => Array<number>(layout.READERS_OF_EACH).fill(n))
  const wanted = [...counted, ...Array<number>(layout.AVID_READERS).fill(layout.AVID_AUTHORS)]
  const ordinary = layout.USERS - layout.CELEBRITIES
  let celebrity = 0
  let place = 0
  for (const [index, n] of wanted.entries()) {
    const reader = layout.GROWTH_READERS_FROM + index
    for (let k = 0; k < layout.CELEBRITIES_OF_A_READER; ) if (connect(reader, celebrity++ % layout.CELEBRITIES)) k++
    for (let k = layout.CELEBRITIES_OF_A_READER; k < n; )
      if (connect(reader, layout.CELEBRITIES + (place++ % ordinary))) k++
  }
}

/** What is left of each author's followers is dealt to everybody else: to each at least once, to the curious more often. */
function followByTaste(left: number[], connect: (follower: number, author: number) => boolean): void {
  const others = Array.from({ length: layout.USERS }, (_, user) => user).filter((user) => !layout.isSpecial(user))
  const curious = others.slice(0, -INCURIOUS)
  const more = curious.flatMap((user, index) => Array<number>(Math.round(24 / (index + 1) ** 0.4)).fill(user))
  const hand = [...mixed(others, 3), ...mixed(more, 5), ...mixed(curious, 7), ...mixed(more, 9)]
  const inTurn = mixed(
    left.flatMap((n, author) => Array<number>(n).fill(author)),
    13,
  )
  for (const author of inTurn) {
    const at = hand.findIndex((user) => connect(user, author))
    if (at < 0) throw new Error(`no user is left to follow author ${author}`)
    hand.splice(at, 1)
  }
}

function mixed<T>(items: T[], salt: number): T[] {
  return items
    .map((item, index) => ({ item, at: layout.scatter(index, salt) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
