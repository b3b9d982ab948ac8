import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { afterEach, describe, expect, it } from "vitest"
import { labelsOf, ownerLives } from "../../../sandboxes/docker/labels.ts"
import { garbage, reap } from "../../../sandboxes/docker/reaper.ts"
import { makeContainer, removeContainers, testDocker } from "../../support/docker.ts"

afterEach(removeContainers)
const forever = "setInterval(() => {}, 1000)"
const later = () => Date.now() + 600_000
const podName = () => `test-${process.pid}-${Math.random().toString(16).slice(2)}`

/** Labels of something whose maker has ended since. */
async function labelsOfTheDead(pod: string): Promise<Record<string, string>> {
  const labelsFile = new URL("../../../sandboxes/docker/labels.ts", import.meta.url).href
  const script = `const { labelsOf } = await import("${labelsFile}")
    console.log(JSON.stringify(labelsOf({ pod: "${pod}", role: "host", deadlineMs: ${later()} })))`
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] })
  let out = ""
  child.stdout.on("data", (chunk) => {
    out += chunk
  })
  await once(child, "close")
  return JSON.parse(out)
}

describe("who made it", () => {
  it("lives while this process does, and is told from another with its number", () => {
    const labels = labelsOf({ pod: "p", role: "host", slot: 3, deadlineMs: 5.4 })
    expect(labels).toMatchObject({ app: "proofrun", pod: "p", role: "host", slot: "3", deadline: "5" })
    expect(ownerLives(labels)).toBe(true)
    expect(ownerLives({ ...labels, owner: `${process.pid}@1` })).toBe(false)
    const [, start] = labels.owner!.split("@")
    expect(readFileSync("/proc/self/stat", "utf8")).toContain(` ${start} `)
  })

  it("is gone after a new start of the kernel, and unknown on another machine or where nobody owns it", () => {
    const labels = labelsOf({ pod: "p", role: "host", deadlineMs: 0 })
    expect(ownerLives({ ...labels, boot: `0000/${labels.boot!.split("/")[1]}` })).toBe(false)
    expect(ownerLives({ ...labels, boot: `${labels.boot!.split("/")[0]}/1`, owner: "1@1" })).toBeUndefined()
    expect(ownerLives({ ...labels, host: "elsewhere/1", owner: "1@1" })).toBeUndefined()
    expect(ownerLives(labelsOf({ pod: "p", role: "host", deadlineMs: 0, owned: false }))).toBeUndefined()
  })
})

/** Longer than a worker may take to read what a driver said last. */
const A_WHILE_MS = 60_000

describe("the reaper", () => {
  it("removes what a dead process left, running or not, and its volumes, but leaves the living's", async () => {
    const docker = await testDocker()
    const pod = podName()
    const dead = await labelsOfTheDead(pod)
    const [running, created, ours] = [
      await makeContainer(forever, { labels: dead }),
      await makeContainer(forever, { labels: dead }),
      await makeContainer(forever, { labels: { pod, role: "host" } }),
    ]
    await docker.containers.start(running)
    await docker.volumes.createTmpfs(`proofrun-${pod}`, "size=64k", dead)
    const reaped = (await reap(docker)).filter(({ name }) => name !== undefined)
    expect(reaped.map(({ why }) => why)).toContain("the process that made it is gone")
    expect(await docker.containers.inspect(running)).toBeNull()
    expect(await docker.containers.inspect(created)).toBeNull()
    expect(await docker.volumes.inspect(`proofrun-${pod}`)).toBeNull()
    expect(await docker.containers.inspect(ours)).not.toBeNull()
  })

  it("removes what has passed its deadline, whoever made it", async () => {
    const docker = await testDocker()
    const labels = labelsOf({ pod: podName(), role: "host", deadlineMs: Date.now() - 1 })
    const id = await makeContainer(forever, { labels })
    await reap(docker)
    expect(await docker.containers.inspect(id)).toBeNull()
  })

  it("removes a pod's containers when its driver has ended for a while, not while it is being made or works", async () => {
    const docker = await testDocker()
    const pod = podName()
    const label = (role: string) => labelsOf({ pod, role, deadlineMs: later() })
    const host = await makeContainer(forever, { labels: label("host") })
    const why = async () => garbage(docker, (await docker.containers.inspect(host))!, Date.now())
    expect(await why()).toBeNull()
    const driver = await makeContainer(forever, { labels: label("driver") })
    expect(await why()).toBeNull()
    await docker.containers.start(driver)
    expect(await why()).toBeNull()
    await docker.containers.kill(driver)
    await docker.containers.wait(driver, 30_000)
    expect(await why()).toBeNull()
    const soon = Date.now() + A_WHILE_MS
    expect(await garbage(docker, (await docker.containers.inspect(host))!, soon)).toBe("its pod's driver has ended")
    await reap(docker, soon)
    expect(await docker.containers.inspect(host)).toBeNull()
  })

  it("may run twice at once", async () => {
    const docker = await testDocker()
    const dead = await labelsOfTheDead(podName())
    const id = await makeContainer(forever, { labels: dead })
    await Promise.all([reap(docker), reap(docker)])
    expect(await docker.containers.inspect(id)).toBeNull()
  })
})
