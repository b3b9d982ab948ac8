import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await redis.zadd(`events:${userId}`, at, JSON.stringify([eventId, type, pageUrl]))
    },

    async lastDay(userId, now) {
      const found = await redis.zrevrangebyscore(`events:${userId}`, now, `(${now - DAY_MS}`, "WITHSCORES")
      const events: Event[] = []
      for (let index = 0; index < found.length; index += 2) {
        const [eventId, type, pageUrl] = JSON.parse(found[index])
        events.push({ userId, eventId, at: Number(found[index + 1]), type, pageUrl })
      }
      return events
    },
  }
}
