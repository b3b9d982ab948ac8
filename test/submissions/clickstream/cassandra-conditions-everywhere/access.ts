import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const LOCAL_SERIAL = 0x09

const EXISTS = `SELECT event_id FROM events_by_user_day WHERE user_id = ? AND day = ? AND at = ? AND event_id = ?`
const INSERT = `INSERT INTO events_by_user_day (user_id, day, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?) IF NOT EXISTS`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_user_day
                WHERE user_id = ? AND day = ? AND at > ? AND at <= ?`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  async function readDay(userId: string, day: number, now: number): Promise<Event[]> {
    const events: Event[] = []
    // Serial, so that a write that is still being agreed upon is finished before it is read.
    const options = { prepare: true, consistency: LOCAL_SERIAL }
    const result = await cassandra.execute(SELECT, [userId, day, now - DAY_MS, now], options)
    for await (const row of result)
      events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
    return events
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const key = [userId, dayOf(at), at, eventId]
      const { rows } = await cassandra.execute(EXISTS, key, { prepare: true, consistency: LOCAL_SERIAL })
      if (rows.length > 0) return
      // Somebody else may have inserted it meanwhile.
      await cassandra.execute(INSERT, [...key, type, pageUrl], { prepare: true })
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const days = await Promise.all([readDay(userId, today, now), readDay(userId, today - 1, now)])
      return days.flat()
    },
  }
}
