/**
 * How many users there are, who has how many followers, and how much is posted when: the constants of the workload, equal at every key. Users are
 * numbers here; their rank by followers is their number. Holds no names, ids or texts.
 */
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
/** What the statement allows between the acknowledgement of a post and its being seen. */
export const LAG_MS = 2000
/** So many of a feed's newest posts must be reachable by paging. */
export const REACHABLE = 200
/** What the app asks for at a time. */
export const PAGE = 10

/** The last UTC midnight before the run. All posts are dated before it. */
export const lastMidnight = (nowMs: number) => Math.floor(nowMs / DAY_MS) * DAY_MS

export const USERS = 600
export const MOST_FOLLOWERS = 120
const ZIPF = 0.5
/** The least known have one follower each. */
const LEAST_KNOWN = 40

/** Followers of the user of this rank: Zipf from 120 down to 5, and a tail of 1. The first two share the first place. */
export const followersOf = (rank: number) =>
  rank >= USERS - LEAST_KNOWN ? 1 : Math.round(MOST_FOLLOWERS / Math.max(1, rank) ** ZIPF)

/** Authors with more than 50 followers. */
export const CELEBRITIES = 6
/** Follows and unfollows of a celebrity are always of this one, whose posts are not counted: what they leave behind lies wherever ids put it. */
export const FOLLOWED_CELEBRITY = 0

/** Readers whose counted reads show how the work grows with the authors followed: two of each kind, each following two celebrities. */
export const AUTHORS_FOLLOWED = [4, 12, 40, 100, 200]
export const READERS_OF_EACH = 2
export const GROWTH_READERS_FROM = 300
export const GROWTH_READERS = AUTHORS_FOLLOWED.length * READERS_OF_EACH
/** Readers of the timed pairs: so many that nobody is read again within three seconds. */
export const AVID_READERS_FROM = GROWTH_READERS_FROM + GROWTH_READERS
export const AVID_READERS = 50
export const AVID_AUTHORS = 45
export const CELEBRITIES_OF_A_READER = 2
/** Everybody else follows 1 author and up to some 25. */
export const isSpecial = (user: number) => user >= GROWTH_READERS_FROM && user < AVID_READERS_FROM + AVID_READERS

export interface Size {
  id: string
  label: string
  /** Rounds of posting that have happened by then. */
  rounds: number
}
/** How often each posts in the first round and in the second. */
export const ORDINARY_POSTS = [2, 1]
export const CELEBRITY_POSTS = [12, 6]
export const postsInRound = (round: number) =>
  CELEBRITIES * CELEBRITY_POSTS[round] + (USERS - CELEBRITIES) * ORDINARY_POSTS[round]
const posts = (rounds: number) =>
  Array.from({ length: rounds }, (_, round) => postsInRound(round)).reduce((sum, n) => sum + n, 0)
export const SIZES: Size[] = [1, 2].map((rounds) => ({
  id: rounds === 1 ? "one-round" : "two-rounds",
  label: `${posts(rounds).toLocaleString("en")} posts`,
  rounds,
}))
/** Posts that an ordinary author has made by then. */
export const historyAt = ({ rounds }: Size) => ORDINARY_POSTS.slice(0, rounds).reduce((sum, n) => sum + n, 0)
/** What is loaded is older than this before midnight; what the passes post is newer. */
export const LOADED_UNTIL_MS = 4 * HOUR_MS

/** A number in [0, 1) that looks drawn by lot and is the same in every run. */
export function scatter(index: number, salt: number): number {
  let x = (index * 0x9e3779b1 + salt * 0x85ebca6b) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
}
