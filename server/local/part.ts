/** A part of the platform as a process of its own, started again when it dies. */
import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, mkdirSync, openSync } from "node:fs"
import { join } from "node:path"
import { partEnvironment } from "../settings.ts"

export interface Part {
  name: string
  /** Ends it in good order: it is asked, and killed after `graceMs`. */
  stop(graceMs: number): Promise<void>
}

const MAIN = join(import.meta.dirname, "../main.ts")
const AGAIN_MS = 1_000

/** Its log goes to logs/NAME.log in the state folder. It lives no longer than we do. */
export function startPart(
  name: "serve" | "worker" | "broker",
  { stateFolder, env, say }: { stateFolder: string; env: Record<string, string>; say: (line: string) => void },
): Part {
  const logs = join(stateFolder, "logs")
  mkdirSync(logs, { recursive: true })
  const logFile = join(logs, `${name}.log`)
  let stopping = false
  let child: ChildProcess
  let exited: Promise<void>
  let timer: NodeJS.Timeout | undefined
  const start = () => {
    const log = openSync(logFile, "a", 0o600)
    child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, name], {
      env: partEnvironment(env),
      stdio: ["ignore", log, log, "ipc"],
      // Ctrl-C is for us alone: the parts are ended one after another.
      detached: true,
    })
    closeSync(log)
    exited = new Promise((resolve) => {
      child.once("error", () => resolve())
      child.once("exit", (code, signal) => {
        resolve()
        if (stopping) return
        say(`The ${name} process ended (${signal ?? `code ${code}`}); starting it again. Its log: ${logFile}`)
        timer = setTimeout(start, AGAIN_MS)
      })
    })
  }
  start()
  return {
    name,
    async stop(graceMs) {
      stopping = true
      clearTimeout(timer)
      child.kill("SIGTERM")
      const late = setTimeout(() => child.kill("SIGKILL"), graceMs)
      await exited
      clearTimeout(late)
    },
  }
}
