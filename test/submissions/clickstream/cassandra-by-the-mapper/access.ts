import { mapping } from "cassandra-driver"
import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const { Mapper, q, UnderscoreCqlToCamelCaseMappings } = mapping
/** A day of a crawler in one page. */
const WHOLE_DAY = { fetchSize: 100_000, isIdempotent: true }

export default async function connect({ cassandra }: Engines): Promise<Access> {
  const mapper = new Mapper(cassandra, {
    models: { Click: { tables: ["events_by_user_day"], mappings: new UnderscoreCqlToCamelCaseMappings() } },
  })
  const clicks = mapper.forModel("Click")
  const dayOf = (at: number) => Math.floor(at / DAY_MS)

  async function readDay(userId: string, day: number, from: number, now: number): Promise<Event[]> {
    const found = await clicks.find(
      { userId, day, at: q.and(q.gt(new Date(from)), q.lte(new Date(now))) },
      undefined,
      WHOLE_DAY,
    )
    return found
      .toArray()
      .map(({ eventId, at, type, pageUrl }) => ({ userId, eventId, at: at.getTime(), type, pageUrl }))
  }

  return {
    async record(event) {
      await clicks.insert({ ...event, day: dayOf(event.at), at: new Date(event.at) })
    },
    async lastDay(userId, now) {
      const today = dayOf(now)
      const days = await Promise.all([
        readDay(userId, today, now - DAY_MS, now),
        readDay(userId, today - 1, now - DAY_MS, now),
      ])
      return days.flat()
    },
  }
}
