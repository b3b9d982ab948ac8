/** Runs programs of the machine with their output in a log file, and says what becomes of them when we end. */
import { spawn } from "node:child_process"
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import { DockerFault } from "./fault.ts"

/** Runs a program apart from our terminal and signals, to its end whatever becomes of us. */
export function apart(program: string, args: string[], logFile: string): Promise<void> {
  return logged(program, args, { logFile, detached: true })
}

/** Runs a program that is killed with everything it started, mounts included, as soon as we are gone, however that happens. */
export function withUs(program: string, args: string[], logFile: string): Promise<void> {
  // The first process of a name space takes all others with it; the kernel kills it when unshare dies, and unshare when we do.
  const spaces = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
  return logged("setpriv", ["--pdeathsig", "KILL", ...spaces, program, ...args], {
    logFile,
    detached: false,
    name: program,
  })
}

/** Throws with the end of the program's output where it fails. */
async function logged(
  program: string,
  args: string[],
  { logFile, detached, name = program }: { logFile: string; detached: boolean; name?: string },
): Promise<void> {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, "a")
  const quiet = ["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"]
  const child = spawn("env", [...quiet, program, ...args], { detached, stdio: ["ignore", log, log] })
  closeSync(log)
  const code = await new Promise<number | string>((resolve, reject) => {
    child.on("error", reject)
    child.on("exit", (code, signal) => resolve(code ?? signal ?? "unknown"))
  })
  if (code === 0) return
  throw new DockerFault(`${name} failed (${code}); the log is ${logFile}:${lastLines(logFile, 8)}`)
}

/** The end of a log, ready to stand below a sentence. */
export function lastLines(logFile: string, count: number): string {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-count)
  return lines.map((line) => `\n  | ${line}`).join("")
}
