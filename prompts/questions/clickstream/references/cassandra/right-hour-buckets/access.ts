import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user_hour (user_id, hour, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_hour
                WHERE user_id = ? AND hour = ? AND at > ? AND at <= ?`

/** The partition that an event of this time lies in. */
const hourOf = (at: number) => Math.floor(at / HOUR_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  async function readBucket(userId: string, hour: number, now: number): Promise<Event[]> {
    const events: Event[] = []
    const result = await cassandra.execute(SELECT, [userId, hour, now - DAY_MS, now], OPTIONS)
    for await (const row of result)
      events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
    return events
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [userId, hourOf(at), at, eventId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const newest = hourOf(now)
      const oldest = hourOf(now - DAY_MS + 1)
      const hours = Array.from({ length: newest - oldest + 1 }, (_, index) => newest - index)
      // All at once; each comes in order, and the buckets are in order of time.
      const buckets = await Promise.all(hours.map((hour) => readBucket(userId, hour, now)))
      return buckets.flat()
    },
  }
}
