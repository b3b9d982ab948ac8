import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import connect from "../../../../prompts/questions/clickstream/references/cassandra/right-closed-days/access.ts"
import type { Access, Engines, Event } from "../../../../prompts/questions/clickstream/types.d.ts"

const DAY_MS = 86_400_000
const TODAY = Date.UTC(2026, 10, 20)
const YESTERDAY = TODAY - DAY_MS

const event = (n: number): Event => ({
  userId: "ann",
  eventId: `e${n}`,
  at: YESTERDAY + n * 60_000,
  type: "view",
  pageUrl: `https://shop.example/${n}`,
})
const ids = (events: Event[]) => events.map(({ eventId }) => eventId)
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => `e${from - index}`)

/** The two tables in memory, answering the statements of this one design. `hold` keeps writes of packed days back until they are let go. */
function memoryTables() {
  type Loose = { recorded: Date; event_id: string; at: Date; type: string; page_url: string }
  const loose = new Map<string, Map<string, Loose>>()
  const closed = new Map<string, { through: Date; events: string }>()
  const held: (() => void)[] = []
  let hold = false
  const result = <Row>(rows: Row[]) => ({
    first: () => rows[0] ?? null,
    async *[Symbol.asyncIterator]() {
      yield* rows
    },
  })
  const execute = async (query: string, values: never[]) => {
    const partition = `${values[0]} ${values[1]}`
    if (query.startsWith("INSERT INTO loose_events")) {
      const [, , recorded, event_id, at, type, page_url] = values
      const rows = loose.get(partition) ?? new Map<string, Loose>()
      loose.set(partition, rows)
      rows.set(`${recorded} ${event_id}`, { recorded: new Date(recorded), event_id, at: new Date(at), type, page_url })
      return result([])
    }
    if (query.startsWith("INSERT INTO closed_days")) {
      const land = () => void closed.set(partition, { through: new Date(values[2]), events: values[3] })
      if (hold) held.push(land)
      else land()
      return result([])
    }
    if (query.includes("FROM closed_days")) {
      const row = closed.get(partition)
      return result(row ? [row] : [])
    }
    const rows = [...(loose.get(partition)?.values() ?? [])]
    return result(rows.filter(({ recorded }) => recorded.getTime() > values[2]))
  }
  return {
    engines: { cassandra: { execute } } as unknown as Engines,
    /** What later reads of the day do not look at: the packed rows may go. */
    forgetPacked() {
      for (const [partition, { through }] of closed)
        for (const [key, row] of loose.get(partition) ?? [])
          if (row.recorded.getTime() <= through.getTime()) loose.get(partition)!.delete(key)
    },
    packed: () => closed.size,
    holdPackings() {
      hold = true
    },
    landPackings(order: (writes: (() => void)[]) => (() => void)[]) {
      for (const land of order(held.splice(0))) land()
    },
  }
}

describe("the design that packs closed days", () => {
  let tables: ReturnType<typeof memoryTables>
  let one: Access
  let other: Access
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"] })
    vi.setSystemTime(TODAY + 3_600_000)
    tables = memoryTables()
    one = await connect(tables.engines)
    other = await connect(tables.engines)
  })
  afterEach(() => void vi.useRealTimers())

  const recordAll = async (from: number, to: number) => {
    for (let n = from; n <= to; n++) await one.record(event(n))
  }

  it("packs a day when it is read, and reads the packed day as it was", async () => {
    await recordAll(1, 12)
    pass(20_000)
    expect(ids(await one.lastDay("ann", TODAY))).toEqual(down(12, 1))
    expect(tables.packed()).toBe(1)
    tables.forgetPacked()
    expect(await other.lastDay("ann", TODAY)).toEqual(down(12, 1).map((id) => event(Number(id.slice(1)))))
  })

  it("does not pack what was recorded a moment ago: an earlier write may still be on its way", async () => {
    await recordAll(1, 12)
    pass(5000)
    await one.lastDay("ann", TODAY)
    expect(tables.packed()).toBe(0)
  })

  it("shows a late event of a packed day at once, and a repeated one once", async () => {
    await recordAll(1, 12)
    pass(20_000)
    await one.lastDay("ann", TODAY)
    tables.forgetPacked()
    await other.record(event(20))
    await other.record(event(3))
    expect(ids(await one.lastDay("ann", TODAY))).toEqual(["e20", ...down(12, 1)])
  })

  it("packs late events with the next packing and loses none of the first", async () => {
    await recordAll(1, 12)
    pass(20_000)
    await one.lastDay("ann", TODAY)
    tables.forgetPacked()
    await recordAll(13, 24)
    pass(20_000)
    await other.lastDay("ann", TODAY)
    tables.forgetPacked()
    expect(ids(await one.lastDay("ann", TODAY))).toEqual(down(24, 1))
  })

  for (const [order, sort] of [
    ["in turn", (writes: (() => void)[]) => writes],
    ["the older one last", (writes: (() => void)[]) => writes.toReversed()],
  ] as const)
    it(`loses nothing when two processes pack at once and their writes land ${order}`, async () => {
      await recordAll(1, 12)
      pass(20_000)
      tables.holdPackings()
      await one.lastDay("ann", TODAY)
      await recordAll(13, 16)
      pass(20_000)
      await other.lastDay("ann", TODAY)
      tables.landPackings(sort)
      expect(ids(await one.lastDay("ann", TODAY))).toEqual(down(16, 1))
    })

  it("does not pack a day that is not over, nor one of thousands of events", async () => {
    await recordAll(1, 600)
    pass(20_000)
    expect(await one.lastDay("ann", TODAY)).toHaveLength(600)
    expect(tables.packed()).toBe(0)
    vi.setSystemTime(TODAY - 3_600_000)
    await one.lastDay("ann", TODAY - 3_600_000)
    expect(tables.packed()).toBe(0)
  })
})
