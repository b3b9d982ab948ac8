/** Finds the Docker Engine of this machine, and where there is none and we may, installs and runs one that disturbs no other. */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { aptInstall, canInstall } from "./apt.ts"
import { connectDocker, type Docker } from "./docker.ts"
import { DockerFault } from "./fault.ts"
import type { Progress } from "./images.ts"
import { endContainersOf } from "./left-containers.ts"
import { withLock } from "./locks.ts"
import { apart, lastLines } from "./programs.ts"

export interface FoundDocker {
  docker: Docker
  /** true: it is the one that we started, with a data folder of its own and without networks. */
  own: boolean
  /** Network for build steps there: our own engine has no bridge, so its builds use the machine's. */
  buildNetwork: string | undefined
}

export interface FindOptions {
  /** DOCKER_HOST; it must answer if it is given. */
  dockerHost?: string | undefined
  stateFolder: string
  /** The machine's usual engine, looked for before one of our own. */
  usualHost?: string
  /** false: only look; do not install and start anything. */
  start?: boolean
  onProgress?: Progress
  signal?: AbortSignal
}

const DEFAULT_SOCKET = "/var/run/docker.sock"
const START_MS = 90_000
/** A running engine of ours that says nothing for this long is taken for frozen and started anew. */
const FROZEN_MS = 20_000

/** Throws a `DockerFault` that says what to do where there is none and none can be had. */
export async function findDocker(options: FindOptions): Promise<FoundDocker> {
  const {
    dockerHost,
    stateFolder,
    usualHost = `unix://${DEFAULT_SOCKET}`,
    start = true,
    onProgress = () => {},
    signal,
  } = options
  if (dockerHost) {
    const docker = connectDocker(dockerHost)
    await docker.ping(10_000).catch((error) => {
      throw new DockerFault(
        `No Docker Engine answers at DOCKER_HOST=${dockerHost}: start it or unset DOCKER_HOST. (${error.message})`,
      )
    })
    return { docker, own: false, buildNetwork: undefined }
  }
  const usual = await usualDocker(usualHost)
  if (usual) return usual
  const place = placeOf(stateFolder)
  if (await answers(place.host, 2_000)) return owned(place)
  if (!start) throw new DockerFault(nothingRuns())
  if (process.platform !== "linux" || process.getuid?.() !== 0) throw new DockerFault(nothingRuns())
  const onWait = () => onProgress("Waiting for another Proofrun on this machine that starts the Docker Engine")
  return withLock(
    "docker-engine",
    async () => {
      if (!existsSync("/usr/sbin/dockerd") && !existsSync("/usr/bin/dockerd")) {
        if (!canInstall()) throw new DockerFault(nothingRuns())
        onProgress("Installing Docker with apt-get (docker.io, about 30 s)")
        await aptInstall(packages(), join(stateFolder, "apt.log"))
      }
      // The package may have started the system's own service, which is then the better choice; or another Proofrun started ours.
      const now = await usualDocker(usualHost)
      if (now) return now
      if (!(await answers(place.host, FROZEN_MS))) await startEngine(place, onProgress)
      return owned(place)
    },
    { onWait, ...(signal && { signal }) },
  )
}

/** The packages' recommendations are left out, save for what this machine's kernel or lack of an init system makes necessary. */
function packages(): string[] {
  const names = ["docker.io", "debootstrap", "debian-archive-keyring", "ca-certificates", "iptables"]
  if (readable("/sys/module/apparmor/parameters/enabled")?.startsWith("Y")) names.push("apparmor")
  if (!hasCgroups()) names.push("cgroupfs-mount")
  return names
}

interface Place {
  host: string
  socket: string
  pidFile: string
  execRoot: string
  dataRoot: string
  config: string
  log: string
}

/** Where an engine for this state folder lives. The socket's path stays short whatever the folder's: the kernel allows 107 characters. */
function placeOf(stateFolder: string): Place {
  const usual = stateFolder === "/var/lib/proofrun"
  const run = usual
    ? "/run/proofrun"
    : `/run/proofrun-${createHash("sha256").update(stateFolder).digest("hex").slice(0, 8)}`
  return {
    host: `unix://${run}/docker.sock`,
    socket: `${run}/docker.sock`,
    pidFile: `${run}/docker.pid`,
    execRoot: `${run}/exec`,
    dataRoot: join(stateFolder, "docker"),
    config: join(stateFolder, "dockerd.json"),
    log: join(stateFolder, "dockerd.log"),
  }
}

function owned(place: Place): FoundDocker {
  return { docker: connectDocker(place.host), own: true, buildNetwork: "host" }
}

async function usualDocker(host: string): Promise<FoundDocker | null> {
  return (await answers(host, 5_000)) ? { docker: connectDocker(host), own: false, buildNetwork: undefined } : null
}

