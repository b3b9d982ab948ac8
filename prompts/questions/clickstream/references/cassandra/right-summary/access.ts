import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user_day (user_id, day, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_day
                WHERE user_id = ? AND day = ? AND at > ? AND at <= ?`
const MARK = `INSERT INTO active_days (user_id, day) VALUES (?, ?)`
const ACTIVE = `SELECT day FROM active_days WHERE user_id = ? AND day >= ? AND day <= ?`

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
      const day = dayOf(at)
      // Both or not acknowledged. What one write leaves behind alone is a day without events, or an event that may yet be repeated.
      await Promise.all([
        cassandra.execute(INSERT, [userId, day, at, eventId, type, pageUrl], OPTIONS),
        cassandra.execute(MARK, [userId, day], OPTIONS),
      ])
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const { rows } = await cassandra.execute(ACTIVE, [userId, today - 1, today], OPTIONS)
      // Newest day first, as the summary is ordered.
      const days = await Promise.all(rows.map((row) => readDay(userId, row.day, now)))
      return days.flat()
    },
  }
}
