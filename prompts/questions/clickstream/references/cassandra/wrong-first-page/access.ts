import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user_day (user_id, day, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_day
                WHERE user_id = ? AND day = ? AND at > ? AND at <= ?`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  async function readDay(userId: string, day: number, from: number, now: number): Promise<Event[]> {
    const { rows } = await cassandra.execute(SELECT, [userId, day, from, now], OPTIONS)
    return rows.map((row) => ({
      userId,
      eventId: row.event_id,
      at: row.at.getTime(),
      type: row.type,
      pageUrl: row.page_url,
    }))
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [userId, dayOf(at), at, eventId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const days = await Promise.all([
        readDay(userId, today, now - DAY_MS, now),
        readDay(userId, today - 1, now - DAY_MS, now),
      ])
      return days.flat()
    },
  }
}
