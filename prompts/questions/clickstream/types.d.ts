/** What your module gets and what it must offer. The declarations of `proofrun/clickstream`. */
import type { Client } from "cassandra-driver"
import type { Redis } from "ioredis"

/** One thing that a user did in the shop. */
export interface Event {
  userId: string
  /** Unique; 32 hexadecimal digits. An event that is recorded again has the same id and the same fields. */
  eventId: string
  /** When it happened, milliseconds since 1970 (UTC). Several events of a user may share it. */
  at: number
  /** What happened, for instance "view" or "purchase". */
  type: string
  /** The page's address, about 100 characters. */
  pageUrl: string
}

/** The engine that you chose, as a connected client of its usual library; the others are not there. */
export interface Engines {
  /** On your keyspace, with the rights to read and write in it. */
  cassandra: Client
  /** On a server of your own, with the right to use its data structures, pipelines, transactions and scripts. */
  redis: Redis
}

/** The two operations. Each process of the service calls your default export once and then these, many at a time. */
export interface Access {
  /** Resolves once the event is safe: from then on every `lastDay`, in either process, must show it. */
  record(event: Event): Promise<void>
  /**
   * The user's events with now - 24 hours < at <= now, each once; newest first, events with equal `at` by `eventId` descending.
   * `now` is given in milliseconds since 1970 and may lie up to 29 days back. A user without such events has the answer [].
   */
  lastDay(userId: string, now: number): Promise<Event[]>
}
