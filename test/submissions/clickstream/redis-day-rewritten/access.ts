import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 31 * 24 * 60 * 60

const documentOf = (userId: string, at: number) => `day:${userId}:${Math.floor(at / DAY_MS)}`
const newestFirst = (a: Event, b: Event) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1)

export default async function connect({ redis }: Engines): Promise<Access> {
  async function readDay(key: string): Promise<Event[]> {
    const text = await redis.get(key)
    return text === null ? [] : JSON.parse(text)
  }

  return {
    async record(event) {
      const key = documentOf(event.userId, event.at)
      const others = (await readDay(key)).filter(({ eventId }) => eventId !== event.eventId)
      const events = [...others, event].sort(newestFirst)
      await redis.set(key, JSON.stringify(events), "EX", KEPT_SECONDS)
    },

    async lastDay(userId, now) {
      const days = await Promise.all([now, now - DAY_MS].map((at) => readDay(documentOf(userId, at))))
      return days.flat().filter(({ at }) => at > now - DAY_MS && at <= now)
    },
  }
}
