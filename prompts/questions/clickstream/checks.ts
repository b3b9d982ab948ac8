/** The correctness script of a size: small scenes, each with users of its own, and reads of what was loaded. Judges nothing; the oracle does. */
import type { Step } from "../../workload.ts"
import { type EventMaker, lastDay, record } from "./events.ts"
import * as layout from "./layout.ts"
import type { Population } from "./population.ts"

const { DAY_MS, HOUR_MS } = layout

interface Scene {
  /** A user that nothing was ever recorded for. */
  user: string
  /** The midnight on which the scene is played: inside the loaded history. */
  day: number
  nowMs: number
  /** Records an event of this user. The same name and time is the same event. */
  write(host: 0 | 1, name: string, at: number): void
  read(host: 0 | 1, now: number, invariant: string): void
  kill(host: 0 | 1): void
}

export function makeChecks(options: {
  size: layout.Size
  make: EventMaker
  people: Population
  midnight: number
  nowMs: number
}): Step[] {
  const { size, make, people, midnight, nowMs } = options
  const steps: Step[] = []
  const read = (host: 0 | 1, userId: string, now: number, invariant: string) =>
    steps.push({ do: "call", host, call: lastDay(userId, now), invariant })

  for (const [name, play] of Object.entries(SCENES)) {
    const user = make.user("check", size.id, name)
    play({
      user,
      day: midnight - size.probeDay * DAY_MS,
      nowMs,
      write: (host, event, at) =>
        steps.push({ do: "call", host, call: record(make.event(user, at, "check", size.id, name, event)) }),
      read: (host, now, invariant) => read(host, user, now, invariant),
      kill: (host) => steps.push({ do: "kill", host }),
    })
  }
  for (const step of readLoaded(size, people, midnight, read)) step()
  return steps
}

const SCENES: Record<string, (scene: Scene) => void> = {
  "in order"({ day, write, read }) {
    for (const hour of [1, 4, 9, 13, 18, 22]) write(hour % 2 === 0 ? 0 : 1, `${hour}`, day + hour * HOUR_MS + 1)
    read(1, day + DAY_MS, "shape")
    read(0, day + 13 * HOUR_MS + 1, "order")
    read(1, day + 20 * HOUR_MS, "order")
  },
  "window that ends at midnight"(scene) {
    edges(scene, scene.day)
  },
  "window that ends by day"(scene) {
    edges(scene, scene.day + 10 * HOUR_MS + 30 * 60_000 + 123)
  },
  "just now"({ nowMs, write, read }) {
    write(0, "a second ago", nowMs - 1000)
    write(1, "now", nowMs)
    write(0, "a day ago", nowMs - DAY_MS)
    read(1, nowMs, "window")
    read(0, nowMs, "window")
  },
  ties({ day, write, read }) {
    const at = day + 7 * HOUR_MS + 7
    for (const name of ["first", "second", "third"]) write(0, name, at)
    write(1, "before", at - 1)
    write(0, "at the end", day + 15 * HOUR_MS)
    write(1, "at the end too", day + 15 * HOUR_MS)
    read(1, day + 15 * HOUR_MS, "ties")
    write(1, "fourth", at)
    read(0, day + 15 * HOUR_MS, "ties")
  },
  repeated({ day, write, read }) {
    const at = day + 5 * HOUR_MS
    write(0, "other", at - HOUR_MS)
    write(0, "twice", at)
    write(0, "twice", at)
    read(1, day + 6 * HOUR_MS, "duplicates")
    write(1, "twice", at)
    write(1, "other", at - HOUR_MS)
    read(0, day + 6 * HOUR_MS, "duplicates")
  },
  late({ day, write, read }) {
    const now = day + 12 * HOUR_MS
    write(0, "newest", now - HOUR_MS)
    write(1, "late by hours", now - 9 * HOUR_MS)
    write(0, "late by a day", now - 23 * HOUR_MS)
    read(1, now, "late")
    // Both days have been read by now; whoever closed them must open them again.
    write(0, "later still", now - 20 * HOUR_MS)
    read(1, now, "late")
    read(0, now - 15 * HOUR_MS, "late")
  },
  nobody({ day, read }) {
    read(0, day, "empty-user")
    read(1, day + 5 * HOUR_MS, "empty-user")
  },
  "nothing in the window"({ day, write, read }) {
    write(0, "before", day - DAY_MS)
    write(1, "after", day + 3 * HOUR_MS)
    read(1, day, "window")
    read(0, day + 1, "window")
  },
  "seen by the other process at once"({ day, write, read }) {
    for (const [index, hour] of [2, 3, 4, 5].entries()) {
      const host = (index % 2) as 0 | 1
      write(host, `${hour}`, day + hour * HOUR_MS)
      read((1 - host) as 0 | 1, day + 6 * HOUR_MS, "lost")
    }
  },
  killed({ day, write, read, kill }) {
    write(0, "kept", day + HOUR_MS)
    write(0, "last words", day + 2 * HOUR_MS)
    kill(0)
    read(1, day + 3 * HOUR_MS, "lost")
    read(0, day + 3 * HOUR_MS, "lost")
  },
}

/** Both edges of the window that ends at `now`, to the millisecond. */
function edges({ write, read }: Scene, now: number): void {
  write(0, "too old by nothing", now - DAY_MS)
  write(1, "just young enough", now - DAY_MS + 1)
  write(0, "middle", now - 12 * HOUR_MS)
  write(1, "at now", now)
  write(0, "in the future", now + 1)
  read(1, now, "window")
  read(0, now - 1, "window")
  read(1, now - DAY_MS, "window")
}

/** What was loaded: the oldest and the newest whole day, users with ties, late and repeated events, the long day. */
function readLoaded(
  size: layout.Size,
  people: Population,
  midnight: number,
  read: (host: 0 | 1, userId: string, now: number, invariant: string) => void,
): (() => void)[] {
  const steps: (() => void)[] = []
  for (const [index, user] of [0, 5, 11, 12, 17, 23].entries()) {
    const host = (index % 2) as 0 | 1
    const hour = user * HOUR_MS
    // The oldest window of the history, and the one that ends on the morning of the last day.
    steps.push(() => read(host, people.probe(user), midnight - (size.days - 1) * DAY_MS + hour, "lost"))
    steps.push(() => read((1 - host) as 0 | 1, people.probe(user), midnight - DAY_MS + hour, "invented"))
  }
  steps.push(() => read(0, people.busy, midnight, "order"))
  const newestUnit = size.units - 1
  const tagged = ["ties", "duplicates", "late", "invented", "shape"]
  // Ranks 0 and 5 have ties, 1 and 6 a repeated event, 2 and 7 a late one.
  for (let rank = 0; rank < 10; rank++)
    for (const day of [0, 1])
      steps.push(() =>
        read((rank % 2) as 0 | 1, people.background(newestUnit, rank), midnight - day * DAY_MS, tagged[rank % 5]),
      )
  if (size.bot) {
    const end = midnight - (layout.BOT_DAY - 1) * DAY_MS
    steps.push(() => read(0, people.bot, end, "long-day"))
    steps.push(() => read(1, people.bot, end + 2 * HOUR_MS, "long-day"))
  }
  return steps
}
