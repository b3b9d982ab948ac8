/** Implementations of the two operations in memory: one that is right, and one for each way of being wrong. */

import type { Event } from "../../../../prompts/questions/clickstream/types.d.ts"
import type { Json } from "../../../../prompts/workload.ts"

const DAY_MS = 86_400_000

export interface Shop {
  record(event: Event): void
  lastDay(userId: string, now: number): Json
}

interface Habits {
  /** Two events with the same key are one row. */
  key?(event: Event): string
  /** Whether a new event is kept, given what is there. */
  keeps?(event: Event, kept: Event[]): boolean
  within?(at: number, now: number): boolean
  order?(a: Event, b: Event): number
  answer?(events: Event[], kept: Event[]): Json
}

const newestFirst = (a: Event, b: Event) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1)

export function openShop(habits: Habits = {}): Shop {
  const { key = ({ eventId }) => eventId, keeps = () => true, order = newestFirst } = habits
  const { within = (at, now) => at > now - DAY_MS && at <= now, answer = (events) => events as unknown as Json } =
    habits
  const users = new Map<string, Map<string, Event>>()
  return {
    record(event) {
      const rows = users.get(event.userId) ?? new Map<string, Event>()
      users.set(event.userId, rows)
      if (keeps(event, [...rows.values()])) rows.set(key(event), event)
    },
    lastDay(userId, now) {
      const kept = [...(users.get(userId)?.values() ?? [])]
      return answer(kept.filter(({ at }) => within(at, now)).sort(order), kept)
    },
  }
}

let serial = 0

/** What each mistake must be called. */
export const WRONG_SHOPS: { mistake: string; invariant: string; habits: Habits }[] = [
  {
    mistake: "database column names instead of the event's fields",
    invariant: "shape",
    habits: {
      answer: (events) => events.map(({ userId, eventId, at }) => ({ user_id: userId, event_id: eventId, at })),
    },
  },
  {
    mistake: "a date text instead of milliseconds",
    invariant: "shape",
    habits: { answer: (events) => events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })) },
  },
  { mistake: "oldest first", invariant: "order", habits: { order: (a, b) => newestFirst(b, a) } },
  {
    mistake: "ties by event id ascending",
    invariant: "ties",
    habits: { order: (a, b) => b.at - a.at || (a.eventId < b.eventId ? -1 : 1) },
  },
  { mistake: "equal times overwriting each other", invariant: "ties", habits: { key: ({ at }) => `${at}` } },
  {
    mistake: "a row for each time that an event is recorded",
    invariant: "duplicates",
    habits: { key: () => `${serial++}` },
  },
  {
    mistake: "events older than the newest one dropped",
    invariant: "late",
    habits: { keeps: (event, kept) => kept.every(({ at }) => at <= event.at || at > event.at + DAY_MS) },
  },
  {
    mistake: "only the first page of a long day",
    invariant: "long-day",
    habits: { answer: (events) => events.slice(0, 5000) as unknown as Json },
  },
  {
    mistake: "the event of exactly 24 hours ago in the window",
    invariant: "window",
    habits: { within: (at, now) => at >= now - DAY_MS && at <= now },
  },
  {
    mistake: "the event at `now` outside the window",
    invariant: "window",
    habits: { within: (at, now) => at > now - DAY_MS && at < now },
  },
  {
    mistake: "no upper end of the window",
    invariant: "window",
    habits: { within: (at, now) => at > now - DAY_MS },
  },
  {
    mistake: "a calendar day instead of 24 hours",
    invariant: "lost",
    habits: { within: (at, now) => Math.floor(at / DAY_MS) === Math.floor(now / DAY_MS) && at <= now },
  },
  {
    mistake: "an invented event for a user without any",
    invariant: "empty-user",
    habits: {
      answer: (events, kept) =>
        kept.length > 0
          ? (events as unknown as Json)
          : [{ userId: "nobody", eventId: "none", at: 0, type: "none", pageUrl: "none" }],
    },
  },
  {
    mistake: "every seventh event acknowledged and dropped",
    invariant: "lost",
    habits: { keeps: () => serial++ % 7 !== 0 },
  },
  {
    mistake: "shortened addresses",
    invariant: "invented",
    habits: { answer: (events) => events.map((event) => ({ ...event, pageUrl: event.pageUrl.slice(0, 64) })) },
  },
]
