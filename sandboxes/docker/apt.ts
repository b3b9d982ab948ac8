/** Installs packages of Debian or Ubuntu. Only ever called for what is missing, as root. */
import { existsSync } from "node:fs"
import { withLock } from "./locks.ts"
import { apart } from "./programs.ts"

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
  // Of two processes of ours one waits here: the lists and the archive have locks that apt-get does not wait for.
  await withLock("installing packages", async () => {
    // A dpkg that was killed (power cut, kill -9) refuses everything until this was done. Neither this nor a package list that cannot be
    // fetched is the end: the installation itself tells whether it mattered.
    await apart("dpkg", ["--configure", "-a"], logFile).catch(() => {})
    await apart("apt-get", ["update", ...wait], logFile).catch(() => {})
    await apart("apt-get", ["install", "-y", "--no-install-recommends", ...wait, ...packages], logFile)
  })
}
