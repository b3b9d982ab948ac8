/** Pods of processes that are killed while they have them, on a real Docker Engine with a real Redis. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { OURS } from "../../sandboxes/docker/labels.ts"
import { podHolds } from "../../sandboxes/pod-holds.ts"
import { openPool, type Pool } from "../../sandboxes/pool.ts"
import { engineContainer } from "../../server/grade-submission.ts"
import { openMachine } from "../../server/machine.ts"
import { testDocker } from "../support/docker.ts"

const file = (path: string) => new URL(`../../${path}`, import.meta.url).href
let folder: string
let pool: Pool
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pool-"))
  pool = openPool({ docker: await testDocker(), folder })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL")
  await pool.dropAll()
  await rm(folder, { recursive: true })
})

/** Another process that warms a pod and claims it, goes no further than to this word, and is killed there. */
async function killedAt(word: string): Promise<void> {
  const script = `
    const { openMachine } = await import("${file("server/machine.ts")}")
    const { engineContainer } = await import("${file("server/grade-submission.ts")}")
    const { openPool } = await import("${file("sandboxes/pool.ts")}")
    const { docker, images } = await openMachine({ onProgress() {} })
    const say = (word) => {
      console.log(word)
      return word === "${word}" ? new Promise(() => {}) : null
    }
    setInterval(() => {}, 1_000)
    const create = async (spec) => {
      const id = await docker.containers.create(spec)
      await say(spec.Labels.role)
      return id
    }
    const watched = { ...docker, containers: { ...docker.containers, create } }
    const pool = openPool({ docker: watched, folder: ${JSON.stringify(folder)} })
    await pool.add({ images, engine: await engineContainer("redis"), question: "clickstream" })
    await say("warm")
    await pool.claim("clickstream", "redis", images)
    await say("claimed")`
  const arguments_ = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script]
  const child = spawn(process.execPath, arguments_, { stdio: ["ignore", "pipe", "inherit"] })
  children.push(child)
  const ended = once(child, "exit")
  for await (const line of createInterface({ input: child.stdout! })) if (line === word) child.kill("SIGKILL")
  await ended
}

const podsNoted = async () =>
  (await readdir(folder)).flatMap((name) => /^(?:held|warm)-([0-9a-f]+)\.json$/.exec(name)?.[1] ?? [])

describe("a pod whose process is killed", () => {
  it.each(["engine", "driver", "host", "claimed"])(
    "at the word %s is abandoned, and nothing of it stays",
    async (word) => {
      await killedAt(word)
      const pods = await pool.abandoned()
      expect(pods).toHaveLength(1)
      expect(await pool.dropAbandoned()).toBeGreaterThan(0)
      // What Docker was still making is found by looking again.
      while ((await pool.dropAbandoned()) > 0);
      const docker = await testDocker()
      expect(await docker.containers.list({ ...OURS, pod: pods[0]! })).toEqual([])
      expect(await docker.volumes.list({ ...OURS, pod: pods[0]! })).toEqual([])
      expect(await readdir(folder)).toEqual([])
    },
  )

  it("once it is warm stays for the next one", async () => {
    await killedAt("warm")
    expect(await pool.abandoned()).toEqual([])
    expect(await pool.dropAbandoned()).toBe(0)
    expect((await pool.warm()).map(({ pod }) => pod)).toEqual(await podsNoted())
    expect(await pool.dropAll()).toBe(1)
    expect(await readdir(folder)).toEqual([])
  })
})

describe("a pod that is called off while it is made", () => {
  it.each(["engine", "driver", "host", "attached"])("at the word %s leaves nothing", async (word) => {
    const { docker, images } = await openMachine({ onProgress() {} })
    const stop = new AbortController()
    const callOff = (at: string | undefined) => at === word && stop.abort(new Error("not wanted any more"))
    const containers: typeof docker.containers = {
      ...docker.containers,
      async create(spec) {
        const id = await docker.containers.create(spec)
        callOff(spec.Labels?.role)
        return id
      },
      async attach(id, how) {
        const attached = await docker.containers.attach(id, how)
        setImmediate(() => callOff("attached"))
        return attached
      },
    }
    const before = await docker.containers.list(OURS)
    const watched = openPool({ docker: { ...docker, containers }, folder })
    const added = watched.add({ images, engine: await engineContainer("redis"), question: "clickstream" }, stop.signal)
    await expect(added).rejects.toThrow("not wanted any more")
    expect(await docker.containers.list(OURS)).toEqual(before)
    expect(await readdir(folder)).toEqual([])
  })
})

describe("a hold", () => {
  it("is had by one of many, and by another after it was let go of", async () => {
    const holds = podHolds(folder, 60_000)
    const won = await Promise.all(Array.from({ length: 20 }, () => holds.hold("ab")))
    expect(won.filter(Boolean)).toHaveLength(1)
    await holds.letGo("ab")
    expect(await holds.hold("ab")).toBe(true)
    expect(await holds.abandoned()).toEqual([])
  })

  it("of a process that cannot be seen from here counts for as long as a pod lives", async () => {
    const process = { host: "elsewhere/1", boot: "0/1", owner: "1@1" }
    await writeFile(join(folder, "held-ab.json"), JSON.stringify({ process, sinceMs: Date.now() }))
    expect(await podHolds(folder, 60_000).abandoned()).toEqual([])
    expect(await podHolds(folder, -1).abandoned()).toEqual(["ab"])
  })

  it("that nobody can read is nobody's", async () => {
    await writeFile(join(folder, "held-ab.json"), "")
    await writeFile(join(folder, "held-cd.json"), "{}")
    expect((await podHolds(folder, 60_000).abandoned()).toSorted()).toEqual(["ab", "cd"])
  })
})
