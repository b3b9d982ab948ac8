import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(
        "INSERT INTO user_events (user_id, event_id, at, type, page_url) VALUES (?, ?, ?, ?, ?)",
        [userId, eventId, at, type, pageUrl],
        { prepare: true },
      )
    },

    async lastDay(userId, now) {
      const events: Event[] = []
      const result = await cassandra.execute("SELECT * FROM user_events WHERE user_id = ?", [userId], { prepare: true })
      for await (const row of result) {
        const at = Number(row.at)
        if (at > now - DAY_MS && at <= now)
          events.push({ userId, eventId: row.event_id, at, type: row.type, pageUrl: row.page_url })
      }
      return events.sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
