/**
 * Makes sure that the locked packages are installed, and prints the path of the Node that runs the rest. Plain JavaScript for Node 20, without
 * dependencies: it runs before there are any. All it says to people goes to stderr.
 */
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createConnection, createServer } from "node:net"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(project, "node_modules")
/**
 * A copy of the lock file that `node_modules` was completely installed from. npm removes it with the rest before it begins anew. The script
 * `proofrun` compares it itself, to save the start of a Node where nothing is due.
 */
const stamp = join(modules, ".proofrun-installed")
const LEAST_NODE = 20
const PINNED_NODE = 24
const LEAST_NPM = 9

const major = Number(process.versions.node.split(".")[0])
if (major < LEAST_NODE)
  stop(`Proofrun needs Node ${LEAST_NODE} or later; this is ${process.version}. Install a newer one and try again.`)
const lockFile = join(project, "package-lock.json")
if (!existsSync(lockFile)) stop(`${lockFile} is missing: this is not a whole copy of Proofrun. Clone it again.`)

if (!installed()) await alone(install)
process.stdout.write(pinnedNode() ?? process.execPath)

/** The node binary that the locked packages bring for this platform; null where they bring none and the running one will do. */
function pinnedNode() {
  if (process.platform === "linux" && ["x64", "arm64"].includes(process.arch))
    return join(modules, `node-linux-${process.arch}/bin/node`)
  if (major >= PINNED_NODE) return null
  stop(
    `Proofrun needs Linux on x64 or arm64 for now, or Node ${PINNED_NODE} or later where it brings none itself; this is ${process.platform} on ${process.arch} with Node ${process.version}.`,
  )
}

function installed() {
  const node = pinnedNode()
  if (node && !existsSync(node)) return false
  const wanted = readFileSync(lockFile, "utf8")
  if (read(stamp) === wanted) return true
  if (!sameAsLocked()) return false
  // Somebody has installed just this with npm: believe it.
  mark(wanted)
  return true
}

/** npm writes its own record of what it installed as its last step, so a half-done installation has none. */
function sameAsLocked() {
  try {
    const locked = JSON.parse(readFileSync(lockFile, "utf8")).packages
    const present = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")).packages
    return Object.entries(locked).every(
      ([place, { version, optional, devOptional }]) =>
        place === "" || (present[place] ? present[place].version === version : optional || devOptional),
    )
  } catch {
    return false
  }
}

async function install() {
  // Somebody else may have done it while we waited.
  if (installed()) return
  const npm = spawnSync("npm", ["--version"], { encoding: "utf8", cwd: project })
  if (npm.error || npm.status !== 0)
    stop(
      "Proofrun needs npm to install its packages, and npm cannot be run here. Install it (it comes with Node) and try again.",
    )
  if (Number(npm.stdout.split(".")[0]) < LEAST_NPM)
    stop(
      `Proofrun needs npm ${LEAST_NPM} or later to install its packages; this is ${npm.stdout.trim()}. Update it: npm install -g npm`,
    )
  say("Installing the locked packages (once; about half a minute)")
  rmSync(stamp, { force: true })
  const wanted = readFileSync(lockFile, "utf8")
  const args = [
    "ci",
    "--include=dev",
    "--include=optional",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]
  const child = spawn("npm", args, { cwd: project, stdio: ["ignore", 2, 2] })
  // Ctrl-C reaches npm as well, being in our process group; we stay until it is gone, so that the lock is held as long as it writes.
  let told = false
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => {
      told = true
      child.kill(signal)
    })
  const [code, signal] = await new Promise((resolve) => {
    child.on("error", (error) => resolve([error.message, null]))
    child.on("exit", (...how) => resolve(how))
  })
  if (told || signal) stop("The installation was interrupted; run it again to complete it.", 130)
  if (code !== 0)
    stop(
      `npm could not install the packages (${code}): see its messages above. Is the package registry reachable? Run it again to go on.`,
    )
  const node = pinnedNode()
  if (node && !existsSync(node))
    stop(`The packages are installed, but ${node} is not among them; is "optional" omitted in your npm settings?`)
  mark(wanted)
}

/** Runs `task` while no other Proofrun does on this machine: a listening socket that vanishes with its process (see sandboxes/docker/locks.ts). */
async function alone(task) {
  if (process.platform !== "linux") return task()
  const path = `\0proofrun/packages/${createHash("sha256").update(project).digest("hex").slice(0, 16)}`
  for (let told = false; ; ) {
    const waiting = new Set()
    const server = createServer((socket) => {
      waiting.add(socket)
      socket.on("error", () => {})
    })
    const held = await new Promise((resolve, reject) => {
      server.on("error", (error) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error)))
      server.listen({ path }, () => resolve(true))
    })
    if (held) {
      await task()
      server.close()
      for (const socket of waiting) socket.destroy()
      return
    }
    if (!told) say("Waiting for another Proofrun that installs the packages")
    told = true
    await new Promise((resolve) => {
      const socket = createConnection({ path })
      socket.on("error", () => setTimeout(resolve, 50))
      socket.on("end", resolve).on("close", resolve).resume()
    })
  }
}

function mark(lock) {
  try {
    writeFileSync(stamp, lock)
  } catch {
    // A tree that somebody else owns: it is looked at anew each time, which is slower and right.
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return null
  }
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function stop(sentence, code = 3) {
  say(sentence)
  process.exit(code)
}
