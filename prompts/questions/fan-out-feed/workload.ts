/** The workload of "fan-out-feed": sizes, loads, checks, probes, timed pairs, the peak mix and its burst. Everything that is counted is equal at every key. */
import type { Call, Json, MakeWorkload, Probe } from "../../workload.ts"
import { makeChecks } from "./checks.ts"
import * as layout from "./layout.ts"
import { openOracle } from "./oracle.ts"
import { openPopulation } from "./population.ts"
import { feed, follow, openPostMaker, post, unfollow } from "./posts.ts"
import type { Post } from "./types.d.ts"

const { HOUR_MS, CELEBRITIES } = layout

/** Whose posts are counted, by rank: nine of ten by celebrities, as at peak; of the ordinary authors one is followed by 15 and one by 1. */
const COUNTED_AUTHORS = [1, 60, 2, 1, 3, 2, 4, 1, 5, 4, 3, 1, 2, 580, 4, 5, 2, 1, 3, 5]
const CELEBRITY_SHARE = 0.9
/** Ordinary readers whose counted reads stand for everybody's: as many who follow a celebrity as who do not. */
const COUNTED_READERS = 40
/** Counted follows, each undone by a counted unfollow: two of a celebrity, one by either process, and six of others. */
const FOLLOWED = [layout.FOLLOWED_CELEBRITY, layout.FOLLOWED_CELEBRITY, 12, 25, 40, 80, 160, 320]
/** Counted reads before each of them; odd, so that either process follows and either unfollows. */
const READS_BETWEEN = 7
const WARM_UP_PAIRS_FROM = 50_000
const PAIR_STEP_MS = 20
const LOOKS = 40
const LOOKED_AT = [1, 30, 2, 90, 3, 200, 4, 400]
const BURST_AUTHOR = 0

