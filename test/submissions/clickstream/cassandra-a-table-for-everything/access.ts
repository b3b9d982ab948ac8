import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true, logged: true }

const BY_USER = `INSERT INTO events_by_user_day (user_id, day, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const BY_TYPE = `INSERT INTO events_by_type (type, at, event_id, user_id, page_url) VALUES (?, ?, ?, ?, ?)`
const BY_PAGE = `INSERT INTO events_by_page (page_url, at, event_id, user_id, type) VALUES (?, ?, ?, ?, ?)`
const BY_ID = `INSERT INTO events_by_id (event_id, user_id, at, type, page_url) VALUES (?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_day
                WHERE user_id = ? AND day = ? AND at > ? AND at <= ?`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  async function readDay(userId: string, day: number, now: number): Promise<Event[]> {
    const events: Event[] = []
    const result = await cassandra.execute(SELECT, [userId, day, now - DAY_MS, now], OPTIONS)
    for await (const row of result)
      events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
    return events
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.batch(
        [
          { query: BY_USER, params: [userId, dayOf(at), at, eventId, type, pageUrl] },
          { query: BY_TYPE, params: [type, at, eventId, userId, pageUrl] },
          { query: BY_PAGE, params: [pageUrl, at, eventId, userId, type] },
          { query: BY_ID, params: [eventId, userId, at, type, pageUrl] },
        ],
        OPTIONS,
      )
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const days = await Promise.all([readDay(userId, today, now), readDay(userId, today - 1, now)])
      return days.flat()
    },
  }
}
