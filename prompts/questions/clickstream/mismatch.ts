/** The parts of judging a reply: its form, its order, and the most likely reason for what is missing. Keeps nothing. */
import type { Json } from "../../workload.ts"
import { DAY_MS } from "./layout.ts"
import type { Event } from "./types.d.ts"

/** An event with when it was first sent and first acknowledged, by the driver's counter; Infinity: not yet. */
export interface Known {
  event: Event
  sentAt: number
  acknowledgedAt: number
}

export const FIELDS = ["userId", "eventId", "at", "type", "pageUrl"] as const satisfies (keyof Event)[]
/** A day of more events than this is the long day. */
const LONG_DAY = 1000
const MOST_SHOWN = 16

/** Newest first, equal times by event id descending: negative where a comes before b. */
export function before(a: Event, b: Event): number {
  if (a.at !== b.at) return b.at - a.at
  return a.eventId === b.eventId ? 0 : a.eventId > b.eventId ? -1 : 1
}

/** The reply as events, or what is wrong with its form and at which item. Further fields are let be. */
export function asEvents(reply: Json | undefined): { events: Event[] } | { problem: string; index: number } {
  if (!Array.isArray(reply))
    return { problem: `\`lastDay\` must return an array of events; ${described(reply)} came back.`, index: 0 }
  for (const [index, item] of reply.entries()) {
    if (item === null || typeof item !== "object" || Array.isArray(item))
      return { problem: `Item ${index} of the answer is ${described(item)}, not an event.`, index }
    for (const field of FIELDS) {
      const value = item[field]
      if (field === "at" ? typeof value === "number" : typeof value === "string") continue
      const what =
        value === undefined
          ? `has no \`${field}\` (it has ${Object.keys(item).slice(0, 8).join(", ") || "no fields"})`
          : `has ${described(value)} as \`${field}\`; ${field === "at" ? "milliseconds since 1970 as a number are" : "a string is"} due`
      return { problem: `Item ${index} of the answer ${what}.`, index }
    }
  }
  return { events: reply as unknown as Event[] }
}

function described(value: Json | undefined): string {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (typeof value === "object") return `an object with ${Object.keys(value).slice(0, 5).join(", ") || "no fields"}`
  return `the ${typeof value} ${JSON.stringify(value).slice(0, 60)}`
}

/**
 * Why events are missing. A special reason is given only where it explains every one of them, and a long day's always, for a page that was not
 * fetched says nothing else; whatever is left is lost.
 */
export function whyMissing(given: { missing: Known[]; must: Known[]; seen: Set<string>; all: Known[]; now: number }): {
  invariant: string
  because: string
} {
  const { missing, must, seen, all, now } = given
  if (must.length > LONG_DAY)
    return { invariant: "long-day", because: `the user had a long day of ${must.length.toLocaleString("en")} events` }
  const atNow = ({ event }: Known) => event.at === now
  const tied = ({ event }: Known) => all.some((other) => other.event.at === event.at && seen.has(other.event.eventId))
  // A newer event, less than a day newer, was safe before this one was sent.
  const late = (one: Known) =>
    all.some(
      ({ event, acknowledgedAt }) =>
        acknowledgedAt < one.sentAt && event.at > one.event.at && event.at < one.event.at + DAY_MS,
    )
  if (missing.every(tied))
    return { invariant: "ties", because: "each has the same `at` as an event of this user that did come back" }
  if (missing.every(atNow)) return { invariant: "window", because: "its `at` equals `now`, which is included" }
  const inTimeCame = must.some((one) => seen.has(one.event.eventId) && !late(one))
  if (inTimeCame && missing.every(late))
    return { invariant: "late", because: "they were recorded after newer events of this user" }
  return { invariant: "lost", because: "they were acknowledged and are gone" }
}

/** A list as a report shows it: whole if it is short, else the items around the difference. */
export function shown(items: readonly unknown[], around: number): Json {
  if (items.length <= MOST_SHOWN) return items as Json[]
  const start = Math.max(0, Math.min(around - 3, items.length - MOST_SHOWN))
  const rest = items.length - MOST_SHOWN
  return [
    `items ${start} to ${start + MOST_SHOWN - 1} of ${items.length}, ${rest} more are not shown`,
    ...(items.slice(start, start + MOST_SHOWN) as Json[]),
  ]
}
