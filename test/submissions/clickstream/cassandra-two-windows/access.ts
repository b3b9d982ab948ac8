import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_window (user_id, last_day, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_window
                WHERE user_id = ? AND last_day = ? AND at > ? AND at <= ?`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const day = dayOf(at)
      // Acknowledged when both are there; of a half-done write the sender hears nothing and repeats it.
      await Promise.all(
        [day, day + 1].map((lastDay) =>
          cassandra.execute(INSERT, [userId, lastDay, at, eventId, type, pageUrl], OPTIONS),
        ),
      )
    },

    async lastDay(userId, now) {
      const events: Event[] = []
      const result = await cassandra.execute(SELECT, [userId, dayOf(now), now - DAY_MS, now], OPTIONS)
      for await (const row of result)
        events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
      return events
    },
  }
}
