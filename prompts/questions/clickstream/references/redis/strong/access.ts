import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
/** A day must be readable for 30 days; a late event starts the count anew, which does no harm. */
const KEPT_SECONDS = 31 * 24 * 60 * 60
const ID_LENGTH = 32

/** The key that a user's events of this day lie under. */
const keyOf = (userId: string, day: number) => `events:${userId}:${day}`
const dayOf = (at: number) => Math.floor(at / DAY_MS)

/** Begins with the event's id: elements of equal score are ordered by it, and the same event is the same element. */
const elementOf = ({ eventId, type, pageUrl }: Event) => `${eventId}${type}\t${pageUrl}`

/** Throws the first error of a pipeline, which itself only tells of them. */
function resultsOf(results: [error: Error | null, result: unknown][] | null): unknown[] {
  if (!results) throw new Error("the pipeline was not sent")
  for (const [error] of results) if (error) throw error
  return results.map(([, result]) => result)
}

export default async function connect({ redis }: Engines): Promise<Access> {
  function eventsOf(userId: string, elements: string[]): Event[] {
    const events: Event[] = []
    // Element and score in turn.
    for (let index = 0; index < elements.length; index += 2) {
      const element = elements[index]
      const tab = element.indexOf("\t")
      events.push({
        userId,
        eventId: element.slice(0, ID_LENGTH),
        at: Number(elements[index + 1]),
        type: element.slice(ID_LENGTH, tab),
        pageUrl: element.slice(tab + 1),
      })
    }
    return events
  }

  return {
    async record(event) {
      const key = keyOf(event.userId, dayOf(event.at))
      resultsOf(await redis.pipeline().zadd(key, event.at, elementOf(event)).expire(key, KEPT_SECONDS).exec())
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const pipeline = redis.pipeline()
      // 24 hours always touch two days. Both come in one round trip and in order, and today's events are newer than yesterday's.
      for (const day of [today, today - 1])
        pipeline.zrevrangebyscore(keyOf(userId, day), now, `(${now - DAY_MS}`, "WITHSCORES")
      const days = resultsOf(await pipeline.exec()) as string[][]
      return days.flatMap((elements) => eventsOf(userId, elements))
    },
  }
}
