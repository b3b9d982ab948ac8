import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 31 * 24 * 60 * 60

const logOf = (userId: string, at: number) => `log:${userId}:${Math.floor(at / DAY_MS)}`

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const log = logOf(userId, at)
      const line = `${[eventId, at, type, pageUrl].join("\t")}\n`
      // APPEND is atomic: two processes can write to one log without overwriting each other.
      const results = await redis.pipeline().append(log, line).expire(log, KEPT_SECONDS).exec()
      for (const [error] of results ?? []) if (error) throw error
    },

    async lastDay(userId, now) {
      const logs = await redis.mget(logOf(userId, now), logOf(userId, now - DAY_MS))
      const events = new Map<string, Event>()
      for (const line of logs.join("").split("\n")) {
        if (line === "") continue
        const [eventId, time, type, pageUrl] = line.split("\t")
        const at = Number(time)
        if (at > now - DAY_MS && at <= now) events.set(eventId, { userId, eventId, at, type, pageUrl })
      }
      return [...events.values()].sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
