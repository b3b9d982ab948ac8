import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      await redis.set(`event:${event.userId}:${event.eventId}`, JSON.stringify(event))
    },

    async lastDay(userId, now) {
      const keys = await redis.keys(`event:${userId}:*`)
      if (keys.length === 0) return []
      const events = (await redis.mget(keys)).map((text): Event => JSON.parse(text!))
      return events
        .filter(({ at }) => at > now - DAY_MS && at <= now)
        .sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
