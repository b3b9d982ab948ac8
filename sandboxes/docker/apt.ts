/** Installs packages of Debian or Ubuntu. Only ever called for what is missing, as root. */
import { spawn } from "node:child_process"
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import { DockerFault } from "./fault.ts"

/** Whether packages can be installed here: root, on a system with apt. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && existsSync("/etc/debian_version")
}

/**
 * Installs with apt-get. It runs in a session of its own with its output in `logFile`: interrupting us in the middle does not leave packages
 * half configured, and a second start waits for dpkg's own lock.
 */
export async function aptInstall(packages: string[], logFile: string): Promise<void> {
  const wait = ["-o", "DPkg::Lock::Timeout=600"]
  // A dpkg that was killed (power cut, kill -9) refuses everything until this was done. Neither this nor a package list that cannot be
  // fetched is the end: the installation itself tells whether it mattered.
  await apart("dpkg", ["--configure", "-a"], logFile).catch(() => {})
  await apart("apt-get", ["update", ...wait], logFile).catch(() => {})
  await apart("apt-get", ["install", "-y", "--no-install-recommends", ...wait, ...packages], logFile)
}

/** Runs a program apart from our terminal and signals; throws with the end of its output where it fails. */
export async function apart(program: string, args: string[], logFile: string): Promise<void> {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, "a")
  const child = spawn("env", ["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", program, ...args], {
    detached: true,
    stdio: ["ignore", log, log],
  })
  closeSync(log)
  const code = await new Promise<number | string>((resolve, reject) => {
    child.on("error", reject)
    child.on("exit", (code, signal) => resolve(code ?? signal ?? "unknown"))
  })
  if (code === 0) return
  const end = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-8)
  throw new DockerFault(
    `${program} ${args[0]} failed (${code}); the log is ${logFile}:${end.map((line) => `\n  | ${line}`).join("")}`,
  )
}
