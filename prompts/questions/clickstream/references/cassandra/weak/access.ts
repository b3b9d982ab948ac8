import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000

const INSERT = `INSERT INTO events (event_id, user_id, at, type, page_url) VALUES (?, ?, ?, ?, ?)`
const SELECT = `SELECT event_id, at, type, page_url FROM events WHERE user_id = ?`

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [eventId, userId, at, type, pageUrl], { prepare: true })
    },

    async lastDay(userId, now) {
      const events: Event[] = []
      const result = await cassandra.execute(SELECT, [userId], { prepare: true })
      for await (const row of result) {
        const at = row.at.getTime()
        if (at > now - DAY_MS && at <= now)
          events.push({ userId, eventId: row.event_id, at, type: row.type, pageUrl: row.page_url })
      }
      return events.sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
