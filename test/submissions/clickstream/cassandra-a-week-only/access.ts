import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user_day (user_id, day, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_day
                WHERE user_id = ? AND day IN ? AND at > ? AND at <= ?`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [userId, dayOf(at), at, eventId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const days = [dayOf(now), dayOf(now) - 1]
      const events: Event[] = []
      const result = await cassandra.execute(SELECT, [userId, days, now - DAY_MS, now], OPTIONS)
      for await (const row of result)
        events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
      // IN gives the partitions in the order of their tokens.
      return events.sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
