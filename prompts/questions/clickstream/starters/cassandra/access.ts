import type { Access, Engines, Event } from "proofrun/clickstream"

// A first design that works: all events of a user are read, and the program picks and sorts. Edit the CQL and the lines around it.
const DAY_MS = 24 * 60 * 60 * 1000

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async record(event) {
      await cassandra.execute(
        "INSERT INTO events (user_id, event_id, at, type, page_url) VALUES (?, ?, ?, ?, ?)",
        [event.userId, event.eventId, event.at, event.type, event.pageUrl],
        { prepare: true },
      )
    },

    async lastDay(userId, now) {
      const events: Event[] = []
      const result = await cassandra.execute("SELECT * FROM events WHERE user_id = ?", [userId], { prepare: true })
      for await (const row of result)
        events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
      return events
        .filter((event) => event.at > now - DAY_MS && event.at <= now)
        .sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
