/** Who is in the data and what they did: the writes that bring the service to each size, in the order in which they are recorded. */
import type { Call } from "../../workload.ts"
import { type EventMaker, record } from "./events.ts"
import * as layout from "./layout.ts"
import type { Event } from "./types.d.ts"

const { DAY_MS } = layout

export interface Population {
  probe(user: number): string
  busy: string
  bot: string
  /** Background users by unit and rank, the most active first. */
  background(unit: number, rank: number): string
  /** The writes that bring the size before to this one: by time of the events, then the late ones, then the repeated ones. */
  load(size: layout.Size): Call[]
}

export function openPopulation(make: EventMaker, midnight: number): Population {
  const probes = Array.from({ length: layout.PROBE_USERS }, (_, user) => make.user("probe", user))
  const busy = make.user("busy")
  const bot = make.user("bot")
  const units = Array.from({ length: Math.max(...layout.SIZES.map((size) => size.units)) }, (_, unit) =>
    Array.from({ length: layout.BACKGROUND_USERS }, (_, rank) => make.user("background", unit, rank)),
  )
  const before = (size: layout.Size) => layout.SIZES[layout.SIZES.indexOf(size) - 1]

  function* everyDay(size: layout.Size): Generator<Event> {
    for (let day = size.days; day > (before(size)?.days ?? 0); day--) {
      const start = midnight - day * DAY_MS
      for (const [user, userId] of probes.entries())
        for (let k = 0; k < layout.PROBE_EVENTS_A_DAY; k++)
          yield make.event(userId, start + layout.probeOffset(user, k), "probe", user, day, k)
      for (let k = 0; k < layout.BUSY_EVENTS_A_DAY; k++)
        yield make.event(busy, start + layout.busyOffset(k), "busy", day, k)
    }
  }
  function* botDay(size: layout.Size): Generator<Event> {
    if (!size.bot || before(size)?.bot) return
    for (let k = 0; k < layout.BOT_EVENTS; k++)
      yield make.event(bot, midnight - layout.BOT_DAY * DAY_MS + layout.botOffset(k), "bot", k)
  }

  /** What the background did while the windows of this size lay open; those of the first size lie in the last two days. */
  function* beside(size: layout.Size): Generator<Event> {
    if (!before(size)) return
    const start = midnight - (size.probeDay + 1) * DAY_MS
    for (const [unit, users] of units.slice(0, size.units).entries())
      for (const [rank, userId] of users.entries()) {
        const n = layout.backgroundEvents(rank)
        for (let k = 0; k < n; k++)
          yield make.event(userId, start + layout.backgroundOffset(rank, k, n), "beside", size.id, unit, rank, k)
      }
  }

  return {
    probe: (user) => probes[user],
    busy,
    bot,
    background: (unit, rank) => units[unit][rank],
    load(size) {
      const inTime: Event[] = [...everyDay(size), ...beside(size), ...botDay(size)]
      const late: Event[] = []
      const repeated: Event[] = []
      for (let unit = before(size)?.units ?? 0; unit < size.units; unit++)
        for (const [rank, userId] of units[unit].entries()) {
          const n = layout.backgroundEvents(rank)
          for (let k = 0; k < n; k++) {
            const at = midnight - layout.BACKGROUND_DAYS * DAY_MS + layout.backgroundOffset(rank, k, n)
            const event = make.event(userId, at, "background", unit, rank, k)
            const list = layout.isLate(rank, k) ? late : inTime
            list.push(event)
            if (layout.isRepeated(rank, k)) repeated.push(event)
          }
        }
      // A stable sort: events of the same millisecond keep the order in which they were made, at every key.
      inTime.sort((a, b) => a.at - b.at)
      return [...inTime, ...late, ...repeated].map(record)
    },
  }
}
