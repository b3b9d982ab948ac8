import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const OPTIONS = { prepare: true, isIdempotent: true }

const ADD = "UPDATE days SET events = events + ? WHERE user_id = ? AND day = ?"
const READ = "SELECT events FROM days WHERE user_id = ? AND day = ?"

const dayOf = (at: number) => Math.floor(at / DAY_MS)

export default async function connect({ cassandra }: Engines): Promise<Access> {
  async function readDay(userId: string, day: number): Promise<Event[]> {
    const row = (await cassandra.execute(READ, [userId, day], OPTIONS)).first()
    return Object.entries((row?.events ?? {}) as Record<string, string>).map(([eventId, text]) => {
      const [at, type, pageUrl] = text.split("\t")
      return { userId, eventId, at: Number(at), type, pageUrl }
    })
  }

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      const entry = { [eventId]: [at, type, pageUrl].join("\t") }
      await cassandra.execute(ADD, [entry, userId, dayOf(at)], OPTIONS)
    },

    async lastDay(userId, now) {
      const today = dayOf(now)
      const days = await Promise.all([readDay(userId, today), readDay(userId, today - 1)])
      return days
        .flat()
        .filter(({ at }) => at > now - DAY_MS && at <= now)
        .sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
