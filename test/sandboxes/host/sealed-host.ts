/** A real host container with the driver's end of it in this process, and an engine of lines behind the relay. */
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ContainerSpec } from "../../../sandboxes/docker/containers.ts"
import { labelsOf } from "../../../sandboxes/docker/labels.ts"
import { type Host, openHost } from "../../../sandboxes/driver/hosts.ts"
import { HOST_SOCKETS } from "../../../sandboxes/driver/protocol.ts"
import type { Rejection } from "../../../sandboxes/evidence.ts"
import { door, hostSpec } from "../../../sandboxes/host/profile.ts"
import { testDocker, testImages } from "../../support/docker.ts"
import { type LineEngine, lineEngine } from "../driver/line-engine.ts"

export interface SealedHost {
  host: Host
  engine: LineEngine
  container: string
  rejections: Rejection[]
  /** Starts a process with this module; throws unless it is ready. Names of operations are those that the module returns. */
  run(module: string, operations: string[]): Promise<void>
  close(): Promise<void>
}

const POD = "0123456789ab"

/** A socket folder that a container of any uid can use. A folder is mounted in place of a volume, so that this process is the driver. */
export async function socketFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slot-"))
  await chmod(folder, 0o755)
  return folder
}

/** As a pod makes it, but with a folder of this machine in the volume's place; Docker takes `nocopy` for volumes only. */
export async function hostSpecFor(folder: string, slot = 0): Promise<ContainerSpec> {
  const images = await testImages("host")
  const spec = hostSpec({
    name: `proofrun-test-host-${process.pid}-${slot}-${folder.slice(-6)}`,
    image: images.host!.tag,
    slot,
    volume: folder,
    doors: [door("cassandra", 9042)],
    labels: labelsOf({ pod: POD, role: "host", slot, deadlineMs: Date.now() + 600_000 }),
  })
  return { ...spec, HostConfig: { ...spec.HostConfig, Binds: [`${folder}:${HOST_SOCKETS}:ro`] } }
}

export async function sealedHost(slot = 0): Promise<SealedHost> {
  const docker = await testDocker()
  const folder = await socketFolder()
  const engine = await lineEngine()
  const rejections: Rejection[] = []
  const onQuota = (_: unknown, rejection: Rejection) => rejections.push(rejection)
  const host = await openHost({ slot, arm: "candidate", engine, folder, onQuota })
  host.leadTo(engine.space)
  const container = await docker.containers.create(await hostSpecFor(folder, slot))
  await docker.containers.start(container)
  await host.ready(30_000)
  return {
    host,
    engine,
    container,
    rejections,
    async run(module, operations) {
      await host.start("run", 30_000)
      const bundle = `${module}\n`
      const loaded = await host.load({ bundle, engines: {}, operations, deadlineMs: 30_000 })
      if (!loaded.ok) throw new Error(JSON.stringify(loaded))
    },
    async close() {
      await host.close()
      await docker.containers.remove(container)
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
