/**
 * The platform while its parts are killed at random: what was acknowledged is graded, once, and nothing that broke is charged to anybody. In full
 * (`./proofrun test --full`): 200 faults over 2,000 submissions.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { sql } from "drizzle-orm"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { seeded } from "../../../prompts/seeded.ts"
import { settings } from "../../../server/settings.ts"
import { type Acknowledged, gatherCrowd } from "../../support/crowd.ts"
import { type Fleet, startFleet } from "../../support/fleet.ts"

const FULL = settings().full
const SUBMISSIONS = FULL ? 2_000 : 200
const FAULTS = FULL ? 200 : 20
const RUN_MS = FULL ? 60 : 250
const PEOPLE = FULL ? 32 : 16
const LONGEST_MS = FULL ? 1_500_000 : 300_000
/** Faults come as fast as this machine starts its parts, and no faster than this: else a slow one soon has no worker at all, and waiting for one is what would be measured. */
const LEAST_BETWEEN_FAULTS_MS = 1_200
/** Twice as long as a lease: whoever wakes up then has lost it. */
const BLOCKED_MS = 12_000
const FULL_DISK_MS = 2_000
/** A dead worker's work is begun again within this time. */
const WITHIN_MS = 15_000
/** So long a worker may be without work: what it needs was broken, too, and is starting again. */
const AT_WORK_MS = 10_000

let fleet: Fleet
const lots = seeded(Buffer.from("what breaks, and when"))
let drawn = 0
const random = () => lots.integer(2 ** 31, "lot", drawn++) / 2 ** 31
const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!

beforeAll(async () => {
  fleet = await startFleet({ milliseconds: RUN_MS })
})
afterAll(() => fleet?.stop())

interface Fault {
  what: string
  /** Of a worker that was killed: which, and when. */
  killed?: { pid: number; at: number }
}

/** What goes wrong: one of these, by lot. Resolves when it has; what lasts is mended by itself. */
function faults(under: Promise<void>[]): (() => Fault | Promise<Fault>)[] {
  const killed = (of: Fleet["workers"]) => {
    const victim = pick(of)
    const pid = victim.pid()
    victim.kill("SIGKILL")
    return { what: `${victim.name} killed`, ...(pid !== null && { killed: { pid, at: Date.now() } }) }
  }
  const lasting = (what: string, work: () => Promise<void>): Fault => {
    under.push(work())
    return { what }
  }
  const workerKilled = async () => killed(await workersAtWork())
  return [
    workerKilled,
    workerKilled,
    workerKilled,
    () => ({ what: killed(fleet.servers).what }),
    () => ({ what: killed(fleet.brokers).what }),
    () => {
      fleet.killRedis("its data kept")
      return { what: "Redis killed" }
    },
    () => {
      fleet.killRedis("its data lost")
      return { what: "Redis killed, its data lost" }
    },
    () => lasting("Redis emptied", () => fleet.flushRedis()),
    () => {
      fleet.killPostgres("SIGINT")
      return { what: "Postgres restarted" }
    },
    () => {
      fleet.killPostgres("SIGKILL")
      return { what: "Postgres killed" }
    },
    () => {
      const victim = pick(fleet.workers)
      victim.kill("SIGSTOP")
      return lasting(`${victim.name} blocked`, async () => {
        await sleep(BLOCKED_MS)
        victim.kill("SIGCONT")
      })
    },
    () => {
      const disk = fleet.fillDisk
      if (!disk) return workerKilled()
      disk.fill()
      return lasting("disk full", async () => {
        await sleep(FULL_DISK_MS)
        disk.free()
      })
    },
  ]
}

/** Those that have a submission in hand: a worker that dies with none leaves nothing to take over. All of them where none comes to have one. */
async function workersAtWork(): Promise<Fleet["workers"]> {
  for (const until = Date.now() + AT_WORK_MS; Date.now() < until; await sleep(20)) {
    // Postgres may just have been killed.
    const leased = await rows<{ worker: string }>(sql`select worker from attempt where state = 'leased'`).catch(
      () => [],
    )
    const busy = fleet.workers.filter(({ pid }) => leased.some(({ worker }) => worker.includes(`-${pid()}-`)))
    if (busy.length > 0) return busy
  }
  return fleet.workers
}

