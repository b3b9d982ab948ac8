import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 31 * 24 * 60 * 60

const keyOf = (userId: string, at: number) => `events:${userId}:${Math.floor(at / DAY_MS)}`

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      const key = keyOf(event.userId, event.at)
      const results = await redis
        .pipeline()
        .hset(key, event.eventId, JSON.stringify(event))
        .expire(key, KEPT_SECONDS)
        .exec()
      for (const [error] of results ?? []) if (error) throw error
    },

    async lastDay(userId, now) {
      const days = await Promise.all([redis.hvals(keyOf(userId, now)), redis.hvals(keyOf(userId, now - DAY_MS))])
      return days
        .flat()
        .map((text): Event => JSON.parse(text))
        .filter(({ at }) => at > now - DAY_MS && at <= now)
        .sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
