/** A Docker Engine for tests, found as the command finds it, with the images that a test names. Opened once per test file. */
import { randomBytes } from "node:crypto"
import type { ContainerSpec } from "../../sandboxes/docker/containers.ts"
import type { Docker } from "../../sandboxes/docker/docker.ts"
import type { Images } from "../../sandboxes/docker/images.ts"
import { labelsOf } from "../../sandboxes/docker/labels.ts"
import { findEngine, openMachine } from "../../server/machine.ts"

let engine: Promise<Docker> | undefined
const opened = new Map<string, Promise<Images>>()

export function testDocker(): Promise<Docker> {
  engine ??= findEngine().then(({ docker }) => docker)
  return engine
}

/** `./proofrun test` has built them before; alone, a test builds what it names. */
export function testImages(...names: string[]): Promise<Images> {
  const key = names.join()
  const images = opened.get(key) ?? openMachine({ names, onProgress: () => {} }).then((machine) => machine.images)
  opened.set(key, images)
  return images
}

const made: string[] = []

/** A container of the driver's image that runs this JavaScript, made but not started. */
export async function makeContainer(
  script: string,
  { labels = {}, ...spec }: { labels?: Record<string, string> } & Partial<ContainerSpec> = {},
): Promise<string> {
  const docker = await testDocker()
  const images = await testImages("driver")
  const id = await docker.containers.create({
    name: `proofrun-test-${randomBytes(5).toString("hex")}`,
    Image: images.driver!.tag,
    Entrypoint: ["/usr/local/bin/node", "-e", script],
    Cmd: [],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Labels: { ...labelsOf({ pod: "test", role: "test", deadlineMs: Date.now() + 600_000 }), ...labels },
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      LogConfig: { Type: "none", Config: {} },
    },
    ...spec,
  })
  made.push(id)
  return id
}

/** Removes what `makeContainer` made; for `afterEach`. */
export async function removeContainers(): Promise<void> {
  const docker = await testDocker()
  await Promise.all(made.splice(0).map((id) => docker.containers.remove(id)))
}
