/** Knows every event that was sent, and says of a reply of `lastDay` whether it is right and, if not, which invariant it breaks. */
import type { Call, Json, Mismatch, Oracle } from "../../workload.ts"
import { DAY_MS } from "./layout.ts"
import { asEvents, before, FIELDS, type Known, shown, whyMissing } from "./mismatch.ts"
import type { Event } from "./types.d.ts"

export function openOracle(): Oracle {
  const byUser = new Map<string, Map<string, Known>>()

  /** The event of a `record` call as the oracle knows it; sent again, it is the same event. */
  function known(call: Call): Known | null {
    if (call.operation !== "record") return null
    const event = call.args[0] as unknown as Event
    const ofUser = byUser.get(event.userId) ?? new Map<string, Known>()
    byUser.set(event.userId, ofUser)
    const found = ofUser.get(event.eventId) ?? { event, sentAt: Infinity, acknowledgedAt: Infinity }
    ofUser.set(event.eventId, found)
    return found
  }

  return {
    sent(call, at) {
      const found = known(call)
      if (found) found.sentAt = Math.min(found.sentAt, at)
    },
    settled(call, at, acknowledged) {
      const found = known(call)
      if (found && acknowledged) found.acknowledgedAt = Math.min(found.acknowledgedAt, at)
    },
    judge(call, reply, sentAt, repliedAt) {
      if (call.operation !== "lastDay") return null
      const [userId, now] = call.args as [string, number]
      return judgeLastDay(byUser.get(userId) ?? new Map(), { userId, now, sentAt, repliedAt }, reply)
    },
  }
}

interface Asked {
  userId: string
  now: number
  sentAt: number
  repliedAt: number
}

/** The first invariant that is broken, in an order in which one mistake is not taken for another. */
function judgeLastDay(ofUser: Map<string, Known>, asked: Asked, reply: Json | undefined): Mismatch | null {
  const { userId, now, sentAt, repliedAt } = asked
  const all = [...ofUser.values()]
  const inWindow = ({ event }: Known) => event.at > now - DAY_MS && event.at <= now
  // An event must be there if it was acknowledged before the read was sent, and may be if it was sent before the read was answered.
  const possible = all
    .filter((one) => inWindow(one) && one.sentAt <= repliedAt)
    .sort((a, b) => before(a.event, b.event))
  const must = possible.filter((one) => one.acknowledgedAt <= sentAt)
  const due = must.map(({ event }) => event)
  const broken = (invariant: string, message: string, around = 0): Mismatch => ({
    invariant,
    message,
    expected: shown(due, around),
    got: Array.isArray(reply) ? shown(reply, around) : (reply ?? null),
  })

  const read = asEvents(reply)
  if ("problem" in read) return broken("shape", read.problem, read.index)
  const { events } = read
  const everKnown = all.some((one) => one.sentAt <= repliedAt)
  if (!everKnown && events.length > 0)
    return broken("empty-user", `${count(events.length)} came back for a user that nothing was ever recorded for.`)

  const seen = new Set<string>()
  for (const [index, event] of events.entries()) {
    const one = ofUser.get(event.eventId)
    if (!one || one.sentAt > repliedAt)
      return broken("invented", `Event ${event.eventId} was never recorded for user ${userId}.`, index)
    const wrong = FIELDS.find((field) => event[field] !== one.event[field])
    if (wrong)
      return broken(
        "invented",
        `\`${wrong}\` of event ${event.eventId} came back as ${JSON.stringify(event[wrong])}; it was recorded as ${JSON.stringify(one.event[wrong])}.`,
        index,
      )
    if (seen.has(event.eventId))
      return broken("duplicates", `Event ${event.eventId} came back twice; it is one event.`, index)
    seen.add(event.eventId)
    if (!inWindow(one))
      return broken(
        "window",
        `Event ${event.eventId} is outside the window: its \`at\` is ${event.at > now ? `${event.at - now} ms after \`now\`` : event.at === now - DAY_MS ? "exactly 24 hours before `now`, which is excluded" : `${now - DAY_MS - event.at} ms older than 24 hours before \`now\``}.`,
        index,
      )
  }

  const missing = must.filter(({ event }) => !seen.has(event.eventId))
  if (missing.length > 0) {
    const { invariant, because } = whyMissing({ missing, must, seen, all, now })
    const first = due.indexOf(missing[0].event)
    return broken(
      invariant,
      `${count(missing.length)} of ${due.length} that were recorded before the call did not come back, the newest at ${missing[0].event.at}: ${because}.`,
      first,
    )
  }

  for (let index = 1; index < events.length; index++) {
    const [newer, older] = [events[index - 1], events[index]]
    if (before(newer, older) < 0) continue
    if (newer.at === older.at)
      return broken(
        "ties",
        `Two events at ${older.at} came back with the smaller \`eventId\` first (items ${index - 1} and ${index}).`,
        index,
      )
    return broken(
      "order",
      `Item ${index} (at ${older.at}) is newer than item ${index - 1} (at ${newer.at}); newest first was asked.`,
      index,
    )
  }
  return null
}

const count = (n: number) => (n === 1 ? "1 event" : `${n.toLocaleString("en")} events`)
