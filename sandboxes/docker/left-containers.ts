/** Containers that a dead engine of ours left running. */
import { readdirSync, readFileSync } from "node:fs"

/**
 * Ends them at once; the next engine finds them ended. Otherwise it ends them itself while it starts, and until it answers nobody else can. The
 * first process of a container is the child of a shim that names its engine's folder; with it all others end.
 */
export function endContainersOf(execRoot: string): void {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
  const shims = new Set(processes.filter((pid) => isShim(read(`/proc/${pid}/cmdline`), execRoot)))
  for (const pid of processes) if (shims.has(parentOf(pid))) end(Number(pid))
}

const isShim = (commandLine: string, execRoot: string): boolean =>
  commandLine.includes("containerd-shim") && commandLine.includes(`\0${execRoot}/containerd/`)

/** Behind the name, which may hold anything, come the state and the parent. */
function parentOf(pid: string): string {
  const stat = read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? ""
}

/** "" where the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
