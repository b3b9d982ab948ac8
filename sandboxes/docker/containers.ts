/** Containers of one Docker Engine: each call bounded by a deadline, each failure a `DockerFault`. Knows nothing of pods. */
import { setTimeout as sleep } from "node:timers/promises"
import { type Usage, type UsageReader, usageReader } from "./cgroup.ts"
import { type Demultiplexed, demultiplex } from "./demultiplex.ts"
import type { ByteStream, Client, ContainerOptions } from "./docker.ts"
import { DockerFault, statusOf, within } from "./fault.ts"

export interface Containers {
  /** Makes a container from a plain spec in the Docker API's own words (`Image`, `Cmd`, `Labels`, `HostConfig` ...) and returns its id. */
  create(spec: ContainerSpec): Promise<string>
  start(id: string): Promise<void>
  /** Streams of a container; attach before `start`, else early output is lost. Without stdin, somebody else may still attach to it. Ending `stdin` closes the container's, not the output.
   * With `stdin: false` its stdin is left alone: a `StdinOnce` container would lose it when this connection goes. */
  attach(id: string, options?: { stdin?: boolean }): Promise<Attached>
  /** null: there is no such container (any more). */
  inspect(id: string): Promise<ContainerState | null>
  /** Resolves when the container has stopped or is gone (null); throws after `ms`. Survives an engine that is restarted meanwhile. */
  wait(id: string, ms: number): Promise<ContainerState | null>
  /** Sends a signal; no complaint if it does not run. */
  kill(id: string, signal?: string): Promise<void>
  /** Removes it whether it runs or not, with its anonymous volumes; no complaint if it is gone. */
  remove(id: string): Promise<void>
  /** Freezes and thaws all processes of the container. */
  pause(id: string): Promise<void>
  unpause(id: string): Promise<void>
  /** What a running container uses: microseconds to read where the engine is on this machine, a second where it is not. */
  usage(id: string): Promise<Usage>
  /** All that carry these labels, running or not. */
  list(labels: Record<string, string>): Promise<ContainerSummary[]>
}

export interface ContainerSpec extends ContainerOptions {
  name: string
  Image: string
}

export interface Attached extends Demultiplexed {
  stdin: NodeJS.WritableStream
  /** Lets go of the connection at once. */
  detach(): void
}

export interface ContainerState {
  id: string
  name: string
  status: string
  running: boolean
  /** 0 where it does not run. */
  pid: number
  exitCode: number
  oomKilled: boolean
  labels: Record<string, string>
  createdAtMs: number
  /** When it stopped; 0 where it runs or never ran. */
  endedAtMs: number
  /** The whole answer, for tests that read back what a container really got. */
  raw: unknown
}

export interface ContainerSummary {
  id: string
  name: string
  image: string
  running: boolean
  labels: Record<string, string>
  createdAtMs: number
}

export function containersOf(client: Client): Containers {
  const readers = new Map<string, UsageReader>()
  const containers: Containers = {
    async create(spec) {
      const made = await within(60_000, `making container ${spec.name}`, () => client.createContainer(spec))
      return made.id
    },
    async start(id) {
      await within(60_000, `starting container ${short(id)}`, () => client.getContainer(id).start())
    },
    async attach(id, { stdin = true } = {}) {
      const all = { stream: true, stdin, stdout: true, stderr: true, hijack: true }
      const socket = (await within(20_000, `attaching to container ${short(id)}`, () =>
        client.getContainer(id).attach(all),
      )) as ByteStream
      // Writing to a container that has just died is no event of its own: `closed` and `wait` tell.
      socket.on("error", () => {})
      return { stdin: socket, ...demultiplex(socket), detach: () => void socket.destroy() }
    },
    async inspect(id) {
      return gone(async () => {
        const raw = await within(20_000, `describing container ${short(id)}`, () => client.getContainer(id).inspect())
        return {
          id: raw.Id,
          name: raw.Name.replace(/^\//, ""),
          status: raw.State.Status,
          running: raw.State.Running,
          pid: raw.State.Pid,
          exitCode: raw.State.ExitCode,
          oomKilled: raw.State.OOMKilled,
          labels: raw.Config.Labels ?? {},
          createdAtMs: Date.parse(raw.Created),
          endedAtMs: raw.State.Running ? 0 : Math.max(0, Date.parse(raw.State.FinishedAt)),
          raw,
        }
      })
    },
    async wait(id, ms) {
      const doing = `waiting for container ${short(id)} to end`
      return within(ms, doing, async (signal) => {
        // wait() never settles once the engine's connection dropped, so its answer only wakes the loop that asks for the truth.
        const ended = client
          .getContainer(id)
          .wait({ abortSignal: signal })
          .catch(() => {})
        for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
          const state = await containers.inspect(id).catch((error) => {
            if (statusOf(error) !== undefined) throw error
            return undefined
          })
          if (state === null || (state && !state.running && state.status !== "created")) return state
          signal.throwIfAborted()
          await Promise.race([ended, sleep(pause, undefined, { signal })])
        }
      })
    },
    async kill(id, signal = "SIGKILL") {
      await ignoring([404, 409], () =>
        within(20_000, `killing container ${short(id)}`, () => client.getContainer(id).kill({ signal })),
      )
    },
    async remove(id) {
      readers.delete(id)
      await ignoring([404, 409], () =>
        within(60_000, `removing container ${short(id)}`, () =>
          client.getContainer(id).remove({ force: true, v: true }),
        ),
      )
    },
    async pause(id) {
      await within(20_000, `pausing container ${short(id)}`, () => client.getContainer(id).pause())
    },
    async unpause(id) {
      await within(20_000, `unpausing container ${short(id)}`, () => client.getContainer(id).unpause())
    },
    async usage(id) {
      const known = readers.get(id)
      const quick = known && (await known())
      if (quick) return quick
      readers.delete(id)
      const state = await containers.inspect(id)
      if (!state?.running) throw new DockerFault(`There are no CPU figures of container ${short(id)}: it does not run.`)
      const reader = await usageReader(state.id, state.pid)
      const read = await reader?.()
      if (reader && read) {
        readers.set(id, reader)
        return read
      }
      const one = { stream: false as const, "one-shot": true }
      const stats = await within(20_000, `reading the usage of container ${short(id)}`, () =>
        client.getContainer(id).stats(one),
      )
      return { cpuNanos: stats.cpu_stats.cpu_usage.total_usage, memoryBytes: stats.memory_stats?.usage ?? 0 }
    },
    async list(labels) {
      const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
      const found = await within(20_000, "listing containers", () =>
        client.listContainers({ all: true, filters: { label } }),
      )
      return found.map((item) => ({
        id: item.Id,
        name: (item.Names[0] ?? "").replace(/^\//, ""),
        image: item.Image,
        running: item.State === "running",
        labels: item.Labels ?? {},
        createdAtMs: item.Created * 1000,
      }))
    },
  }
  return containers
}

export function short(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id
}

/** null where the engine says that there is no such thing. */
export async function gone<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

/** Lets the engine's answers with these HTTP statuses pass as done: the state that was asked for is there already, or somebody else makes it. */
export async function ignoring(statuses: number[], act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error
  }
}
