/** `proofrun doctor`: what is missing on this machine, and what to do about it. Looks only; installs, starts and removes nothing. */
import { execFileSync } from "node:child_process"
import { accessSync, constants, existsSync, statfsSync } from "node:fs"
import { availableParallelism, totalmem } from "node:os"
import { dirname } from "node:path"
import { canInstall } from "../../sandboxes/docker/apt.ts"
import type { EngineFacts } from "../../sandboxes/docker/docker.ts"
import { missingImages } from "../../sandboxes/docker/images.ts"
import type { FoundDocker } from "../../sandboxes/docker/own-engine.ts"
import { redisProgram } from "../local/redis.ts"
import { findEngine, imageOptions } from "../machine.ts"
import { settings } from "../settings.ts"
import { listPods } from "./pool.ts"

export const usage = `proofrun doctor      what is missing on this machine

Looks at Node, Docker, memory, cores, control groups, disk, redis-server, images and leaked containers; each line says what to do.
Ends with 0 if a submission can be graded here, 2 if not.`

/** "note" does not stand in the way: it will be done by itself, or costs only speed. */
export interface Check {
  state: "ok" | "note" | "missing"
  what: string
  says: string
}

const LEAST_MEMORY_BYTES = 3.5 * 2 ** 30
const LEAST_DISK_BYTES = 6 * 2 ** 30

export async function run(): Promise<number> {
  const checks = [...machineChecks(), ...(await dockerChecks())]
  for (const { state, what, says } of checks)
    process.stdout.write(
      `${state.padEnd(8)} ${what.padEnd(16)} ${says.replaceAll("\n", "\n                          ")}\n`,
    )
  const missing = checks.filter(({ state }) => state === "missing").length
  process.stdout.write(missing === 0 ? "\nSubmissions can be graded here.\n" : `\n${missing} missing.\n`)
  return missing === 0 ? 0 : 2
}

/** For `up` alone: a submission is graded without it. */
function redisCheck(): Check {
  const there = redisProgram()
  if (there) return { state: "ok", what: "redis-server", says: there }
  return {
    state: "note",
    what: "redis-server",
    says: canInstall()
      ? "none yet: `up` installs it."
      : "none: `up` needs it for its queue. Install it (Debian: apt-get install redis-server), or set REDIS_URL.",
  }
}

function machineChecks(): Check[] {
  const { stateFolder } = settings()
  const memory = totalmem()
  const cores = availableParallelism()
  const folder = nearest(stateFolder)
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  return [
    { state: "ok", what: "node", says: `${process.version} from the locked packages` },
    npmCheck(),
    process.platform === "linux"
      ? { state: "ok", what: "system", says: `Linux on ${process.arch}` }
      : { state: "missing", what: "system", says: `${process.platform}: sandboxes need Linux for now.` },
    {
      state: process.getuid?.() === 0 ? "ok" : "note",
      what: "root",
      says: process.getuid?.() === 0 ? "yes" : "no: a Docker Engine can be used, but none can be installed by itself.",
    },
    memory >= LEAST_MEMORY_BYTES
      ? { state: "ok", what: "memory", says: gib(memory) }
      : { state: "missing", what: "memory", says: `${gib(memory)}: one pod needs 2.5 GiB, so give the machine 4 GiB.` },
    redisCheck(),
    cores >= 2
      ? { state: "ok", what: "cores", says: String(cores) }
      : {
          state: "note",
          what: "cores",
          says: "1: gradings take longer and their intervals are wider; two are better.",
        },
    free >= LEAST_DISK_BYTES
      ? { state: "ok", what: "disk", says: `${gib(free)} free at ${folder}` }
      : { state: "missing", what: "disk", says: `${gib(free)} free at ${folder}: images and their making need 6 GiB.` },
    writable(folder)
      ? { state: "ok", what: "state folder", says: stateFolder }
      : {
          state: "missing",
          what: "state folder",
          says: `${stateFolder} cannot be written: set PROOFRUN_STATE to a folder of yours.`,
        },
  ]
}

async function dockerChecks(): Promise<Check[]> {
  let found: FoundDocker
  let facts: EngineFacts
  try {
    found = await findEngine({ start: false })
    facts = await found.docker.facts()
  } catch (error) {
    if (canInstall() && !settings().dockerHost)
      return [
        { state: "note", what: "docker", says: "none runs; the first grading installs and starts one by itself." },
      ]
    return [{ state: "missing", what: "docker", says: (error as Error).message }]
  }
  const missing = await missingImages(imageOptions(found)).catch((error: Error) => error)
  const leaked = (await listPods(found.docker)).filter(({ state }) => state.startsWith("leaked"))
  return [
    {
      state: "ok",
      what: "docker",
      says: `${facts.version} at ${found.docker.host}${found.own ? ", Proofrun's own" : ""} (${facts.storageDriver}, ${facts.operatingSystem})`,
    },
    { state: "ok", what: "control groups", says: `version ${facts.cgroupVersion}` },
    missing instanceof Error
      ? { state: "missing", what: "images", says: missing.message }
      : missing.length === 0
        ? { state: "ok", what: "images", says: "built" }
        : { state: "note", what: "images", says: `the first grading builds: ${missing.join(", ")}` },
    leaked.length === 0
      ? { state: "ok", what: "leaked", says: "nothing" }
      : {
          state: "note",
          what: "leaked",
          says: `${leaked.length} pods; the next grading removes them, or ./proofrun pool --drop`,
        },
  ]
}

function npmCheck(): Check {
  try {
    return { state: "ok", what: "npm", says: execFileSync("npm", ["--version"], { encoding: "utf8" }).trim() }
  } catch {
    return { state: "note", what: "npm", says: "not found; it is needed when the locked packages change." }
  }
}

/** The folder itself, or the first above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder))
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
