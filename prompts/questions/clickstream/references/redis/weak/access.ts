import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      await redis.set(`event:${event.eventId}`, JSON.stringify(event))
      await redis.rpush(`events:${event.userId}`, event.eventId)
    },

    async lastDay(userId, now) {
      const events: Event[] = []
      for (const eventId of new Set(await redis.lrange(`events:${userId}`, 0, -1))) {
        const event: Event = JSON.parse((await redis.get(`event:${eventId}`))!)
        if (event.at > now - DAY_MS && event.at <= now) events.push(event)
      }
      return events.sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
