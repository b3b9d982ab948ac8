import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 31 * 24 * 60 * 60
/** Digits of a time in milliseconds, so that times are ordered as texts. */
const DIGITS = 15

const dayOf = (at: number) => Math.floor(at / DAY_MS)
const stamp = (at: number) => String(at).padStart(DIGITS, "0")

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const key = `events:${dayOf(at)}`
      const element = [userId, stamp(at), eventId, type, pageUrl].join("\t")
      const results = await redis.pipeline().zadd(key, 0, element).expire(key, KEPT_SECONDS).exec()
      for (const [error] of results ?? []) if (error) throw error
    },

    async lastDay(userId, now) {
      const pipeline = redis.pipeline()
      for (const day of [dayOf(now), dayOf(now) - 1])
        pipeline.zrevrangebylex(
          `events:${day}`,
          `(${userId}\t${stamp(now + 1)}`,
          `[${userId}\t${stamp(now - DAY_MS + 1)}`,
        )
      const events: Event[] = []
      for (const [error, elements] of (await pipeline.exec()) ?? []) {
        if (error) throw error
        for (const element of elements as string[]) {
          const [, at, eventId, type, pageUrl] = element.split("\t")
          events.push({ userId, eventId, at: Number(at), type, pageUrl })
        }
      }
      return events
    },
  }
}
