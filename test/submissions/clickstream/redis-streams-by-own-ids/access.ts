import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_MS = 31 * DAY_MS

export default async function connect({ redis }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      try {
        await redis.xadd(
          ...([`stream:${userId}`, "MINID", "~", Date.now() - KEPT_MS, `${at}-*`] as const),
          ...(["event", eventId, "type", type, "url", pageUrl] as const),
        )
      } catch (error) {
        // "The ID specified is equal or smaller": it is there already, somebody sent it twice.
        if (!String(error).includes("equal or smaller")) throw error
      }
    },

    async lastDay(userId, now) {
      const entries = await redis.xrevrange(`stream:${userId}`, now, now - DAY_MS + 1)
      const events = entries.map(([id, fields]): Event => {
        const [, eventId, , type, , pageUrl] = fields
        return { userId, eventId, at: Number(id.split("-")[0]), type, pageUrl }
      })
      const each = new Map(events.map((event) => [event.eventId, event]))
      return [...each.values()].sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
