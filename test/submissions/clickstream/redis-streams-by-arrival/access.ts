import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 32 * 24 * 60 * 60

type Entry = [id: string, fields: string[]]

const streamOf = (userId: string, at: number) => `clicks:${userId}:${Math.floor(at / DAY_MS)}`

export default async function connect({ redis }: Engines): Promise<Access> {
  function eventIn(userId: string, [, fields]: Entry): Event {
    const [, eventId, , at, , type, , pageUrl] = fields
    return { userId, eventId, at: Number(at), type, pageUrl }
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const stream = streamOf(userId, at)
      // The server numbers entries as they arrive: an event that comes late could not have its own time as its number.
      const results = await redis
        .pipeline()
        .xadd(stream, "*", "id", eventId, "at", at, "type", type, "url", pageUrl)
        .expire(stream, KEPT_SECONDS)
        .exec()
      for (const [error] of results ?? []) if (error) throw error
    },

    async lastDay(userId, now) {
      const results = await redis
        .pipeline()
        .xrange(streamOf(userId, now), "-", "+")
        .xrange(streamOf(userId, now - DAY_MS), "-", "+")
        .exec()
      const events = new Map<string, Event>()
      for (const [error, entries] of results ?? []) {
        if (error) throw error
        for (const entry of entries as Entry[]) {
          const event = eventIn(userId, entry)
          if (event.at > now - DAY_MS && event.at <= now) events.set(event.eventId, event)
        }
      }
      return [...events.values()].sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