async function answers(host: string, ms: number): Promise<boolean> {
  if (!existsSync(host.slice("unix://".length))) return false
  return connectDocker(host)
    .ping(ms)
    .then(
      () => true,
      () => false,
    )
}

async function startEngine(place: Place, onProgress: Progress): Promise<void> {
  onProgress("Starting a Docker Engine of Proofrun's own")
  await stopLeftOver(place)
  mkdirSync(place.dataRoot, { recursive: true, mode: 0o711 })
  mkdirSync(place.execRoot, { recursive: true, mode: 0o711 })
  if (!hasCgroups() && existsSync("/usr/bin/cgroupfs-mount")) await apart("cgroupfs-mount", [], place.log)
  // An empty configuration of its own: the machine's /etc/docker/daemon.json is meant for the machine's engine, and may contradict these options.
  writeFileSync(place.config, "{}\n")
  const log = openSync(place.log, "a")
  // No bridge and no packet filter rules: containers of ours have no network at all, and a second engine with the default ones would fight
  // over them with the machine's first.
  const child = spawn(
    "dockerd",
    [
      ...["--data-root", place.dataRoot, "--exec-root", place.execRoot, "--pidfile", place.pidFile],
      ...["--host", `unix://${place.socket}`, "--group", "root", "--config-file", place.config],
      ...["--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-masq=false", "--ip-forward=false"],
    ],
    { detached: true, stdio: ["ignore", log, log] },
  )
  closeSync(log)
  let ended: string | undefined
  child.on("error", (error) => {
    ended = error.message
  })
  child.on("exit", (code, signal) => {
    ended = `it ended with ${signal ?? `code ${code}`}`
  })
  child.unref()
  const giveUpAt = Date.now() + START_MS
  while (!(await answers(place.host, 5_000))) {
    if (ended || Date.now() > giveUpAt) {
      const why = ended ?? `it does not answer after ${START_MS / 1000} s`
      throw new DockerFault(
        `The Docker Engine could not be started: ${why}. Its log is ${place.log}:${lastLines(place.log, 6)}`,
      )
    }
    await sleep(100)
  }
}

/** Ends what an earlier engine of ours left: a frozen process, a pid file that may by now name somebody else, a dead socket. */
async function stopLeftOver(place: Place): Promise<void> {
  const pid = Number(readable(place.pidFile))
  const isOurs = () => readable(`/proc/${pid}/cmdline`)?.includes(`\0${place.pidFile}\0`) ?? false
  if (pid > 1 && isOurs()) {
    // Perhaps it is only starting still, under somebody who was interrupted.
    const age = Date.now() - statSync(place.pidFile).mtimeMs
    const patience = Date.now() + Math.max(0, Math.min(START_MS, START_MS - age))
    while (isOurs() && Date.now() < patience && !(await answers(place.host, 2_000))) await sleep(200)
    if (await answers(place.host, 2_000)) return
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (!isOurs()) break
      process.kill(pid, "SIGCONT")
      process.kill(pid, signal)
      for (const until = Date.now() + 15_000; isOurs() && Date.now() < until; ) await sleep(100)
    }
  }
  // Its containerd dies with it, but not in the same instant, and a new engine would take the dying one for its own and wait in vain.
  const containerdPidFile = join(place.execRoot, "containerd/containerd.pid")
  const containerd = Number(readable(containerdPidFile))
  const lives = () => containerd > 1 && (readable(`/proc/${containerd}/cmdline`)?.includes(place.execRoot) ?? false)
  if (lives()) process.kill(containerd, "SIGKILL")
  for (const until = Date.now() + 15_000; lives() && Date.now() < until; ) await sleep(50)
  endContainersOf(place.execRoot)
  for (const file of [containerdPidFile, place.pidFile, place.socket]) rmSync(file, { force: true })
}

function hasCgroups(): boolean {
  return /^\S+ \/sys\/fs\/cgroup\S* cgroup2? /m.test(readFileSync("/proc/mounts", "utf8"))
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim()
  } catch {
    return undefined
  }
}

function nothingRuns(): string {
  if (existsSync(DEFAULT_SOCKET)) {
    try {
      accessSync(DEFAULT_SOCKET, constants.R_OK | constants.W_OK)
      return `A Docker Engine should be at ${DEFAULT_SOCKET}, but it does not answer: start it (systemctl start docker) and try again.`
    } catch {
      return `You may not use the Docker Engine at ${DEFAULT_SOCKET}: join the group docker (sudo usermod -aG docker $USER, then log in again), or run this as root.`
    }
  }
  if (canInstall())
    return "No Docker Engine runs here: whatever grades (./proofrun up, for one) installs and starts one by itself."
  if (process.platform === "linux" && existsSync("/etc/debian_version"))
    return "No Docker Engine runs here: run this as root, which installs and starts one by itself, or install Docker, or set DOCKER_HOST."
  return "No Docker Engine runs here: install and start Docker, or set DOCKER_HOST to one that you may use."
}
