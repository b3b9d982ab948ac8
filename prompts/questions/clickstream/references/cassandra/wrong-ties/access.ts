import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
/** Every write is an upsert of the same row, so the driver may safely try again. */
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_user_day (user_id, day, at, event) VALUES (?, ?, ?, ?)`
const SELECT = `SELECT event FROM events_by_user_day
                WHERE user_id = ? AND day = ? AND at > ? AND at <= ?`

/** The partition that an event of this time lies in. */
const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  /** The events of one partition within the window, newest first. Follows the pages to the end: a day may have thousands of rows. */
  async function readDay(userId: string, day: number, from: number, now: number): Promise<Event[]> {
    const events: Event[] = []
    const result = await cassandra.execute(SELECT, [userId, day, from, now], OPTIONS)
    for await (const row of result) events.push(JSON.parse(row.event))
    return events
  }

  return {
    async record(event) {
      // One value, so that of two events in one place one is left whole, and not a mixture of both.
      await cassandra.execute(INSERT, [event.userId, dayOf(event.at), event.at, JSON.stringify(event)], OPTIONS)
    },

    async lastDay(userId, now) {
      const from = now - DAY_MS
      const today = dayOf(now)
      // 24 hours always touch two days. Both are asked at once; each comes in order, and today's events are newer than yesterday's.
      const days = await Promise.all([readDay(userId, today, from, now), readDay(userId, today - 1, from, now)])
      return days.flat()
    },
  }
}
