/**
 * When things happen and how much of them there is: the constants of the workload, equal at every key and at every hour of a run. Times are
 * laid out from E, the last UTC midnight before the run. Holds no names, ids or payloads.
 */
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** E. */
export const lastMidnight = (nowMs: number) => Math.floor(nowMs / DAY_MS) * DAY_MS

/** One probe user for each hour at which a window of 24 hours can end: bucket edges and middles alike. */
export const PROBE_USERS = 24
export const PROBE_EVENTS_A_DAY = 12
/** One user who is busy every day of the history: on it the largest partition of a design shows how it grows. */
export const BUSY_EVENTS_A_DAY = 24
/** Users of the background in one unit; a stage has so many units of them. */
export const BACKGROUND_USERS = 400
export const BACKGROUND_DAYS = 2
/** Events in one day of the bot: more than a driver's page of 5,000 rows. */
export const BOT_EVENTS = 6000
/** The bot's day begins so many days before E. */
export const BOT_DAY = 6

/**
 * Events of a background user, by rank, over two days: Zipf with a floor, and never busier than the busy user. Every background user has so many
 * on the last two days, and as many again on the two days in which the windows of a size lie: who reads through other people's events to
 * find a user's own must meet them in every window that is counted, and the more of them the more users there are.
 */
export const backgroundEvents = (rank: number) => Math.max(2, Math.round(22 / (rank + 1) ** 0.7))

export interface Size {
  id: string
  label: string
  /** Days of history that probe users and the busy user have, back from E. */
  days: number
  /** Units of background users. */
  units: number
  bot: boolean
  /** The windows that are probed at this size end on this day before E, at the probe user's hour: no size sees the writes of another's. */
  probeDay: number
}

/**
 * The longest history is 28 days and not 30: nothing that is asked for may be older than 29 days when the run ends, whatever the hour, so that an
 * expiry of 30 days from the event's own time drops none of it. The bot comes last: its day would hide by its size how the other
 * partitions grow with history and with users.
 */
export const SIZES: Size[] = [
  { id: "2-days", label: "2 days of history", days: 2, units: 1, bot: false, probeDay: 1 },
  { id: "8-days", label: "8 days of history", days: 8, units: 1, bot: false, probeDay: 4 },
  { id: "30-days", label: "28 days of history", days: 28, units: 1, bot: false, probeDay: 12 },
  { id: "4x-users", label: "four times the users", days: 28, units: 4, bot: false, probeDay: 20 },
  { id: "long-day", label: "a crawler's day of 6,000 events", days: 28, units: 4, bot: true, probeDay: 25 },
]
export const AXES = { history: ["2-days", "8-days", "30-days"], users: ["30-days", "4x-users"] }

export const usersAt = (size: Size) => PROBE_USERS + 1 + (size.bot ? 1 : 0) + size.units * BACKGROUND_USERS

/** Days on which windows end that no probe touches, neither by its window nor by the event that is recorded half an hour later. */
const touched = new Set(SIZES.flatMap(({ probeDay }) => [probeDay, probeDay - 1]))
const free = Array.from({ length: 27 }, (_, index) => index + 1).filter((day) => !touched.has(day))
/** The timed pairs of the position pass, and the pairs that warm up, which come from `WARM_UP_PAIRS_FROM` on, have days of their own. */
export const PAIR_DAYS = free.slice(0, 13)
export const WARM_UP_DAYS = free.slice(13)
export const WARM_UP_PAIRS_FROM = 50_000

/** When the k-th event of a probe user happens after midnight. Never on a full hour, never twice at the same millisecond. */
export const probeOffset = (user: number, k: number) =>
  k * 2 * HOUR_MS + (10 + ((user * 37 + k * 61) % 100)) * 60_000 + (user * PROBE_EVENTS_A_DAY + k + 1) * 7

export const busyOffset = (k: number) => k * HOUR_MS + 20 * 60_000 + k * 13
export const botOffset = (k: number) => Math.floor(((k + 0.5) * DAY_MS) / BOT_EVENTS)

/** When a background user's k-th event of n happens after the beginning of the two days. */
export function backgroundOffset(rank: number, k: number, n: number): number {
  // Users whose rank ends in 0 or 5: the first two events happen in the same millisecond.
  const index = rank % 5 === 0 && k === 1 ? 0 : k
  const shift = (rank * 0.618) % 1
  return Math.floor(((index + 0.05 + 0.9 * shift) * BACKGROUND_DAYS * DAY_MS) / n)
}
/** This event of a background user is recorded once more at the end. */
export const isRepeated = (rank: number, k: number) => rank % 5 === 1 && k === 0
/** This event of a background user is recorded at the end, after the user's later ones. */
export const isLate = (rank: number, k: number) => rank % 5 === 2 && k === 0

/** Of so many probe users one write is made so many days after another. */
export const WRITERS_APART = 4
const DAYS_APART = 28
/** A quarter of a day before E: no window ends there. */
const BEFORE_MIDNIGHT_MS = 6 * HOUR_MS

/**
 * Two times at least four weeks apart, on the same day of the week and never in the same month, so that no bucket of a calendar takes both. The early one
 * is younger than 30 days when the run ends; the late one lies before E but at the very end of a month, where it is a week later.
 */
export function timesApart(midnight: number): { days: number; early: number; late: number } {
  const early = midnight - DAYS_APART * DAY_MS - BEFORE_MIDNIGHT_MS
  const monthOf = (at: number) => new Date(at).getUTCMonth()
  const days = monthOf(early + DAYS_APART * DAY_MS) === monthOf(early) ? DAYS_APART + 7 : DAYS_APART
  return { days, early, late: early + days * DAY_MS }
}

/** Nothing of so many days ago may be left where data are kept for thirty: later than half as long again it counts as kept for ever. */
export const EXPIRED_DAYS = 50
/** So many writes come after it: a design may cut off what is old now and then. */
export const WRITES_AFTER = 60

/** A number in [0, 1) that looks drawn by lot and is the same in every run. */
export function scatter(index: number, salt: number): number {
  let x = (index * 0x9e3779b1 + salt * 0x85ebca6b) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
}
