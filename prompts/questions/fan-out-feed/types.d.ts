/** What your module gets and what it must offer. The declarations of `proofrun/fan-out-feed`. */
import type { Client } from "cassandra-driver"
import type { Redis } from "ioredis"

/** One thing that an author said. */
export interface Post {
  /** The author's user id; 32 hexadecimal digits. */
  author: string
  /** Unique; 32 hexadecimal digits. A post that is sent again has the same id and the same fields. */
  postId: string
  /** When the author pressed the button, milliseconds since 1970 (UTC). Several posts may share it. */
  at: number
  /** About 120 characters. */
  text: string
}

/** The place of a post in a feed. */
export interface Place {
  at: number
  postId: string
}

/** The engine that you chose, as a connected client of its usual library. The other one is not there. */
export interface Engines {
  /** On your keyspace, with the rights to read and write in it. */
  cassandra: Client
  redis: Redis
}

/** The four operations. Each process of the service calls your default export once and then these, many at a time. */
export interface Access {
  /** From when this has resolved, the author's posts belong into the follower's feed. Following twice is following. */
  follow(follower: string, author: string): Promise<void>
  /** From when this has resolved, no later post of the author may come into the follower's feed. Nobody need have followed before. */
  unfollow(follower: string, author: string): Promise<void>
  /** Resolves once the post is safe; two seconds later at most, every follower's feed must show it. */
  post(post: Post): Promise<void>
  /**
   * The newest `limit` posts (1 to 100) of the authors that `user` follows, newest first, posts with equal `at` by `postId` descending. With
   * `before`, the newest of those that come after that place in this order. A user who follows nobody has the answer [].
   */
  feed(user: string, limit: number, before?: Place): Promise<Post[]>
}
