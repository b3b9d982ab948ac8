import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 31 * 24 * 60 * 60

const indexOf = (userId: string, at: number) => `index:${userId}:${Math.floor(at / DAY_MS)}`

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await redis.hset(`event:${eventId}`, { userId, at, type, pageUrl })
      await redis.expire(`event:${eventId}`, KEPT_SECONDS)
      await redis.zadd(indexOf(userId, at), at, eventId)
      await redis.expire(indexOf(userId, at), KEPT_SECONDS)
    },

    async lastDay(userId, now) {
      const events: Event[] = []
      for (const key of [indexOf(userId, now), indexOf(userId, now - DAY_MS)]) {
        const ids = await redis.zrevrangebyscore(key, now, `(${now - DAY_MS}`)
        for (const eventId of ids) {
          const { at, type, pageUrl } = await redis.hgetall(`event:${eventId}`)
          events.push({ userId, eventId, at: Number(at), type, pageUrl })
        }
      }
      return events
    },
  }
}
