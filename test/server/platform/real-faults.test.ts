/**
 * The platform on the real engines while what runs them is killed: whoever handed in gets a report, nothing that broke is charged to anybody, and
 * nothing of a run outlives it. With `./proofrun test --full` only.
 */
import { randomBytes } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { sql } from "drizzle-orm"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { seeded } from "../../../prompts/seeded.ts"
import { OURS } from "../../../sandboxes/docker/labels.ts"
import { settings } from "../../../server/settings.ts"
import { type Acknowledged, gatherCrowd, type Kind } from "../../support/crowd.ts"
import { type Fleet, startFleet } from "../../support/fleet.ts"
import { leftovers, reference, workshop } from "../../support/grading.ts"

const FAULTS = 20
const PEOPLE = 3
const LONGEST_MS = 1_800_000
/** At least so long between two faults, and no less than two undisturbed gradings take here: what follows a fault takes its time as well. */
const BETWEEN_FAULTS_MS = 9_000
const ORPHANS_GONE_MS = 10_000

const lots = seeded(Buffer.from("what breaks under the engines"))
let drawn = 0
const random = () => lots.integer(2 ** 31, "lot", drawn++) / 2 ** 31

describe.runIf(settings().full)(`${FAULTS} faults on the real engines`, () => {
  let fleet: Fleet
  const acknowledged: Acknowledged[] = []
  const happened: string[] = []
  const orphaned: { after: string; seconds: number; late: string }[] = []

  beforeAll(async () => {
    const { docker } = await workshop()
    // An engine of our own is found, and started again, by whoever needs one; another's is left alone.
    const own = existsSync(pidFileOf(docker.host))
    fleet = await startFleet({
      real: { PROOFRUN_STATE: settings().stateFolder, DOCKER_HOST: own ? "" : docker.host },
    })
  }, 120_000)
  afterAll(() => fleet?.stop())

  const pidFileOf = (host: string) => join(dirname(host.slice("unix://".length)), "docker.pid")

  /** Pods of runs, warm ones left out, with what of them runs; null while the Docker Engine does not answer. */
  async function running(): Promise<Map<string, { id: string; role: string | undefined }[]> | null> {
    const { docker, pool } = await workshop()
    const all = await docker.containers.list(OURS).catch(() => null)
    if (!all) return null
    const warm = new Set((await pool.warm()).map(({ pod }) => pod))
    const there = all.filter(({ labels, running }) => running && labels.pod && !warm.has(labels.pod))
    const found = there.map(({ id, labels }) => ({ id, pod: labels.pod!, role: labels.role }))
    return Map.groupBy(found, ({ pod }) => pod)
  }

  /** What of them still runs, and what is noted of them. */
  async function describeLate(pods: string[], now: NonNullable<Awaited<ReturnType<typeof running>>>): Promise<string> {
    const notes = (await readdir(join(settings().stateFolder, "pods"))).join(" ")
    const of = pods.map(
      (pod) =>
        `${pod}: ${now
          .get(pod)
          ?.map(({ role }) => role ?? "?")
          .join(" ")}`,
    )
    return `${of.join("; ")}; notes: ${notes}`
  }

  /** Until nothing of these pods runs any more; remembered in seconds. */
  async function watchOrphans(after: string, pods: Iterable<string>): Promise<void> {
    const started = performance.now()
    const orphans = new Set(pods)
    let late = ""
    while (orphans.size > 0) {
      const now = await running()
      for (const pod of orphans) if (now && !now.has(pod)) orphans.delete(pod)
      const ms = performance.now() - started
      if (ms > 6 * ORPHANS_GONE_MS) break
      if (ms > ORPHANS_GONE_MS && late === "" && now) late = await describeLate([...orphans], now)
      await sleep(200)
    }
    orphaned.push({ after, seconds: (performance.now() - started) / 1000, late })
  }

  async function kinds(under: Promise<void>[]): Promise<[string, () => Promise<void>][]> {
    const { docker } = await workshop()
    const killContainer = async (role: string) => {
      const [of] = [...((await running())?.values() ?? [])].flat().filter((one) => one.role === role)
      if (of) await docker.containers.kill(of.id).catch(() => {})
    }
    const worker = (at: number) => async () => fleet.workers[at]!.kill("SIGKILL")
    const pidFile = pidFileOf(docker.host)
    return [
      ["the engine killed", () => killContainer("engine")],
      ["a worker killed", worker(0)],
      ["the driver killed", () => killContainer("driver")],
      [
        "the broker killed",
        async () => {
          const pods = (await running())?.keys() ?? []
          fleet.brokers[0]!.kill("SIGKILL")
          under.push(watchOrphans("the broker killed", pods))
        },
      ],
      ["a host killed", () => killContainer("host")],
      ["the other worker killed", worker(1)],
      ...(existsSync(pidFile)
        ? ([
            [
              "the Docker Engine killed",
              async () => {
                const pods = (await running())?.keys() ?? []
                process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL")
                under.push(watchOrphans("the Docker Engine killed", pods))
              },
            ],
          ] as [string, () => Promise<void>][])
        : []),
      ["Postgres restarted", async () => fleet.killPostgres("SIGINT")],
      ["Redis killed", async () => fleet.killRedis("its data lost")],
    ]
  }

  it(
    "leave nobody without a report",
    async () => {
      const crowd = await gatherCrowd(fleet, PEOPLE, random, workOf)
      const under: Promise<void>[] = []
      const deck = await kinds(under)
      const began = performance.now()
      await crowd.handIn(PEOPLE, (one) => acknowledged.push(one))
      const betweenMs = Math.max(BETWEEN_FAULTS_MS, (2 * (performance.now() - began)) / PEOPLE)
      let over = false
      const trouble = (async () => {
        while (happened.length < FAULTS && !over) {
          await sleep(betweenMs)
          const [what, happen] = deck[happened.length % deck.length]!
          await happen()
          happened.push(what)
        }
      })()
      while (happened.length < FAULTS) await crowd.handIn(PEOPLE, (one) => acknowledged.push(one))
      over = true
      await trouble
      await Promise.all(under)
      const unlike = acknowledged.filter(({ last }) => last.state !== "graded")
      expect(unlike.map(({ id, last }) => `${id}: ${last.state}, ${last.remark}`)).toEqual([])
    },
    LONGEST_MS,
  )

  it("charge nobody: only what asked to be refused was", () => {
    expect(acknowledged.filter(({ kind, last }) => last.rejected !== (kind === "refuse me"))).toEqual([])
  })

  it("grade nothing twice", async () => {
    const { rows } = await fleet.store.db.execute<{ id: string }>(sql`
      select s.id from submission s
      where (select count(*) from report r where r.submission = s.id) <> 1
        or (select count(*) from attempt a where a.submission = s.id and a.stage = 'run' and a.state = 'done') <> 1`)
    expect(rows).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(FAULTS / 4)
  })

  it("leave nothing of a run running after ten seconds, and nothing at all in the end", async () => {
    const slow = orphaned.filter(({ seconds }) => seconds > ORPHANS_GONE_MS / 1000)
    console.info(
      `${happened.length} faults on real engines over ${acknowledged.length} submissions; orphans were gone after ${orphaned.map(({ after, seconds }) => `${seconds.toFixed(1)} s (${after})`).join(", ")}`,
    )
    expect(slow).toEqual([])
    await fleet.brokers[0]!.stop()
    await expect.poll(() => leftovers(), { timeout: 60_000, interval: 1_000 }).toEqual([])
  }, 120_000)
})

/** Graded quickly: the weak kind on Cassandra, the strong one on Redis, and one that the bundler refuses. */
async function workOf(kind: Kind): Promise<object> {
  const work = await reference(kind === "weak" ? "weak" : "strong", kind === "weak" ? "cassandra" : "redis")
  const mark = `\n// ${randomBytes(8).toString("hex")}\n`
  const code = kind === "refuse me" ? `import "node:net"\n${work.files["access.ts"]}` : work.files["access.ts"]
  return { ...work, files: { ...work.files, "access.ts": code + mark }, quick: true }
}
