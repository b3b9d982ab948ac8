import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 32 * 24 * 60 * 60

const timelineOf = (userId: string, at: number) => `timeline:${userId}:${Math.floor(at / DAY_MS)}`
const eventKey = (eventId: string) => `event:${eventId}`

function resultsOf(results: [Error | null, unknown][] | null): unknown[] {
  return (results ?? []).map(([error, result]) => {
    if (error) throw error
    return result
  })
}

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record(event) {
      const timeline = timelineOf(event.userId, event.at)
      // All of it or nothing: no id without its event.
      resultsOf(
        await redis
          .multi()
          .set(eventKey(event.eventId), JSON.stringify(event), "EX", KEPT_SECONDS)
          .zadd(timeline, event.at, event.eventId)
          .expire(timeline, KEPT_SECONDS)
          .exec(),
      )
    },

    async lastDay(userId, now) {
      const from = `(${now - DAY_MS}`
      const days = resultsOf(
        await redis
          .multi()
          .zrevrangebyscore(timelineOf(userId, now), now, from)
          .zrevrangebyscore(timelineOf(userId, now - DAY_MS), now, from)
          .exec(),
      ) as string[][]
      const ids = days.flat()
      if (ids.length === 0) return []
      const texts = await redis.mget(ids.map(eventKey))
      return texts.map((text): Event => JSON.parse(text!))
    },
  }
}
