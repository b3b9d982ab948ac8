import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { endContainersOf } from "../../../sandboxes/docker/left-containers.ts"
import { type FoundDocker, findDocker } from "../../../sandboxes/docker/own-engine.ts"

let stateFolder: string
let runFolder: string
const options = () => ({ stateFolder, usualHost: "unix:///nowhere/docker.sock" })
const pidOf = (found: FoundDocker) => Number(readFileSync(pidFileOf(found), "utf8"))
const pidFileOf = ({ docker }: FoundDocker) => join(dirname(docker.host.slice("unix://".length)), "docker.pid")

beforeAll(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "proofrun-own-engine-"))
})
afterAll(async () => {
  const found = await findDocker({ ...options(), start: false }).catch(() => null)
  if (found) await stopped(pidOf(found), "SIGTERM")
  if (runFolder) rmSync(runFolder, { recursive: true })
  // The engine mounts its data folder upon itself, and one that is killed leaves that behind.
  for (const mounted of mountsBelow(stateFolder)) spawnSync("umount", ["--lazy", mounted])
  // A mount that is let go of may be busy for a moment still.
  rmSync(stateFolder, { recursive: true, maxRetries: 20, retryDelay: 250 })
})

/** Innermost first. */
function mountsBelow(folder: string): string[] {
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[1] ?? [])
    .filter((place) => place.startsWith(`${folder}/`))
    .reverse()
}

/** Sends the signal and resolves when the process is gone. */
async function stopped(pid: number, signal: NodeJS.Signals): Promise<void> {
  process.kill(pid, signal)
  while (existsSync(`/proc/${pid}/exe`)) await new Promise((resolve) => setImmediate(resolve))
}

// Starting an engine needs root, as CI has it; elsewhere there is nothing here to run.
describe.runIf(process.getuid?.() === 0)("a Docker Engine of our own", () => {
  it("is only looked for where it must not be started", async () => {
    await expect(findDocker({ ...options(), start: false })).rejects.toThrow(
      /^No Docker Engine runs here: whatever grades/,
    )
  })

  it("is started once by two who need it, and found again", async () => {
    const [first, second] = await Promise.all([findDocker(options()), findDocker(options())])
    runFolder = dirname(first.docker.host.slice("unix://".length))
    expect(first).toMatchObject({ own: true, buildNetwork: "host" })
    expect(second.docker.host).toBe(first.docker.host)
    expect((await first.docker.facts()).dataRoot).toBe(join(stateFolder, "docker"))
    const pid = pidOf(first)
    expect(pidOf(await findDocker({ ...options(), start: false }))).toBe(pid)
  })

  it("is started again after it was killed, also where its number belongs to somebody else by now", async () => {
    const before = await findDocker(options())
    const pid = pidOf(before)
    await stopped(pid, "SIGKILL")
    writeFileSync(pidFileOf(before), String(process.pid))
    const after = await findDocker(options())
    expect(pidOf(after)).not.toBe(pid)
    expect(await after.docker.containers.list({})).toEqual([])
  })

  it("leaves containers when it is killed, which are ended before the next one starts", async () => {
    const before = await findDocker(options())
    const { containers, images } = before.docker
    const libraries = spawnSync("ldd", ["/bin/sleep"], { encoding: "utf8" }).stdout.match(/\/\S+/g) ?? []
    const files = ["/bin/sleep", ...libraries].map((file) => `.${file}`)
    const pack = spawn("tar", ["-C", "/", "--dereference", "-c", ...files], { stdio: ["ignore", "pipe", "inherit"] })
    await images.importTar(pack.stdout, "proofrun-test/sleep")
    const HostConfig = { NetworkMode: "none" }
    const spec = { name: "sleeper", Image: "proofrun-test/sleep", Entrypoint: ["/bin/sleep"], Cmd: ["600"], HostConfig }
    const id = await containers.create(spec)
    await containers.start(id)
    const { pid } = (await containers.inspect(id))!
    await stopped(pidOf(before), "SIGKILL")
    expect(existsSync(`/proc/${pid}/exe`)).toBe(true)
    endContainersOf(join(runFolder, "exec-of-another"))
    expect(existsSync(`/proc/${pid}/exe`)).toBe(true)
    endContainersOf(join(runFolder, "exec"))
    while (existsSync(`/proc/${pid}/exe`)) await new Promise((resolve) => setImmediate(resolve))
    const after = await findDocker(options())
    expect((await after.docker.containers.inspect(id))?.running).toBe(false)
    await after.docker.containers.remove(id)
  })

  it("is replaced when it is frozen", async () => {
    const before = await findDocker(options())
    const pid = pidOf(before)
    // Old enough not to be taken for one that is still starting.
    utimesSync(pidFileOf(before), new Date(0), new Date(0))
    process.kill(pid, "SIGSTOP")
    const after = await findDocker(options())
    expect(existsSync(`/proc/${pid}/exe`)).toBe(false)
    expect(pidOf(after)).not.toBe(pid)
  })
})
