import type { Access, Engines, Event } from "proofrun/clickstream"

// A first design that works: all events of a user are read, and the program picks and sorts. Edit the keys, the commands and the lines around them.
const DAY_MS = 24 * 60 * 60 * 1000

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      await redis.hset(`events:${event.userId}`, event.eventId, JSON.stringify(event))
    },

    async lastDay(userId, now) {
      const values = await redis.hvals(`events:${userId}`)
      const events = values.map((value): Event => JSON.parse(value))
      return events
        .filter((event) => event.at > now - DAY_MS && event.at <= now)
        .sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
