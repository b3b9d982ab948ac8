import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_S = 31 * 24 * 60 * 60

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      const key = `events:${event.userId}`
      await redis.pipeline().hset(key, event.eventId, JSON.stringify(event)).expire(key, KEPT_S).exec()
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
