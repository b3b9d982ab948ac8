import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
/** Every write is an upsert of the same row, so the driver may safely try again. */
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user_day (user_id, day, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_day
                WHERE user_id = ? AND day = ? AND at > ? AND at <= ?`

/** The partition that an event of this time lies in. */
const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  /** The events of one partition within the window, newest first. Follows the pages to the end: a day may have thousands of rows. */
  async function readDay(userId: string, day: number, from: number, now: number): Promise<Event[]> {
    const events: Event[] = []
    const result = await cassandra.execute(SELECT, [userId, day, from, now], OPTIONS)
    for await (const row of result)
      events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
    return events
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [userId, dayOf(at), at, eventId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const from = now - DAY_MS
      const today = dayOf(now)
      // 24 hours always touch two days. Both are asked at once; each comes in order, and today's events are newer than yesterday's.
      const days = await Promise.all([readDay(userId, today, from, now), readDay(userId, today - 1, from, now)])
      return days.flat()
    },
  }
}
