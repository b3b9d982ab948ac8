/** Starts an engine's container sealed as in a pod, and scripts in the driver's image inside its network name space: for tests and benchmarks. */
import { randomBytes } from "node:crypto"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { build } from "esbuild"
import { labelsOf } from "../../sandboxes/docker/labels.ts"
import type { EngineContainer } from "../../sandboxes/engines/engine.ts"
import { driverSpec, engineSpec } from "../../sandboxes/host/profile.ts"
import { testDocker, testImages } from "./docker.ts"

const ENDING_MS = 30_000
const PROGRAM_MS = 120_000
const labels = (pod: string, role: string) => labelsOf({ pod, role, deadlineMs: Date.now() + 600_000 })

export async function startEngine(container: EngineContainer, pod: string): Promise<string> {
  const docker = await testDocker()
  const image = (await testImages(container.image, "driver"))[container.image]!
  const id = await docker.containers.create(
    engineSpec({ name: `proofrun-${pod}-engine`, image: image.tag, container, labels: labels(pod, "engine") }),
  )
  await docker.containers.start(id)
  return id
}

export interface Part<Line> {
  lines: AsyncIterable<Line>
  /** Throws with what it printed to stderr where it did not end with 0. */
  ended(): Promise<void>
}

/** @param contents TypeScript, bundled from `resolveDir` and run inside; prints JSON lines */
export async function startPart<Line>(options: {
  engine: string
  pod: string
  container: EngineContainer
  contents: string
  resolveDir: string
}): Promise<Part<Line>> {
  const { engine, pod, container, contents, resolveDir } = options
  const docker = await testDocker()
  const { driver } = await testImages(container.image, "driver")
  const id = await docker.containers.create({
    ...driverSpec({
      name: `proofrun-${pod}-part-${randomBytes(3).toString("hex")}`,
      image: driver!.tag,
      engineContainer: engine,
      volumes: [],
      args: [],
      labels: labels(pod, "part"),
    }),
    Entrypoint: ["/usr/local/bin/node"],
    Cmd: ["--input-type=module", "-"],
  })
  const attached = await docker.containers.attach(id)
  await docker.containers.start(id)
  attached.stdin.end(await bundled(contents, resolveDir))
  let errors = ""
  attached.stderr.on("data", (chunk) => {
    errors += chunk
  })
  return {
    lines: linesOf<Line>(attached.stdout),
    async ended() {
      const state = await docker.containers.wait(id, ENDING_MS)
      if (state?.exitCode !== 0) throw new Error(`The part ended with code ${state?.exitCode}: ${errors.slice(-4_000)}`)
    },
  }
}

/** Runs a program of an image of ours inside the engine's network name space to its end; what it printed to stdout. */
export async function runBeside(options: {
  engine: string
  pod: string
  image: string
  args: string[]
}): Promise<string> {
  const { engine, pod, image, args } = options
  const docker = await testDocker()
  const made = (await testImages(image))[image]!
  const id = await docker.containers.create(
    driverSpec({
      name: `proofrun-${pod}-${image}-${randomBytes(3).toString("hex")}`,
      image: made.tag,
      engineContainer: engine,
      volumes: [],
      args,
      labels: labels(pod, image),
    }),
  )
  const attached = await docker.containers.attach(id)
  await docker.containers.start(id)
  attached.stdin.end()
  const [stdout, stderr, state] = await Promise.all([
    text(attached.stdout),
    text(attached.stderr),
    docker.containers.wait(id, PROGRAM_MS),
  ])
  await docker.containers.remove(id)
  if (state?.exitCode !== 0) throw new Error(`${image} ended with code ${state?.exitCode}: ${stderr.slice(-4_000)}`)
  return stdout
}

async function* linesOf<Line>(stdout: NodeJS.ReadableStream): AsyncIterable<Line> {
  for await (const line of createInterface({ input: stdout })) yield JSON.parse(line)
}

/** One script with everything in it but the packages that the driver's image has. */
async function bundled(contents: string, resolveDir: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: "ts" },
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

/** Removes what there is of a pod and returns what is left. */
export async function removeAll(pod: string) {
  const docker = await testDocker()
  for (const { id } of await containersOf(pod)) await docker.containers.remove(id)
  return containersOf(pod)
}
