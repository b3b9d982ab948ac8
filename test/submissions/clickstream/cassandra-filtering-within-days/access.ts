import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_day (day, at, event_id, user_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_day
                WHERE day = ? AND at > ? AND at <= ? AND user_id = ? ALLOW FILTERING`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  async function readDay(userId: string, day: number, now: number): Promise<Event[]> {
    const events: Event[] = []
    const result = await cassandra.execute(SELECT, [day, now - DAY_MS, now, userId], OPTIONS)
    for await (const row of result)
      events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
    return events
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [dayOf(at), at, eventId, userId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const days = await Promise.all([readDay(userId, today, now), readDay(userId, today - 1, now)])
      return days.flat()
    },
  }
}
