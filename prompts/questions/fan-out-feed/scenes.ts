/** The scenes of the correctness script. A user is a name of the scene's own, or the number of a user who was loaded. */
import { CELEBRITIES, FOLLOWED_CELEBRITY } from "./layout.ts"
import type { Place, Post } from "./types.d.ts"

type User = string | number
type Host = 0 | 1

export interface Scene {
  follow(host: Host, follower: User, author: User): void
  unfollow(host: Host, follower: User, author: User): void
  /** Posts at this second of the scene's own time. The same author, second and id is the same post. */
  post(host: Host, author: User, second: number, id: string): Post
  feed(host: Host, user: User, limit: number, invariant: string, before?: Place): void
  kill(host: Host): void
  /** What follows happens after the lag. */
  lag(): void
  ordered(posts: Post[]): Post[]
}

export const KILLED_AUTHOR = 1
/** How many follow the author who becomes famous, before and after. */
const AT_FIRST = 10
const IN_THE_END = 70
const PAGED = 25
const PAGE = 10

/** A post, so that there is work to be seen, and one whose process is killed: whether it was lost, a later size shows. */
export const BRIEF_SCENES = Object.entries<(scene: Scene) => void>({
  "killed after the acknowledgement": killed,
  "a post": ({ post }) => void post(0, KILLED_AUTHOR, 3, "to many"),
})

function killed({ post, kill }: Scene): void {
  post(0, KILLED_AUTHOR, 1, "last words")
  kill(0)
  post(1, CELEBRITIES + 13, 2, "last words of another")
  kill(1)
}

