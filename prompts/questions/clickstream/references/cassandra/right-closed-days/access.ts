import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
/** A write that takes longer has failed: it is not acknowledged. */
const WRITE_LIMIT_MS = 4000
/** Only what was recorded longer ago is packed: twice what a write and two clocks that disagree may take, so nothing can still arrive behind it. */
const SETTLED_MS = 10_000
/** Fewer loose events are not worth a packing, and more do not go into one value. */
const FEWEST_PACKED = 8
const MOST_PACKED = 500
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO loose_events (user_id, day, recorded, event_id, at, type, page_url) VALUES (?, ?, ?, ?, ?, ?, ?)`
const LOOSE = `SELECT recorded, event_id, at, type, page_url FROM loose_events WHERE user_id = ? AND day = ? AND recorded > ?`
const CLOSE = `INSERT INTO closed_days (user_id, day, through, events) VALUES (?, ?, ?, ?)`
const CLOSED = `SELECT through, events FROM closed_days WHERE user_id = ? AND day = ?`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  /** All events of a day, by id: the packed ones and those that were recorded since. Packs the day when it is over and worth it. */
  async function readDay(userId: string, day: number): Promise<Event[]> {
    const settled = Date.now() - SETTLED_MS
    const closed = (await cassandra.execute(CLOSED, [userId, day], OPTIONS)).first()
    const packed: Event[] = closed ? JSON.parse(closed.events) : []
    const events = new Map(packed.map((event) => [event.eventId, event]))
    const older = new Map(events)
    let loose = 0
    const since = closed ? closed.through.getTime() : 0
    for await (const row of await cassandra.execute(LOOSE, [userId, day, since], OPTIONS)) {
      const event = { userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url }
      events.set(event.eventId, event)
      if (row.recorded.getTime() > settled) continue
      older.set(event.eventId, event)
      loose++
    }
    const isOver = dayOf(settled) > day
    if (isOver && loose >= FEWEST_PACKED && older.size <= MOST_PACKED)
      // Whichever of two packings lands last is complete by itself: it names how far it goes, and everything after that is still loose.
      await cassandra.execute(CLOSE, [userId, day, settled, JSON.stringify([...older.values()])], OPTIONS)
    return [...events.values()]
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const values = [userId, dayOf(at), Date.now(), eventId, at, type, pageUrl]
      await cassandra.execute(INSERT, values, { ...OPTIONS, readTimeout: WRITE_LIMIT_MS })
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const days = await Promise.all([readDay(userId, today), readDay(userId, today - 1)])
      return days
        .flat()
        .filter(({ at }) => at > now - DAY_MS && at <= now)
        .sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
