/**
 * The same GETs by our own generator and by redis-benchmark, on one Redis server, in turns: do both see the same throughput and p50? Closed loop, for
 * redis-benchmark knows no other: each connection sends when its answer is in.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { ascending, median, quantile } from "../../sandboxes/measurement/statistics.ts"

const run = promisify(execFile)
const ROUNDS = 5
const CALLS = 100_000
const CONNECTIONS = 50
const KEY = "key:__rand_int__"
const GET = Buffer.from(`*2\r\n$3\r\nGET\r\n$${KEY.length}\r\n${KEY}\r\n`)
const VALUE = "VXK"
const REPLY_BYTES = `$${VALUE.length}\r\n${VALUE}\r\n`.length

export interface Compared {
  perSecond: number
  p50Ms: number
}

/** null where there is no redis-server or redis-benchmark on this machine. Medians of five rounds of each, in turns. */
export async function besideRedisBenchmark(): Promise<{ ours: Compared; theirs: Compared } | null> {
  const found = await Promise.all(["redis-server", "redis-benchmark"].map((name) => run(name, ["--version"])))
    .then(() => true)
    .catch(() => false)
  if (!found) return null
  const folder = await mkdtemp(join(tmpdir(), "generator-"))
  const socket = join(folder, "redis.sock")
  const server = spawn("redis-server", ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder], {
    stdio: "ignore",
  })
  try {
    await ready(server, socket)
    const ours: Compared[] = []
    const theirs: Compared[] = []
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await byRedisBenchmark(socket))
      ours.push(await byUs(socket))
    }
    return { ours: middle(ours), theirs: middle(theirs) }
  } finally {
    server.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

const middle = (rounds: Compared[]): Compared => ({
  perSecond: median(rounds.map(({ perSecond }) => perSecond)),
  p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
})

async function ready(server: ChildProcess, path: string): Promise<void> {
  for (;;) {
    const answered = await new Promise<boolean>((resolve) => {
      const probe = connect(path)
      probe.once("error", () => resolve(false))
      probe.once("connect", () => probe.write(`*3\r\n$3\r\nSET\r\n$${KEY.length}\r\n${KEY}\r\n$3\r\n${VALUE}\r\n`))
      probe.once("data", () => {
        probe.destroy()
        resolve(true)
      })
    })
    if (answered) return
    if (server.exitCode !== null) throw new Error("redis-server ended before it answered")
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function byRedisBenchmark(path: string): Promise<Compared> {
  const options = ["-s", path, "-t", "get", "-n", String(CALLS), "-c", String(CONNECTIONS), "-P", "1", "--csv"]
  const { stdout } = await run("redis-benchmark", options)
  const [head, get] = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(",").map((cell) => cell.replaceAll('"', "")))
  const figure = (name: string) => Number(get[head.indexOf(name)])
  return { perSecond: figure("rps"), p50Ms: figure("p50_latency_ms") }
}

async function byUs(path: string): Promise<Compared> {
  const sockets = await Promise.all(
    Array.from(
      { length: CONNECTIONS },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const one = connect(path, () => resolve(one))
          one.once("error", reject)
        }),
    ),
  )
  const latencies = new Float64Array(CALLS)
  let sent = 0
  let answered = 0
  const started = performance.now()
  await new Promise<void>((resolve) => {
    for (const one of sockets) {
      let sentAt = 0
      let bytes = 0
      const next = () => {
        if (sent === CALLS) return
        sent++
        sentAt = performance.now()
        one.write(GET)
      }
      one.on("data", (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes < REPLY_BYTES) return
        bytes = 0
        latencies[answered++] = performance.now() - sentAt
        if (answered === CALLS) resolve()
        else next()
      })
      next()
    }
  })
  const seconds = (performance.now() - started) / 1000
  for (const one of sockets) one.destroy()
  return { perSecond: CALLS / seconds, p50Ms: quantile(ascending(latencies), 0.5) }
}
