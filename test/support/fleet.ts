/**
 * A platform whose parts are processes that can be killed: two servers, two workers each with a tiny broker (or both with one real broker), a Postgres
 * and a Redis. All are started again when they die. Postgres' data are on the disk; Redis and the workers keep theirs in a small file system of their own that can be filled.
 */

import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { keptAlive } from "../../server/local/kept-alive.ts"
import { startPostgres } from "../../server/local/postgres.ts"
import { startRedis } from "../../server/local/redis.ts"
import { connect } from "../../server/queue.ts"
import { openStore, type Store } from "../../server/store/database.ts"
import { migrateDatabase } from "../../server/store/migrate.ts"
import { freePort } from "./free-port.ts"
import { ROOT } from "./grading.ts"
import { type KeptProcess, keepProcess } from "./kept-process.ts"

export interface Fleet {
  store: Store
  /** Where the servers answer. */
  urls: string[]
  /** What people's browsers take both of them for. */
  address: string
  /** From the start of all parts until both servers answered: what a part takes to come back, and more. */
  startedInMs: number
  servers: KeptProcess[]
  workers: KeptProcess[]
  brokers: KeptProcess[]
  killRedis(kept: "its data kept" | "its data lost"): void
  flushRedis(): Promise<void>
  killPostgres(signal: "SIGKILL" | "SIGINT"): void
  /** Fills the disk that Redis and the workers write to; null where none could be made (it takes root). */
  fillDisk: null | { fill(): void; free(): void }
  stop(): Promise<void>
}

const DISK_MIB = 64
const MAIN = join(ROOT, "server/main.ts")
const SUPPORT = join(ROOT, "test/support")

/** `milliseconds`: what a run on a tiny broker takes. `real`: what a broker of the real engines has in its environment. */
export type FleetOptions = { milliseconds: number } | { real: Record<string, string> }

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), "proofrun-fleet-"))
  await chmod(folder, 0o755)
  const small = join(folder, "small")
  mkdirSync(small)
  const mounted = mount(small)
  const postgres = await keptAlive(
    "Postgres",
    () => startPostgres(folder),
    () => {},
  )
  const redis = await keptAlive(
    "Redis",
    () => startRedis(small, () => {}),
    () => {},
  )
  await migrateDatabase(postgres.url)
  const store = openStore(postgres.url)
  const ports = await Promise.all([freePort(), freePort()])
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  const address = urls[0]!
  const real = "real" in options
  const env = (name: string) => ({
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    PROOFRUN_ADDRESS: address,
    PROOFRUN_SECRET: "07".repeat(32),
    PROOFRUN_STATE: join(small, name),
    PROOFRUN_BROKER: real ? join(folder, "broker", "broker.sock") : join(small, name, "broker.sock"),
    PROOFRUN_LOG: "warn",
  })
  const keep = (name: string, of: string, args: string[]) =>
    keepProcess(name, args, { env: env(of), logFile: join(folder, `${name}.log`) })
  const pair = [1, 2]
  for (const n of pair) mkdirSync(join(small, `machine-${n}`), { recursive: true, mode: 0o700 })
  const brokers = real
    ? [
        keepProcess("broker", [MAIN, "broker"], {
          env: { ...env("broker"), ...options.real },
          logFile: join(folder, "broker.log"),
        }),
      ]
    : pair.map((n) =>
        keep(`broker-${n}`, `machine-${n}`, [
          join(SUPPORT, "tiny-broker.ts"),
          join(small, `machine-${n}`, "broker.sock"),
          String(options.milliseconds),
        ]),
      )
  const began = performance.now()
  const servers = ports.map((port, at) =>
    keep(`server-${at + 1}`, "servers", [join(SUPPORT, "serve-without-limits.ts"), String(port)]),
  )
  const workers = pair.map((n) => keep(`worker-${n}`, `machine-${n}`, [MAIN, "worker"]))
  await Promise.all(urls.map(untilAnswers))
  return {
    startedInMs: performance.now() - began,
    store,
    urls,
    address,
    servers,
    workers,
    brokers,
    killRedis(kept) {
      const redisFolder = join(small, "redis")
      // The process has its files open still: what it writes from now on is gone with it.
      if (kept === "its data lost") rmSync(join(redisFolder, "appendonlydir"), { recursive: true, force: true })
      signalPid(join(redisFolder, "redis.pid"), "SIGKILL")
    },
    async flushRedis() {
      const client = connect(redis.url, { maxRetriesPerRequest: 1 })
      await client.flushall().catch(() => {})
      client.disconnect()
    },
    killPostgres: (signal) => signalPid(join(folder, "postgres/data/postmaster.pid"), signal),
    fillDisk: mounted ? diskIn(small) : null,
    async stop() {
      await Promise.all([...workers, ...servers].map((one) => one.stop()))
      await Promise.all(brokers.map((one) => one.stop()))
      await store.close()
      await Promise.all([postgres.stop(), redis.stop()])
      if (mounted) execFileSync("umount", ["--lazy", small])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function mount(folder: string): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MIB}m`, "tmpfs", folder], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

function diskIn(folder: string) {
  const file = join(folder, "filling")
  return {
    fill() {
      try {
        writeFileSync(file, Buffer.alloc(DISK_MIB * 2 ** 20))
      } catch {
        // That it does not fit is the point.
      }
    },
    free: () => rmSync(file, { force: true }),
  }
}

/** First line of the file: the process's id. */
function signalPid(file: string, signal: NodeJS.Signals): void {
  try {
    process.kill(Number(readFileSync(file, "utf8").split("\n")[0]), signal)
  } catch {
    // It is between two lives.
  }
}

async function untilAnswers(url: string): Promise<void> {
  const end = Date.now() + 30_000
  for (;;) {
    if (
      await fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    if (Date.now() > end) throw new Error(`The server at ${url} does not answer.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
