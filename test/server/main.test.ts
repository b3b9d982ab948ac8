import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { describeFailure } from "../../server/failure.ts"
import { childEnvironment, readSettings } from "../../server/settings.ts"

const MAIN = join(import.meta.dirname, "../../server/main.ts")
let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "proofrun-main-"))
})
afterEach(() => rmSync(state, { recursive: true }))

function proofrun(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = childEnvironment({ PROOFRUN_STATE: state, DOCKER_HOST: "unix:///nowhere/docker.sock" })
  return spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    encoding: "utf8",
    env,
  })
}

describe("the command", () => {
  it("says what it can do, one line for each", () => {
    const { status, stdout } = proofrun("--help")
    expect(status).toBe(0)
    for (const name of ["grade", "verify", "regrade", "pool", "doctor", "test", "up", "bench"])
      expect(stdout).toMatch(new RegExp(`^ {2}proofrun ${name}\\b`, "m"))
  })

  it("suggests what was meant", () => {
    const { status, stderr } = proofrun("docter")
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^There is no command "docter"\. Did you mean "doctor"\? Known: admin, agreement, backup, bench, /,
    )
  })

  it("refuses options that it does not know, without a stack", () => {
    const { status, stderr } = proofrun("pool", "--drpo")
    expect(status).toBe(2)
    expect(stderr).toMatch(/^Unknown option '--drpo'.*\nTry \.\/proofrun pool --help\.\n$/)
  })

  it("ends with 3, a sentence and an error id where our side fails, and keeps the stack in a log", () => {
    const { status, stderr } = proofrun("pool")
    expect(status).toBe(3)
    const said =
      /^No Docker Engine answers at DOCKER_HOST=unix:\/\/\/nowhere\/docker\.sock: start it or unset DOCKER_HOST\.[^\n]*\nThis is a failure on our side \(error ([0-9a-f]{8}); details are in (.*)\)\.\n$/.exec(
        stderr,
      )
    expect(said).not.toBeNull()
    const log = readFileSync(said![2]!, "utf8")
    expect(log).toContain(`${said![1]} proofrun pool`)
    expect(log).toContain("own-engine.ts")
  })

  it("tells of a missing Docker Engine as doctor", () => {
    const { status, stdout } = proofrun("doctor")
    expect(status).toBe(2)
    expect(stdout).toMatch(/^missing +docker +No Docker Engine answers at DOCKER_HOST/m)
    expect(stdout).toMatch(/\n1 missing\.\n$/)
  })
})

describe("a failure", () => {
  it("is described even where nothing can be written", () => {
    const said = describeFailure(new Error("It\u001b[31m broke."), { stateFolder: "/dev/null/none", doing: "x" })
    expect(said).toMatch(
      /^It \[31m broke\.\nThis is a failure on our side \(error [0-9a-f]{8}; details could not be written/,
    )
  })
})

describe("settings", () => {
  it("take empty as not set, and flags by their sense", () => {
    const read = readSettings({
      DOCKER_HOST: " ",
      NO_COLOR: "1",
      PROOFRUN_FULL: "0",
      PROOFRUN_STATE: "rel",
    })
    expect(read).toMatchObject({ dockerHost: undefined, noColor: true, full: false })
    expect(read.stateFolder).toBe(join(process.cwd(), "rel"))
  })
})