export const SCENES = Object.entries<(scene: Scene) => void>({
  "in order"({ follow, post, feed, lag }) {
    follow(0, "ann", "bob")
    follow(1, "ann", "cy")
    for (const second of [1, 2, 4, 7, 9, 11]) post(second % 2 ? 0 : 1, second % 3 ? "bob" : "cy", second, `${second}`)
    lag()
    feed(1, "ann", 10, "shape")
    feed(0, "ann", 100, "order")
    feed(1, "ann", 3, "limit")
    feed(0, "ann", 1, "limit")
  },
  "arriving late"({ follow, post, feed, lag }) {
    follow(0, "ann", "bob")
    for (const second of [50, 20, 40, 10, 30]) post(second % 20 ? 0 : 1, "bob", second, `${second}`)
    lag()
    feed(1, "ann", 10, "order")
    feed(0, "ann", 3, "order")
  },
  ties({ follow, post, feed, lag, ordered }) {
    for (const author of ["bob", "cy", "di"]) follow(0, "ann", author)
    const tied = ordered(
      ["bob", "cy", "di", "bob"].map((author, index) => post(index % 2 ? 0 : 1, author, 30, `tied ${index}`)),
    )
    post(0, "bob", 29, "before")
    post(1, "cy", 31, "after")
    lag()
    feed(0, "ann", 10, "ties")
    feed(1, "ann", 3, "ties")
    feed(0, "ann", 2, "ties", tied[0])
    feed(1, "ann", 10, "paging", tied[1])
  },
  repeated({ follow, post, feed, lag }) {
    follow(0, "ann", "bob")
    follow(1, "ann", "bob")
    for (const host of [0, 0, 1] as const) post(host, "bob", 20, "thrice")
    post(1, "bob", 21, "another")
    lag()
    feed(0, "ann", 10, "duplicates")
    post(0, "bob", 20, "thrice")
    feed(1, "ann", 10, "duplicates")
  },
  "paging while posts arrive"({ follow, post, feed, lag, ordered }) {
    for (const author of ["bob", "cy", "di"]) follow(0, "ann", author)
    const posts = ordered(
      Array.from({ length: PAGED }, (_, index) =>
        post(index % 2 ? 0 : 1, ["bob", "cy", "di"][index % 3], index, `${index}`),
      ),
    )
    lag()
    feed(0, "ann", PAGE, "paging")
    post(1, "cy", PAGED + 5, "newer than all")
    post(0, "bob", PAGED - 5, "late, into the first page")
    feed(1, "ann", PAGE, "paging", posts[PAGE - 1])
    post(0, "di", PAGED + 6, "newer still")
    feed(0, "ann", PAGE, "paging", posts[2 * PAGE - 1])
    feed(1, "ann", PAGE, "paging", posts[PAGED - 1])
    feed(0, "ann", 100, "paging", posts[0])
    feed(1, "ann", 100, "paging", { at: posts[PAGED - 1].at - 1, postId: "f".repeat(32) })
    feed(0, "ann", 5, "paging", { at: posts[3].at, postId: "0".repeat(32) })
  },
  "from the moment of following"({ follow, post, feed, lag }) {
    follow(1, "ann", "cy")
    post(0, "bob", 1, "before")
    follow(0, "ann", "bob")
    post(1, "bob", 2, "after")
    post(0, "cy", 3, "meanwhile")
    lag()
    feed(0, "ann", 10, "lag")
    feed(1, "ann", 10, "lag")
  },
  unfollowed({ follow, unfollow, post, feed, lag }) {
    follow(0, "ann", "bob")
    follow(1, "ann", "cy")
    post(0, "bob", 1, "while followed")
    unfollow(1, "ann", "bob")
    post(0, "bob", 2, "after")
    post(1, "cy", 3, "of somebody else")
    feed(0, "ann", 10, "unfollowed")
    lag()
    feed(1, "ann", 10, "unfollowed")
    post(1, "bob", 4, "long after")
    feed(0, "ann", 10, "unfollowed")
    unfollow(0, "ann", "dan")
    feed(1, "ann", 10, "unfollowed")
  },
  "followed again"({ follow, unfollow, post, feed, lag }) {
    follow(0, "ann", "bob")
    unfollow(1, "ann", "bob")
    post(0, "bob", 1, "while not followed")
    follow(0, "ann", "bob")
    post(1, "bob", 2, "while followed again")
    lag()
    feed(0, "ann", 10, "lag")
  },
  "a celebrity"({ follow, unfollow, post, feed, lag }) {
    follow(0, "ann", FOLLOWED_CELEBRITY)
    follow(1, "ben", FOLLOWED_CELEBRITY)
    post(1, FOLLOWED_CELEBRITY, 1, "to everybody")
    unfollow(0, "ann", FOLLOWED_CELEBRITY)
    post(1, FOLLOWED_CELEBRITY, 2, "to all but one")
    lag()
    feed(0, "ben", 10, "lag")
    feed(1, "ann", 10, "unfollowed")
    unfollow(1, "ben", FOLLOWED_CELEBRITY)
    post(0, FOLLOWED_CELEBRITY, 3, "to all but two")
    feed(0, "ben", 10, "unfollowed")
  },
  "their own posts"({ follow, post, feed, lag }) {
    follow(0, "ann", "bob")
    follow(1, "bob", "ann")
    post(0, "ann", 1, "of ann")
    post(1, "bob", 2, "of bob")
    lag()
    feed(0, "ann", 10, "strangers")
    feed(1, "bob", 10, "strangers")
  },
  nobody({ follow, feed, lag }) {
    follow(0, "ann", "silent")
    lag()
    feed(0, "ann", 10, "empty")
    feed(1, "unheard of", 10, "empty")
    feed(0, "unheard of", 10, "empty", { at: Date.UTC(2026, 0, 1), postId: "f".repeat(32) })
  },
  famous({ follow, post, feed, lag }) {
    const fans = Array.from({ length: IN_THE_END }, (_, index) => `fan ${index}`)
    for (const [index, fan] of fans.slice(0, AT_FIRST).entries()) follow(index % 2 ? 0 : 1, fan, "star")
    post(0, "star", 1, "to a few")
    for (const [index, fan] of fans.slice(AT_FIRST).entries()) follow(index % 2 ? 0 : 1, fan, "star")
    post(1, "star", 2, "to many")
    post(0, "star", 3, "to many once more")
    lag()
    for (const fan of [fans[0], fans[AT_FIRST], fans[IN_THE_END - 1]]) feed(0, fan, 10, "lag")
    feed(1, fans[0], 2, "duplicates")
  },
  "killed after the acknowledgement": killed,
})
