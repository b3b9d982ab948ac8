import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { childEnvironment } from "../../server/settings.ts"

const PROJECT = join(import.meta.dirname, "../..")
const NODE = `node_modules/node-linux-${process.arch}/bin/node`
const PLACE_NODE = `mkdir -p $(dirname ${NODE}) && ln -sf ${process.execPath} ${NODE}`
let folder: string
const children: ChildProcess[] = []

/** A clean clone: the script, its bootstrap and a lock file; `npm` is a stand-in that notes its calls and installs a link to this Node. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "proofrun-clone-"))
  mkdirSync(join(folder, "server"))
  mkdirSync(join(folder, "bin"))
  cpSync(join(PROJECT, "proofrun"), join(folder, "proofrun"))
  cpSync(join(PROJECT, "server/bootstrap.mjs"), join(folder, "server/bootstrap.mjs"))
  writeFileSync(join(folder, "server/main.ts"), `console.log("main", ...process.argv.slice(2)); process.exitCode = 5`)
  writeFileSync(join(folder, "package.json"), `{"type":"module"}`)
  lock("1.0.0")
  symlinkSync(process.execPath, join(folder, "bin/node"))
  npm(`rm -rf node_modules; ${PLACE_NODE}`)
})
afterEach(() => {
  for (const child of children.splice(0)) if (child.pid) kill(-child.pid)
  rmSync(folder, { recursive: true })
})

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // It has ended by itself.
  }
}

function lock(version: string): void {
  const packages = { "": {}, "node_modules/a": { version }, "node_modules/other-platform": { version, optional: true } }
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }))
}

function npm(install: string): void {
  const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo 11.0.0; exit; fi\necho "$*" >> calls\n${install}\n`
  writeFileSync(join(folder, "bin/npm"), script)
  chmodSync(join(folder, "bin/npm"), 0o755)
}

interface Started {
  child: ChildProcess
  /** Resolves once its messages contain this text. */
  says(part: string): Promise<void>
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

function start(...args: string[]): Started {
  const child = spawn(join(folder, "proofrun"), args, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: childEnvironment({ PATH: `${join(folder, "bin")}:/usr/bin:/bin` }),
  })
  children.push(child)
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (chunk) => {
    stdout += chunk
  })
  child.stderr.on("data", (chunk) => {
    stderr += chunk
  })
  return {
    child,
    async says(part) {
      while (!stderr.includes(part)) await once(child.stderr, "data")
    },
    ended: once(child, "close").then(([code]) => ({ code, stdout, stderr })),
  }
}

const run = (...args: string[]) => start(...args).ended
const installations = () =>
  existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n").length : 0

describe("the first start in a clean clone", () => {
  it("installs the locked packages once, and hands over arguments and exit code", async () => {
    expect(await run("grade", "a folder")).toEqual({
      code: 5,
      stdout: "main grade a folder\n",
      stderr: "Installing the locked packages (once; about half a minute)\n",
    })
    expect(readFileSync(join(folder, "calls"), "utf8")).toMatch(/^ci --include=dev --include=optional --ignore-scripts/)
    expect(await run("again")).toEqual({ code: 5, stdout: "main again\n", stderr: "" })
    expect(installations()).toBe(1)
  })

  it("installs anew when the lock file has changed", async () => {
    await run()
    lock("1.0.1")
    await run()
    expect(installations()).toBe(2)
  })

  it("believes an installation by npm itself that is complete, and no other", async () => {
    await run()
    rmSync(join(folder, "node_modules/.proofrun-installed"))
    writeFileSync(
      join(folder, "node_modules/.package-lock.json"),
      JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }),
    )
    await run()
    expect(installations()).toBe(1)
    lock("1.0.2")
    await run()
    expect(installations()).toBe(2)
  })

  it("installs once where two start together, and the second says that it waits", async () => {
    npm(`while [ ! -e go ]; do sleep 0.05; done; ${PLACE_NODE}`)
    const first = start("first")
    await first.says("Installing")
    const second = start("second")
    await second.says("Waiting for another Proofrun that installs the packages\n")
    writeFileSync(join(folder, "go"), "")
    expect(await first.ended).toMatchObject({ code: 5, stdout: "main first\n" })
    expect(await second.ended).toMatchObject({ code: 5, stdout: "main second\n" })
    expect(installations()).toBe(1)
  })

  it("that is interrupted says so, and the next one begins anew", async () => {
    npm(`${PLACE_NODE}; echo HALFWAY >&2; trap 'exit 1' INT; while :; do sleep 0.05; done`)
    const first = start()
    await first.says("HALFWAY")
    process.kill(-first.child.pid!, "SIGINT")
    const { code, stderr } = await first.ended
    expect(stderr).toContain("The installation was interrupted; run it again to complete it.")
    expect([130, null]).toContain(code)
    npm(PLACE_NODE)
    expect(await run()).toMatchObject({ code: 5, stdout: "main\n" })
    expect(installations()).toBe(2)
  })

  it("says what to do where npm fails, is missing or is old", async () => {
    npm("exit 7")
    expect(await run()).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("npm could not install the packages (7)"),
    })
    writeFileSync(join(folder, "bin/npm"), "#!/bin/sh\necho 6.14.4\n")
    expect(await run()).toMatchObject({ code: 3, stderr: expect.stringContaining("needs npm 9 or later") })
  })
})
