/** A process of a test's own that is started again whenever it is killed, as whoever runs a service would see to it. */
import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"

export interface KeptProcess {
  name: string
  /** null: between two lives. */
  pid(): number | null
  kill(signal: NodeJS.Signals): void
  /** How often it has been started. */
  lives(): number
  stop(): Promise<void>
}

const AGAIN_MS = 200

export function keepProcess(
  name: string,
  args: string[],
  { env, logFile }: { env: Record<string, string>; logFile: string },
): KeptProcess {
  let child: ChildProcess | null = null
  let exited: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let stopping = false
  let lives = 0
  function start(): void {
    const log = openSync(logFile, "a")
    const one = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
    })
    closeSync(log)
    child = one
    lives++
    exited = new Promise((resolve) => {
      one.once("exit", () => {
        child = null
        resolve()
        if (!stopping) timer = setTimeout(start, AGAIN_MS)
      })
    })
  }
  start()
  return {
    name,
    pid: () => child?.pid ?? null,
    kill: (signal) => void child?.kill(signal),
    lives: () => lives,
    async stop() {
      stopping = true
      clearTimeout(timer)
      // A stopped process hears nothing before it goes on.
      child?.kill("SIGCONT")
      child?.kill("SIGTERM")
      const late = setTimeout(() => child?.kill("SIGKILL"), 10_000)
      await exited
      clearTimeout(late)
    },
  }
}
