/**
 * Makes a pod, hands it one job, and removes it: an engine without network, our driver in its name space, two sealed hosts for each arm. Knows Docker and
 * the driver's lines; knows nothing of what the lines mean.
 */
import { randomBytes } from "node:crypto"
import { createInterface } from "node:readline"
import type { Attached } from "./docker/containers.ts"
import type { Docker } from "./docker/docker.ts"
import type { Images } from "./docker/images.ts"
import { labelsOf, OURS } from "./docker/labels.ts"
import { type Arm, FromDriverSchema, HOSTS_PER_ARM, type Job, type ToDriver } from "./driver/protocol.ts"
import type { EngineContainer } from "./engines/engine.ts"
import type { Outcome } from "./evidence.ts"
import { PodFault } from "./faults.ts"
import { door, driverSpec, engineSpec, hostSpec, socketVolume } from "./host/profile.ts"

/** A pod that has done nothing for so long is dropped, with its engine warm or not. */
export const POD_LIFE_MS = 30 * 60_000
/** The driver speaks at least this often while it works; silence means that it hangs. */
const LONGEST_SILENCE_MS = 90_000
const LONGEST_RUN_MS = 8 * 60_000
const LONGEST_BOOT_MS = 90_000
/** How long Docker may take to learn that a container has ended. */
const NEWS_MS = 2_000

export interface PodRecord {
  pod: string
  question: string
  engine: string
  /** Image name -> digest, to know whether a warm pod is still what would be made now. */
  images: Record<string, string>
  containers: { engine: string; driver: string; hosts: string[] }
  volumes: string[]
  madeAtMs: number
  deadlineMs: number
}

export type Progress = (phase: string, done: number, detail: string) => void

/** Hexadecimal digits: the hosts' uids are made of them. */
export const newPodName = () => randomBytes(6).toString("hex")

/** Starts all containers of a pod; resolves when they run, not when the driver is warm. Where it fails or is called off, the caller removes what it made. */
export async function makePod(options: {
  docker: Docker
  pod: string
  images: Images
  engine: EngineContainer
  question: string
  arms: readonly Arm[]
  signal?: AbortSignal | undefined
}): Promise<PodRecord> {
  const { docker, pod, images, engine, question, arms, signal } = options
  const madeAtMs = Date.now()
  const deadlineMs = madeAtMs + POD_LIFE_MS
  const labels = (role: string, slot?: number) =>
    labelsOf({ pod, role, deadlineMs, owned: false, ...(slot === undefined ? {} : { slot }) })
  const volumes = Array.from({ length: arms.length * HOSTS_PER_ARM }, (_, slot) => `proofrun-${pod}-${slot}`)
  const hosts: string[] = []
  const record = (engineId: string, driver: string): PodRecord => ({
    pod,
    question,
    engine: engine.name,
    images: digestsOf(images),
    containers: { engine: engineId, driver, hosts },
    volumes,
    madeAtMs,
    deadlineMs,
  })
  let engineId = ""
  let driver = ""
  const startEngine = async () => {
    engineId = await docker.containers.create(
      engineSpec({
        name: `proofrun-${pod}-engine`,
        image: images[engine.image].tag,
        container: engine,
        labels: labels("engine"),
      }),
    )
    await docker.containers.start(engineId)
  }
  try {
    signal?.throwIfAborted()
    await allDone([
      startEngine(),
      ...volumes.map((name, slot) => {
        const { options: mount } = socketVolume()
        return docker.volumes.createTmpfs(name, mount, labels("sockets", slot))
      }),
    ])
    signal?.throwIfAborted()
    driver = await docker.containers.create(
      driverSpec({
        name: `proofrun-${pod}-driver`,
        image: images.driver.tag,
        engineContainer: engineId,
        volumes,
        args: [question, engine.name, ...arms],
        labels: labels("driver"),
      }),
    )
    await docker.containers.start(driver)
    signal?.throwIfAborted()
    await allDone(
      volumes.map(async (volume, slot) => {
        const id = await docker.containers.create(
          hostSpec({
            name: `proofrun-${pod}-host-${slot}`,
            image: images.host.tag,
            slot,
            volume,
            doors: [door(engine.name, engine.port)],
            labels: labels("host", slot),
          }),
        )
        hosts[slot] = id
        await docker.containers.start(id)
      }),
    )
    return record(engineId, driver)
  } catch (error) {
    signal?.throwIfAborted()
    throw new PodFault("The sandbox could not be started.", { cause: error })
  }
}

/** Like `Promise.all`, but it fails only when none goes on: what would be made after the clearing up would be nobody's. */
async function allDone(all: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(all)).find((one) => one.status === "rejected")
  if (failed) throw failed.reason
}

