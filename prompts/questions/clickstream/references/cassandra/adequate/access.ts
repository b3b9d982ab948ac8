import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user (user_id, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user WHERE user_id = ? AND at > ? AND at <= ?`

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [userId, at, eventId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const events: Event[] = []
      const result = await cassandra.execute(SELECT, [userId, now - DAY_MS, now], OPTIONS)
      for await (const row of result)
        events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
      return events
    },
  }
}
