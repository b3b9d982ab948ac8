/** A Redis of our own on this machine, for whoever names no other: the queue's, on a unix socket, with every write on the disk within a second. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { aptInstall, canInstall } from "../../sandboxes/docker/apt.ts"
import { connect } from "../queue.ts"
import { Refusal } from "../refusal.ts"
import type { LocalService } from "./postgres.ts"

const PROGRAMS = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/usr/bin/valkey-server"]
const START_MS = 15_000
const STOP_MS = 10_000

/** Throws a `Refusal` where there is no program to start and none can be installed. */
export async function startRedis(stateFolder: string, say: (line: string) => void): Promise<LocalService> {
  const program = await findProgram(stateFolder, say)
  const folder = join(stateFolder, "redis")
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const socket = join(folder, "redis.sock")
  await endStale(join(folder, "redis.pid"), folder)
  await rm(socket, { force: true })
  const settings = {
    port: "0",
    unixsocket: socket,
    unixsocketperm: "700",
    dir: folder,
    pidfile: join(folder, "redis.pid"),
    // A queue must never be thrown out to make room.
    "maxmemory-policy": "noeviction",
    appendonly: "yes",
    appendfsync: "everysec",
    save: "",
    "enable-debug-command": "no",
    loglevel: "warning",
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true })
  let said = ""
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-4_000)
  }
  child.stdout.on("data", hear)
  child.stderr.on("data", hear)
  let stopping = false
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message))
    child.once("exit", (code, signal) =>
      resolve(`${signal ?? `code ${code}`}: ${said.trim().split("\n").at(-1) ?? ""}`),
    )
  })
  const url = `unix://${socket}`
  await Promise.race([
    untilReady(url),
    exited.then((why) => Promise.reject(new Error(`Redis did not start (${why}).`))),
  ])
  return {
    url,
    died: new Promise((resolve) => void exited.then((why) => stopping || resolve(why))),
    async stop() {
      stopping = true
      child.kill("SIGTERM")
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS)
      await exited
      clearTimeout(timer)
    },
  }
}

async function untilReady(url: string): Promise<void> {
  const redis = connect(url, { maxRetriesPerRequest: null })
  const timer = setTimeout(() => redis.disconnect(), START_MS)
  try {
    await redis.ping()
  } catch (error) {
    throw new Error("Redis was started and does not answer.", { cause: error })
  } finally {
    clearTimeout(timer)
    redis.disconnect()
  }
}

/** The program that would be started; undefined: none is here. */
export const redisProgram = (): string | undefined => PROGRAMS.find((path) => existsSync(path))

async function findProgram(stateFolder: string, say: (line: string) => void): Promise<string> {
  const there = redisProgram()
  if (there) return there
  if (canInstall()) {
    say("Installing redis-server with apt-get (once; a few seconds)")
    await aptInstall(["redis-server"], join(stateFolder, "apt.log")).catch(() => {})
  }
  const installed = redisProgram()
  if (installed) return installed
  throw new Refusal(
    "There is no redis-server here. Install it (Debian: apt-get install redis-server), or set REDIS_URL to a Redis.",
    3,
  )
}

/** One whose starter was killed lives on with our files open. */
async function endStale(pidFile: string, folder: string): Promise<void> {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""))
  if (!pid) return
  // Its title names the socket.
  const title = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")
  if (!title.includes(folder)) return
  process.kill(pid, "SIGTERM")
  const end = Date.now() + STOP_MS
  while (existsSync(`/proc/${pid}`)) {
    if (Date.now() > end) throw new Error(`An earlier Redis of this installation (process ${pid}) does not stop.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