describe(`${FAULTS} faults by lot over ${SUBMISSIONS} submissions`, () => {
  const acknowledged: Acknowledged[] = []
  const happened: (Fault & { at: number })[] = []

  it(
    "leave nobody without a report",
    async () => {
      const crowd = await gatherCrowd(fleet, PEOPLE, random)
      const under: Promise<void>[] = []
      const kinds = faults(under)
      // Each kind once, in an order by lot, before any comes again.
      let deck: ReturnType<typeof faults> = []
      let over = false
      const trouble = (async () => {
        while (happened.length < FAULTS && !over) {
          await sleep(Math.max(LEAST_BETWEEN_FAULTS_MS, fleet.startedInMs))
          if (deck.length === 0) deck = shuffled(kinds)
          const fault = await deck.pop()!()
          happened.push({ ...fault, at: Date.now() })
        }
      })()
      // Whoever is done before the faults are goes on, so that each fault falls into work.
      await crowd.handIn(SUBMISSIONS, (one) => acknowledged.push(one))
      while (happened.length < FAULTS) await crowd.handIn(10, (one) => acknowledged.push(one))
      over = true
      await trouble
      await Promise.all(under)
      expect(acknowledged.length).toBeGreaterThanOrEqual(SUBMISSIONS)
      expect(happened).toHaveLength(FAULTS)
      const unlike = acknowledged.filter(({ last }) => last.state !== "graded")
      expect(unlike.map(({ id, last }) => `${id}: ${last.state}, ${last.remark}`)).toEqual([])
    },
    LONGEST_MS,
  )

  it("make no submission twice of one, and grade none twice", async () => {
    const [{ submissions, keys }] = await rows<{ submissions: number; keys: number }>(
      sql`select count(*)::int as submissions, count(distinct idempotency_key)::int as keys from submission`,
    )
    expect(submissions).toBe(acknowledged.length)
    expect(keys).toBe(acknowledged.length)
    expect(
      await rows(sql`
        select s.id from submission s
        where (select count(*) from report r where r.submission = s.id) <> 1
          or (select count(*) from attempt a where a.submission = s.id and a.stage = 'run' and a.state = 'done') <> 1
          or (select count(*) from attempt a where a.submission = s.id and a.stage = 'grade' and a.state = 'done') <> 1`),
    ).toEqual([])
  })

  it("change no verdict: what broke is charged to nobody", () => {
    const verdicts = new Map<string, Set<string>>()
    for (const { kind, last } of acknowledged) {
      const known = verdicts.get(kind) ?? new Set()
      known.add(`${last.rejected} ${last.measured}`)
      verdicts.set(kind, known)
    }
    for (const [kind, said] of verdicts) expect([kind, [...said]]).toEqual([kind, [[...said][0]]])
    expect([...(verdicts.get("refuse me") ?? ["true null"])][0]).toMatch(/^true/)
    expect([...verdicts.get("strong")!][0]).toMatch(/^false/)
  })

  it("pass a dead worker's work to another within 15 seconds", async () => {
    const taken = await rows<{ worker: string; ended: Date; again: Date }>(sql`
      select a.worker, a.ended_at as ended, (
        select min(b.started_at) from attempt b where b.submission = a.submission and b.stage = a.stage and b.n > a.n) as again
      from attempt a where a.state = 'lost'`)
    const takeOvers = happened
      .flatMap(({ killed }) => (killed ? [killed] : []))
      .flatMap(({ pid, at }) =>
        taken
          .filter(({ worker, ended }) => worker.includes(`-${pid}-`) && new Date(ended).getTime() > at)
          .map(({ ended, again }) => ({ at, noticed: new Date(ended).getTime(), begun: new Date(again).getTime() })),
      )
    const seconds = takeOvers.map(({ at, begun }) => (begun - at) / 1000).sort((a, b) => a - b)
    const median = seconds[Math.floor(seconds.length / 2)]
    const p99 = seconds[Math.ceil(seconds.length * 0.99) - 1]
    const most = await rows<{ faults: number }>(
      sql`select max(c)::int as faults from (select count(*) as c from attempt where state in ('lost', 'fault') group by submission) x`,
    )
    console.info(
      `${acknowledged.length} acknowledged, ${happened.length} faults: 0 lost, 0 graded twice, 0 charged; ${seconds.length} taken from killed workers, next begun after p50 ${median?.toFixed(1)} s, p99 ${p99?.toFixed(1)} s, at most ${seconds.at(-1)?.toFixed(1)} s; most tries that failed for one submission: ${most[0]?.faults}`,
    )
    for (const { at, noticed, begun } of takeOvers.filter((one) => one.begun - one.at > WITHIN_MS)) {
      const after = (time: number) => `${((time - at) / 1000).toFixed(1)} s`
      const meanwhile = happened.filter((one) => one.at > at && one.at < begun)
      console.info(
        `noticed after ${after(noticed)}, begun again after ${after(begun)}; meanwhile ${meanwhile.map((one) => `${one.what} (${after(one.at)})`).join(", ")}`,
      )
    }
    expect(seconds.length).toBeGreaterThan(0)
    // Of a handful the slowest may have waited for a database that was killed meanwhile.
    expect(FULL ? p99 : median).toBeLessThanOrEqual(WITHIN_MS / 1000)
  })
})

async function rows<T extends Record<string, unknown>>(query: ReturnType<typeof sql>): Promise<[T, ...T[]]> {
  return (await fleet.store.db.execute<T>(query)).rows as unknown as [T, ...T[]]
}

function shuffled<T>(of: readonly T[]): T[] {
  const left = [...of]
  return Array.from(of, () => left.splice(Math.floor(random() * left.length), 1)[0]!)
}
