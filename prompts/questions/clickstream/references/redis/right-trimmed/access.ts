import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_DAYS = 31

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const key = `events:${userId}`
      const results = await redis
        .pipeline()
        .zadd(key, at, [eventId, type, pageUrl].join("\t"))
        .zremrangebyscore(key, "-inf", Date.now() - KEPT_DAYS * DAY_MS)
        .expire(key, (KEPT_DAYS * DAY_MS) / 1000)
        .exec()
      for (const [error] of results ?? []) if (error) throw error
    },

    async lastDay(userId, now) {
      const found = await redis.zrevrangebyscore(`events:${userId}`, now, `(${now - DAY_MS}`, "WITHSCORES")
      const events: Event[] = []
      for (let index = 0; index < found.length; index += 2) {
        const [eventId, type, pageUrl] = found[index].split("\t")
        events.push({ userId, eventId, at: Number(found[index + 1]), type, pageUrl })
      }
      return events
    },
  }
}
