import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      await redis.rpush(`events:${event.userId}`, JSON.stringify(event))
    },

    async lastDay(userId, now) {
      const events = new Map<string, Event>()
      for (const text of await redis.lrange(`events:${userId}`, 0, -1)) {
        const event: Event = JSON.parse(text)
        if (event.at > now - DAY_MS && event.at <= now) events.set(event.eventId, event)
      }
      return [...events.values()].sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