/** Waits until the driver says that it is warm. For pods that are kept; a job may be handed to a pod that is not warm yet. Throws what `signal` was aborted with. */
export async function untilWarm(docker: Docker, record: PodRecord, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const attached = await docker.containers.attach(record.containers.driver, { stdin: false })
  try {
    for await (const line of linesWithin(attached, LONGEST_BOOT_MS, signal)) {
      const frame = FromDriverSchema.parse(JSON.parse(line))
      if (frame.type === "warm") return
      if (frame.type === "fault") throw new PodFault(`The sandbox did not come up: ${frame.message}`)
    }
    throw new PodFault("The driver ended before it was warm.")
  } finally {
    attached.detach()
  }
}

/** Hands the job to the pod and follows it to its outcome. Throws `PodFault` for whatever is ours. */
export async function runJob(docker: Docker, record: PodRecord, job: Job, onProgress: Progress): Promise<Outcome> {
  const { driver } = record.containers
  let phase: string | null = null
  let attached: Attached
  try {
    attached = await docker.containers.attach(driver)
  } catch (error) {
    throw new PodFault("The sandbox could not be reached.", { cause: error })
  }
  const tell = (frame: ToDriver) => attached.stdin.write(`${JSON.stringify(frame)}\n`)
  let stderr = ""
  attached.stderr.on("data", (chunk: Buffer) => {
    if (stderr.length < 4000) stderr += chunk.toString("utf8")
  })
  try {
    tell(job)
    const started = Date.now()
    for await (const line of linesWithin(attached, LONGEST_SILENCE_MS)) {
      const frame = FromDriverSchema.parse(JSON.parse(line))
      if (Date.now() - started > LONGEST_RUN_MS)
        throw new PodFault(`The run took longer than ${LONGEST_RUN_MS / 60_000} minutes.`, { phase })
      switch (frame.type) {
        case "progress":
          phase = frame.phase
          onProgress(frame.phase, frame.done, frame.detail)
          break
        case "cpu?":
          tell({
            type: "cpu",
            nanos: await Promise.all(
              record.containers.hosts.map(async (id) => (await docker.containers.usage(id)).cpuNanos),
            ),
          })
          break
        case "outcome":
          return frame.outcome
        case "fault":
          throw new PodFault(`The driver failed: ${frame.message}`, {
            phase,
            engineDied: await engineEndedFirst(docker, record),
          })
        case "warm":
          break
      }
    }
    throw new PodFault(`The driver ended without an outcome. ${stderr}`.trim(), { phase })
  } catch (error) {
    if (error instanceof PodFault) throw error
    throw new PodFault("The run was cut off.", { phase, cause: error })
  } finally {
    attached.detach()
  }
}

/** Removes all of a pod, however much of it was made. Returns how many containers and volumes that were. */
export async function removeAllOf(docker: Docker, pod: string): Promise<number> {
  const containers = await docker.containers.list({ ...OURS, pod })
  await Promise.all(containers.map(({ id }) => docker.containers.remove(id)))
  const volumes = await docker.volumes.list({ ...OURS, pod })
  await Promise.all(volumes.map(({ name }) => docker.volumes.remove(name)))
  return containers.length + volumes.length
}

export function digestsOf(images: Images): Record<string, string> {
  return Object.fromEntries(Object.entries(images).map(([name, { digest }]) => [name, digest]))
}

/**
 * Whether the engine has ended while its driver lives, and so not because that had ended. The driver may know it sooner than Docker: a moment is
 * given to the news. Where Docker cannot say, nobody is blamed.
 */
async function engineEndedFirst(docker: Docker, { containers }: PodRecord): Promise<boolean> {
  const stateOf = (id: string) => docker.containers.inspect(id).catch(() => null)
  const engine = await docker.containers.wait(containers.engine, NEWS_MS).catch(() => stateOf(containers.engine))
  if (!engine || engine.running) return false
  return (await stateOf(containers.driver))?.running === true
}

/** Lines of the driver's stdout until it ends; throws after `silenceMs` without one, and what `signal` is aborted with. */
async function* linesWithin(attached: Attached, silenceMs: number, signal?: AbortSignal): AsyncGenerator<string> {
  const lines = createInterface({ input: attached.stdout })
  const iterator = lines[Symbol.asyncIterator]()
  let endWait = (_why: unknown) => {}
  const calledOff = () => endWait(signal?.reason)
  signal?.addEventListener("abort", calledOff)
  try {
    for (;;) {
      signal?.throwIfAborted()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        endWait = reject
        timer = setTimeout(() => reject(new PodFault(`The driver was silent for ${silenceMs / 1000} s.`)), silenceMs)
      })
      const next = await Promise.race([iterator.next(), late]).finally(() => clearTimeout(timer))
      if (next.done) return
      if (next.value !== "") yield next.value
    }
  } finally {
    signal?.removeEventListener("abort", calledOff)
    lines.close()
  }
}
