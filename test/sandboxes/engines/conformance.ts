/**
 * The one suite that every engine passes: starts its container sealed as in a pod, runs the checks in the driver's image inside its network
 * name space, then kills it in mid-call. Knows Docker; knows nothing of any engine.
 */
import { randomBytes } from "node:crypto"
import { createInterface } from "node:readline"
import { build } from "esbuild"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Attached } from "../../../sandboxes/docker/containers.ts"
import { labelsOf } from "../../../sandboxes/docker/labels.ts"
import type { EngineContainer } from "../../../sandboxes/engines/engine.ts"
import { driverSpec, engineSpec } from "../../../sandboxes/host/profile.ts"
import { testDocker, testImages } from "../../support/docker.ts"
import { checksOf } from "./checks.ts"
import type { Line } from "./part.ts"
import type { EngineUnderTest } from "./under-test.ts"

const NOTICE_MS = 30_000

/** @param module file beside the caller whose default export is `under`; it is bundled and sent into the name space */
export function conformance(options: { under: EngineUnderTest; module: string; container: EngineContainer }): void {
  const { under, module, container } = options
  const titles = checksOf(under).map(({ title }) => title)

  describe(`${container.name} as an engine`, () => {
    const results = new Map<string, string | null>()
    let noticed: string | null = null
    let afterwards: Awaited<ReturnType<typeof containersOf>> = []
    const pod = randomBytes(6).toString("hex")

    beforeAll(async () => {
      const engine = await startEngine(container, pod)
      const part = await startPart({ engine, pod, module, container, ending: "kill" })
      const docker = await testDocker()
      for await (const line of part.lines) {
        if (line.event === "check") results.set(line.title, line.failure)
        if (line.event === "busy") await docker.containers.kill(engine)
        if (line.event === "end") noticed = line.noticed
      }
      await part.ended()
      afterwards = await removeAll(pod)
    }, 300_000)

    afterAll(() => removeAll(pod))

    it.each(titles)("%s", (title) => {
      expect(results.has(title), "the check was not reached").toBe(true)
      expect(results.get(title)).toBeNull()
    })

    it("is noticed to be dead by whoever works with it", () => {
      expect(noticed).not.toBeNull()
    })

    it("leaves no container behind", () => {
      expect(afterwards).toEqual([])
    })
  })

  describe(`${container.name} without its driver`, () => {
    const pod = randomBytes(6).toString("hex")
    afterAll(() => removeAll(pod))

    it("ends by itself soon after the driver has gone", async () => {
      const engine = await startEngine(container, pod)
      const part = await startPart({ engine, pod, module, container, ending: "leave" })
      const seen: string[] = []
      for await (const line of part.lines) seen.push(line.event)
      expect(seen).toEqual(["ready", "end"])
      const state = await (await testDocker()).containers.wait(engine, NOTICE_MS)
      expect(state?.running).toBe(false)
    }, 120_000)
  })
}

const labels = (pod: string, role: string) => labelsOf({ pod, role, deadlineMs: Date.now() + 600_000 })

async function startEngine(container: EngineContainer, pod: string): Promise<string> {
  const docker = await testDocker()
  const image = (await testImages(container.image, "driver"))[container.image]!
  const id = await docker.containers.create(
    engineSpec({ name: `proofrun-${pod}-engine`, image: image.tag, container, labels: labels(pod, "engine") }),
  )
  await docker.containers.start(id)
  return id
}

interface Part {
  lines: AsyncIterable<Line>
  ended(): Promise<void>
}

async function startPart(options: {
  engine: string
  pod: string
  module: string
  container: EngineContainer
  ending: "kill" | "leave"
}): Promise<Part> {
  const { engine, pod, module, container, ending } = options
  const docker = await testDocker()
  const { driver } = await testImages(container.image, "driver")
  const id = await docker.containers.create({
    ...driverSpec({
      name: `proofrun-${pod}-part`,
      image: driver!.tag,
      engineContainer: engine,
      volumes: [],
      args: [],
      labels: labels(pod, "part"),
    }),
    Entrypoint: ["/usr/local/bin/node"],
    Cmd: ["--input-type=module", "-"],
  })
  const attached: Attached = await docker.containers.attach(id)
  await docker.containers.start(id)
  attached.stdin.end(await bundled(module, ending))
  let errors = ""
  attached.stderr.on("data", (chunk) => {
    errors += chunk
  })
  return {
    lines: linesOf(attached.stdout),
    async ended() {
      const state = await docker.containers.wait(id, NOTICE_MS)
      if (state?.exitCode !== 0) throw new Error(`The part ended with code ${state?.exitCode}: ${errors.slice(-4_000)}`)
    },
  }
}

async function* linesOf(stdout: NodeJS.ReadableStream): AsyncIterable<Line> {
  for await (const line of createInterface({ input: stdout })) yield JSON.parse(line)
}

/** One script with everything in it but the packages that the driver's image has. */
async function bundled(module: string, ending: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import under from "./${module}"\nimport { runPart } from "./part.ts"\nawait runPart(under, "${ending}")`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node24",
    packages: "external",
  })
  return outputFiles[0]!.text
}

const containersOf = async (pod: string) => (await testDocker()).containers.list({ app: "proofrun", pod })

/** What is left of a pod once it was removed. */
async function removeAll(pod: string) {
  const docker = await testDocker()
  for (const { id } of await containersOf(pod)) await docker.containers.remove(id)
  return containersOf(pod)
}
