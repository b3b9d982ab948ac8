/** The workload of "clickstream": sizes, loads, checks, probes, timed pairs and the peak mix. Everything that is counted is equal at every key. */
import type { Call, MakeWorkload, Probe, TimesApart } from "../../workload.ts"
import { makeChecks } from "./checks.ts"
import { lastDay, openEventMaker, record } from "./events.ts"
import * as layout from "./layout.ts"
import { openOracle } from "./oracle.ts"
import { openPopulation } from "./population.ts"

const { DAY_MS, HOUR_MS } = layout
/** `record` calls for each call of `lastDay` in the stated mix: 150/s to 50/s. */
const RECORDS_PER_READ = 3
/** Of 1,000 calls at peak, about 80 go to the most active user. */
const PEAK_ZIPF = 0.9
const PAIR_STEP_MS = 301_013
const PAIR_RANGE_MS = 80_000_000

const makeWorkload: MakeWorkload = ({ key, nowMs }) => {
  const midnight = layout.lastMidnight(nowMs)
  const make = openEventMaker(key)
  const people = openPopulation(make, midnight)
  const loads = new Map<string, Call[]>()
  const sizeOf = (stage: string) => {
    const size = layout.SIZES.find(({ id }) => id === stage)
    if (!size) throw new Error(`clickstream has no stage "${stage}"`)
    return size
  }
  /** When the window of a probe user ends that ends on this day before E. */
  const endOf = (user: number, day: number) => midnight - day * DAY_MS + user * HOUR_MS

  function load(stage: string): Call[] {
    const made = loads.get(stage) ?? people.load(sizeOf(stage))
    loads.set(stage, made)
    return made
  }

  /**
   * For each probe user one write, half an hour after the window that is read next, and one read. The read's own `before` adds the thirteenth
   * event to its window, an hour and a half before its end: every counted answer has 13 events, at every size.
   */
  function probes(stage: string): Probe[] {
    const { probeDay } = sizeOf(stage)
    return Array.from({ length: layout.PROBE_USERS }, (_, user) => {
      const userId = people.probe(user)
      const now = endOf(user, probeDay)
      const after = make.event(userId, now + 1_830_000, "probe write", stage, user)
      const within = make.event(userId, now - 5_370_000, "before probe", stage, user)
      return [
        { operation: "record", before: [], call: record(after) },
        { operation: "lastDay", before: [record(within)], call: lastDay(userId, now) },
      ]
    }).flat()
  }

  /** Goes round the probe users and then round the free days: a window gains one event in some 300 pairs and has 13 to 15 of them in a pass. */
  function pair(i: number): Probe {
    const warmUp = i >= layout.WARM_UP_PAIRS_FROM
    const days = warmUp ? layout.WARM_UP_DAYS : layout.PAIR_DAYS
    const index = warmUp ? i - layout.WARM_UP_PAIRS_FROM : i
    const user = index % layout.PROBE_USERS
    const turn = Math.floor(index / layout.PROBE_USERS)
    const now = endOf(user, days[turn % days.length])
    const at = now - 40_000 - ((Math.floor(turn / days.length) * PAIR_STEP_MS) % PAIR_RANGE_MS)
    const event = make.event(people.probe(user), at, "pair", i)
    return { operation: "lastDay", before: [record(event)], call: lastDay(event.userId, now) }
  }

  const crowd = peakCrowd()
  const peakEvent = (i: number) => {
    const userId = crowd(layout.scatter(i, 1))
    const at = midnight - Math.floor(layout.scatter(i, 2) * layout.BACKGROUND_DAYS * DAY_MS)
    return make.event(userId, at, "peak", i)
  }
  /** A read asks for the day around an event that was recorded at about the same time: its answer has just changed. */
  function peak(operation: string, i: number): Call {
    if (operation === "record") return record(peakEvent(i))
    const { userId, at } = peakEvent(i * RECORDS_PER_READ)
    return lastDay(userId, Math.min(midnight, (Math.floor(at / HOUR_MS) + 1 + (i % 12)) * HOUR_MS))
  }

  /** Picks a user by a number in [0, 1): Zipf over the background with the probe users among them. */
  function peakCrowd(): (share: number) => string {
    const last = layout.SIZES[layout.SIZES.length - 1]
    const ranked = Array.from({ length: layout.BACKGROUND_USERS * last.units }, (_, index) =>
      people.background(index % last.units, Math.floor(index / last.units)),
    )
    for (let user = 0; user < layout.PROBE_USERS; user++) ranked.splice(20 + user * 7, 0, people.probe(user))
    const sums: number[] = []
    let sum = 0
    for (let rank = 1; rank <= ranked.length; rank++) {
      sum += rank ** -PEAK_ZIPF
      sums.push(sum)
    }
    return (share) => {
      let low = 0
      let high = sums.length - 1
      while (low < high) {
        const middle = (low + high) >> 1
        if (sums[middle] > share * sum) high = middle
        else low = middle + 1
      }
      return ranked[low]
    }
  }

  function timesApart(): TimesApart {
    const { days, early, late } = layout.timesApart(midnight)
    const writes = (name: string, at: number, nth = 0) =>
      Array.from({ length: layout.WRITERS_APART }, (_, user) =>
        record(make.event(people.probe(user), at, "apart", name, user, nth)),
      )
    return {
      days,
      early: writes("early", early),
      late: writes("late", late),
      next: writes("next", late + 1_000),
      expired: writes("expired", midnight - layout.EXPIRED_DAYS * layout.DAY_MS),
      after: Array.from({ length: layout.WRITES_AFTER }, (_, nth) =>
        writes("after", late + 2_000 + 100 * nth, nth),
      ).flat(),
    }
  }

  return {
    stages: layout.SIZES.map((size) => ({
      id: size.id,
      label: size.label,
      at: { history: size.days, users: layout.usersAt(size) },
    })),
    axes: layout.AXES,
    load,
    checks: (stage) => makeChecks({ size: sizeOf(stage), make, people, midnight, nowMs }),
    probes,
    pair,
    peak,
    timesApart: timesApart(),
    oracle: openOracle,
  }
}
export default makeWorkload
