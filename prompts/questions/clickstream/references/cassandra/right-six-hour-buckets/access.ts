import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const QUARTER_MS = 6 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user_quarter (user_id, quarter, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_quarter
                WHERE user_id = ? AND quarter = ? AND at > ? AND at <= ?`

/** The partition that an event of this time lies in. */
const quarterOf = (at: number) => Math.floor(at / QUARTER_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  async function readBucket(userId: string, quarter: number, now: number): Promise<Event[]> {
    const events: Event[] = []
    const result = await cassandra.execute(SELECT, [userId, quarter, now - DAY_MS, now], OPTIONS)
    for await (const row of result)
      events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
    return events
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [userId, quarterOf(at), at, eventId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const newest = quarterOf(now)
      const oldest = quarterOf(now - DAY_MS + 1)
      const quarters = Array.from({ length: newest - oldest + 1 }, (_, index) => newest - index)
      // All at once; each comes in order, and the buckets are in order of time.
      const buckets = await Promise.all(quarters.map((quarter) => readBucket(userId, quarter, now)))
      return buckets.flat()
    },
  }
}
