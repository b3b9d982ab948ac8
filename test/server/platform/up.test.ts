import { type ChildProcess, spawn } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { freePort } from "../../support/free-port.ts"
import { leftovers, ROOT } from "../../support/grading.ts"
import { personAt } from "../../support/platform.ts"

const state = mkdtempSync(join(tmpdir(), "proofrun-up-"))
// Postgres runs as another user where we are root.
chmodSync(state, 0o755)
let port: number

beforeAll(async () => {
  port = await freePort()
  await leftovers()
})
afterAll(() => rmSync(state, { recursive: true, force: true }))

interface Up {
  child: ChildProcess
  said: () => string
  exited: Promise<number | null>
  seconds: number
}

/** Resolves when it has printed a first login. */
async function up(): Promise<Up> {
  const began = performance.now()
  const child = spawn(join(ROOT, "proofrun"), ["up"], {
    env: { ...process.env, PROOFRUN_STATE: state, PROOFRUN_PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  })
  let said = ""
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve))
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8")
      if (said.includes("First login")) resolve()
    })
    void exited.then((code) => reject(new Error(`It ended with ${code}: ${said}`)))
  })
  return { child, said: () => said, exited, seconds: (performance.now() - began) / 1000 }
}

let first: { login: ReturnType<typeof loginIn>; seconds: number }
const loginIn = (text: string) => {
  const [, email, password] = /First login: (\S+) +password: (\S+)/.exec(text)!
  return { email: email!, password: password! }
}

describe("./proofrun up", () => {
  it("prints an address and a first login that works, and stops on Ctrl-C with nothing left behind", async () => {
    const { child, said, exited, seconds } = await up()
    first = { login: loginIn(said()), seconds }
    const { login } = first
    const address = `http://localhost:${port}`
    expect(said()).toContain(`Proofrun is at ${address}`)
    const visitor = personAt({ url: address, address, stop: async () => {} }, { ...login, cookie: "" })
    const response = await visitor.fetch("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(login),
    })
    expect(response.status).toBe(200)
    child.kill("SIGINT")
    expect(await exited).toBe(0)
    expect(processesOf(state)).toEqual([])
    await expect.poll(() => leftovers(), { timeout: 20_000 }).toEqual([])
  })

  it("knows the login when it starts again, leaves no part running when it is killed outright, and starts all the same", async () => {
    const again = await up()
    expect(loginIn(again.said())).toEqual(first.login)
    console.info(
      `address and login after ${first.seconds.toFixed(1)} s the first time, ${again.seconds.toFixed(1)} s the second`,
    )
    again.child.kill("SIGKILL")
    await again.exited
    // Postgres and Redis live on until the next start, which ends them first.
    await expect.poll(() => processesOf(join(ROOT, "server/main.ts")).filter(isPart), { timeout: 40_000 }).toEqual([])
    const after = await up()
    after.child.kill("SIGINT")
    expect(await after.exited).toBe(0)
    expect(processesOf(state)).toEqual([])
    await expect.poll(() => leftovers(), { timeout: 20_000 }).toEqual([])
  })
})

const isPart = (line: string) => / (serve|worker|broker) $/.test(line)

/** Command lines of processes that name this. */
function processesOf(what: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")]
      } catch {
        return []
      }
    })
    .filter((line) => line.includes(what))
}
