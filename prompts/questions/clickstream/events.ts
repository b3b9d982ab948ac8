/** Makes users and events: names, ids and payloads under the run's key, everything else given by the caller. */
import { type Seeded, seeded } from "../../seeded.ts"
import type { Call } from "../../workload.ts"
import { DAY_MS } from "./layout.ts"
import type { Event } from "./types.d.ts"

const TYPES = ["view", "search", "view", "add-to-basket", "view", "purchase"]
const SECTIONS = ["garden", "kitchen", "books", "bicycles", "music", "lighting", "toys"]

export type Name = (string | number)[]

export interface EventMaker {
  user(...name: Name): string
  /** Same user, name and time: the same event. Type and length of the address depend on the time of day only. */
  event(userId: string, at: number, ...name: Name): Event
}

export function openEventMaker(key: Uint8Array): EventMaker {
  const seed: Seeded = seeded(key)
  return {
    user: (...name) => seed.id("user", ...name),
    event(userId, at, ...name) {
      const second = Math.floor((at % DAY_MS) / 1000)
      const section = SECTIONS[second % SECTIONS.length]
      // One digest gives both: what is known of the one says nothing about the other.
      const drawn = seed.text(64, "event", ...name)
      return {
        userId,
        eventId: drawn.slice(0, 32),
        at,
        type: TYPES[second % TYPES.length],
        pageUrl: `https://shop.example/${section}/articles/${drawn.slice(32)}?from=overview`,
      }
    },
  }
}

export const record = (event: Event): Call => ({ operation: "record", args: [{ ...event }] })
export const lastDay = (userId: string, now: number): Call => ({ operation: "lastDay", args: [userId, now] })