const makeWorkload: MakeWorkload = ({ key, nowMs }) => {
  const midnight = layout.lastMidnight(nowMs)
  const make = openPostMaker(key)
  const people = openPopulation(make, midnight)
  const { graph, user } = people
  const loads = new Map<string, Call[]>()
  const sizeOf = (stage: string) => {
    const size = layout.SIZES.find(({ id }) => id === stage)
    if (!size) throw new Error(`fan-out-feed has no stage "${stage}"`)
    return size
  }
  const posted = (author: number, at: number, ...name: (string | number)[]) =>
    post(make.post(user(author), at, ...name))
  /** Ordinary authors that a user follows, the least known last. */
  const ordinaryOf = (reader: number) =>
    graph.authors[reader].filter((author) => author >= CELEBRITIES).toSorted((a, b) => a - b)
  const others = Array.from({ length: layout.USERS }, (_, number) => number).filter((one) => !layout.isSpecial(one))

  function load(stage: string): Call[] {
    const made = loads.get(stage) ?? people.load(sizeOf(stage))
    loads.set(stage, made)
    return made
  }

  /** Each read's own `before` is a post of an ordinary author whom the reader follows. */
  function readProbe(reader: number, at: number, covariates: Record<string, number> | undefined, stage: string): Probe {
    const author = ordinaryOf(reader)[0]
    return {
      operation: "feed",
      before: [posted(author, at, "before probe", stage, reader)],
      call: feed(user(reader), layout.PAGE),
      ...(covariates && { at: covariates }),
    }
  }

  /** Readers whose first page could be filled by ordinary authors alone, at every size: what a read gives is then the same. */
  const full = others.filter(hasFullPage)
  const counted = [true, false].flatMap((followsCelebrity) =>
    evenly(
      full.filter((reader) => graph.authors[reader].some((author) => author < CELEBRITIES) === followsCelebrity),
      COUNTED_READERS / 2,
    ),
  )
  function hasFullPage(reader: number): boolean {
    return ordinaryOf(reader).length * layout.ORDINARY_POSTS[0] >= layout.PAGE
  }

  function probes(stage: string): Probe[] {
    const from = midnight - 3 * HOUR_MS + layout.SIZES.indexOf(sizeOf(stage)) * (HOUR_MS / 4)
    const posts = COUNTED_AUTHORS.map((author, index): Probe => {
      const call = posted(author, from + index * 1000, "probe", stage, index)
      return { operation: "post", before: [], call, at: { followers: graph.followers[author].length } }
    })
    const growth = Array.from({ length: layout.GROWTH_READERS }, (_, index) => layout.GROWTH_READERS_FROM + index)
    const reads = [...growth, ...counted].map((reader, index) => {
      const covariates = index < growth.length ? { authors: graph.authors[reader].length } : undefined
      return readProbe(reader, from + 60_000 + index * 1000, covariates, stage)
    })
    const pairs = FOLLOWED.map((author, index) => [user(newFollower(author, index)), user(author)] as const)
    const changes = pairs.map((pair): Probe[] => [
      { operation: "follow", before: [], call: follow(...pair) },
      { operation: "unfollow", before: [], call: unfollow(...pair) },
    ])
    // Of these there are few: on a machine that is slow for a moment, calls in a row would all be slow.
    const readsBefore = (change: number) => reads.slice(change * READS_BETWEEN, (change + 1) * READS_BETWEEN)
    return [
      ...posts,
      ...changes.flatMap((change, at) => [...readsBefore(at), ...change]),
      ...reads.slice(changes.length * READS_BETWEEN),
    ]
  }
  /** The index-th ordinary reader who does not follow this author. */
  function newFollower(author: number, index: number): number {
    return others.filter((one) => one !== author && !graph.follows(one, author))[100 + index]
  }

  /** Goes round the avid readers, and then on to the next of the ordinary authors whom each follows. */
  function pair(i: number): Probe {
    const warmUp = i >= WARM_UP_PAIRS_FROM
    const index = warmUp ? i - WARM_UP_PAIRS_FROM : i
    const reader = layout.AVID_READERS_FROM + (index % layout.AVID_READERS)
    const authors = ordinaryOf(reader)
    const author = authors[Math.floor(index / layout.AVID_READERS) % authors.length]
    const at = midnight - (warmUp ? 2 : 1.5) * HOUR_MS + index * PAIR_STEP_MS
    return { operation: "feed", before: [posted(author, at, "pair", i)], call: feed(user(reader), layout.PAGE) }
  }

  /** The more followers, the more posts. */
  function celebrityAt(share: number): number {
    const followers = graph.followers.slice(0, CELEBRITIES).map(({ length }) => length)
    const drawn = share * followers.reduce((sum, n) => sum + n, 0)
    return followers.findIndex((_, rank) => followers.slice(0, rank + 1).reduce((sum, n) => sum + n, 0) > drawn)
  }

  function peak(operation: string, i: number): Call {
    const drawn = layout.scatter(i, 31)
    switch (operation) {
      case "post": {
        const celebrity = layout.scatter(i, 32) < CELEBRITY_SHARE
        const author = celebrity ? celebrityAt(drawn) : CELEBRITIES + Math.floor(drawn * (layout.USERS - CELEBRITIES))
        return posted(author, midnight - HOUR_MS + i * 100, "peak", i)
      }
      case "follow": {
        const author = Math.floor(drawn * layout.USERS)
        return follow(user(newFollower(author, i % 200)), user(author))
      }
      case "unfollow": {
        const { follower, author } = graph.edges[Math.floor(drawn * graph.edges.length)]
        return unfollow(user(follower), user(author))
      }
      default:
        return feed(user(Math.floor(drawn * layout.USERS)), layout.PAGE)
    }
  }

  return {
    stages: layout.SIZES.map((size) => ({
      id: size.id,
      label: size.label,
      at: { history: layout.historyAt(size) },
      per: { user: layout.USERS },
    })),
    axes: { history: layout.SIZES.map(({ id }) => id) },
    load,
    checks: (stage) => makeChecks({ size: sizeOf(stage), make, people, midnight }),
    probes,
    pair,
    peak,
    phase: (_, i) => posted(BURST_AUTHOR, midnight - HOUR_MS / 2 + i * 100, "burst", i),
    looks: {
      count: LOOKS,
      look(i) {
        const author = LOOKED_AT[i % LOOKED_AT.length]
        const fans = graph.followers[author]
        const at = midnight - 2.2 * HOUR_MS + i * 1000
        const reader = fans[Math.floor(layout.scatter(i, 41) * fans.length)]
        return { operation: "feed", before: [posted(author, at, "look", i)], call: feed(user(reader), layout.PAGE) }
      },
      shows: (reply: Json | undefined, write: Call) => {
        const { postId } = write.args[0] as unknown as Post
        return Array.isArray(reply) && (reply as unknown as Post[]).some((one) => one?.postId === postId)
      },
    },
    oracle: openOracle,
  }
}
export default makeWorkload

/** Throws where there are fewer: nobody may be taken twice. */
function evenly<T>(items: T[], count: number): T[] {
  if (items.length < count) throw new Error(`${count} readers are wanted, and there are ${items.length}`)
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)])
}
