/** The one door to the Docker Engine: only this file imports dockerode. Says what happened; decides nothing about pods or images. */
import { Agent } from "node:http"
import type { Duplex } from "node:stream"
import { inspect } from "node:util"
import Dockerode from "dockerode"
import { type Containers, containersOf } from "./containers.ts"
import { DockerFault, within } from "./fault.ts"
import { type ImageStore, imageStoreOf } from "./image-store.ts"
import { type Volumes, volumesOf } from "./volumes.ts"

/** What the files beside this one may use of dockerode. */
export type Client = Dockerode
export type ContainerOptions = Dockerode.ContainerCreateOptions
export type ByteStream = Duplex

export interface Docker {
  /** Where it answers, e.g. `unix:///var/run/docker.sock`. */
  host: string
  /** Answers or throws a `DockerFault` after `ms`. */
  ping(ms?: number): Promise<void>
  facts(): Promise<EngineFacts>
  containers: Containers
  volumes: Volumes
  images: ImageStore
}

export interface EngineFacts {
  version: string
  api: string
  kernel: string
  operatingSystem: string
  architecture: string
  cpus: number
  memoryBytes: number
  cgroupVersion: string
  storageDriver: string
  /** Where the engine keeps its data, a path on the engine's own machine. */
  dataRoot: string
  runtime: string
}

/** @param host `unix:///path/to.sock` or `tcp://host:port` without TLS. Connects on the first call, not here. */
export function connectDocker(host: string): Docker {
  const client = new Dockerode({
    ...addressOf(host),
    // A connection of its own for each call: a kept one breaks the first call after the engine was restarted.
    agent: new Agent({ keepAlive: false }),
  } as Dockerode.DockerOptions)
  writeNoDebugText(client)
  return {
    host,
    async ping(ms = 5_000) {
      await within(ms, `being asked whether it is there (${host})`, () => client.ping())
    },
    async facts() {
      const version = await within(10_000, "telling its version", () => client.version())
      const info = await within(20_000, "telling about its machine", () => client.info())
      return {
        version: version.Version,
        api: version.ApiVersion,
        kernel: version.KernelVersion ?? "unknown",
        operatingSystem: info.OperatingSystem,
        architecture: version.Arch,
        cpus: info.NCPU,
        memoryBytes: info.MemTotal,
        cgroupVersion: info.CgroupVersion ?? "1",
        storageDriver: info.Driver,
        dataRoot: info.DockerRootDir,
        runtime: info.DefaultRuntime,
      }
    },
    containers: containersOf(client),
    volumes: volumesOf(client),
    images: imageStoreOf(client),
  }
}

/**
 * At each request the client writes out all of its options for a debug log, whether anybody keeps one or not: the agent, its sockets, and what their
 * listeners hold in turn. Beside a pool of attached containers that stops the process for seconds.
 */
function writeNoDebugText(client: Dockerode): void {
  const modem = client.modem as unknown as { buildRequest(options: object, ...rest: unknown[]): void }
  const { buildRequest } = modem
  modem.buildRequest = (options: object, ...rest: unknown[]) => {
    Object.defineProperty(options, inspect.custom, { value: () => "the options of a request" })
    return buildRequest.call(modem, options, ...rest)
  }
}

/** `host: undefined` matters: the library would otherwise mix in what it reads from the environment itself. */
function addressOf(host: string): Record<string, unknown> {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length), host: undefined, port: undefined }
  const url = URL.canParse(host) ? new URL(host) : null
  if (url?.protocol === "tcp:" && url.hostname)
    return { socketPath: undefined, protocol: "http", host: url.hostname, port: url.port || "2375" }
  throw new DockerFault(
    `The Docker host "${host}" is not understood: give unix:///path/to/docker.sock, or tcp://host:port without TLS.`,
  )
}
