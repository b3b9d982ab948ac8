/** Makes pods and keeps booted ones ready. A warm pod is one record file; each is used once, by the one process that gets hold of it. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Docker } from "./docker/docker.ts"
import type { Images } from "./docker/images.ts"
import { ARMS, type Arm } from "./driver/protocol.ts"
import type { EngineContainer } from "./engines/engine.ts"
import { digestsOf, makePod, newPodName, POD_LIFE_MS, type PodRecord, removeAllOf, untilWarm } from "./pod.ts"
import { podHolds } from "./pod-holds.ts"

/** Engine, driver and eight hosts, measured resident, with room to spare. */
const POD_MEMORY_BYTES = 2.5 * 2 ** 30
/** A pod must have this much life left to be worth claiming. */
const LEAST_LIFE_MS = 10 * 60_000

export interface PodKind {
  images: Images
  engine: EngineContainer
  question: string
  /** Whose hosts it is to have. */
  arms: readonly Arm[]
}

export interface Pool {
  /** Takes a warm pod for this question and engine, or null. The caller must `remove` it. */
  claim(question: string, engine: string, images: Images): Promise<PodRecord | null>
  /** Makes a pod that need not be warm yet. The caller must `remove` it. Throws what `signal` was aborted with, nothing left behind. */
  make(kind: PodKind, signal?: AbortSignal): Promise<PodRecord>
  /** Removes a pod that was claimed or made; what cannot be removed now, `dropAbandoned` tries again. */
  remove(record: PodRecord): Promise<void>
  /** Makes one more warm pod, for a job of any kind, and puts it into the pool. Throws what `signal` was aborted with, nothing left behind. */
  add(kind: Omit<PodKind, "arms">, signal?: AbortSignal): Promise<PodRecord>
  warm(): Promise<PodRecord[]>
  /** Removes warm pods that are too old, made from other images than these, or dead. */
  dropStale(images: Images): Promise<number>
  dropAll(): Promise<number>
  /** Pods whose process died while it made, used or removed them. */
  abandoned(): Promise<string[]>
  /** Removes what is left of them, and of pods that this process could not remove. Returns how many containers and volumes that were. */
  dropAbandoned(): Promise<number>
}

export function poolSize(memoryBytes: number): number {
  return Math.max(1, Math.min(4, Math.floor((memoryBytes * 0.5) / POD_MEMORY_BYTES)))
}

export function openPool({ docker, folder }: { docker: Docker; folder: string }): Pool {
  const holds = podHolds(folder, POD_LIFE_MS)
  /** Pods that this process is done with and has not seen gone. */
  const stuck = new Set<string>()
  const clearing = new Map<string, Promise<void>>()
  const file = (pod: string) => join(folder, `warm-${pod}.json`)
  /** Takes a pod out of the pool; false if somebody else was faster. */
  const take = async (pod: string): Promise<boolean> => {
    if (!(await holds.hold(pod))) return false
    const won = await rm(file(pod)).then(
      () => true,
      () => false,
    )
    if (!won) await holds.letGo(pod)
    return won
  }
  const pool: Pool = {
    async warm() {
      await mkdir(folder, { recursive: true })
      const held = await holds.held()
      const names = (await readdir(folder)).filter((name) => /^warm-[0-9a-f]+\.json$/.test(name))
      const records = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8").catch(() => null)))
      const all = records.filter((text) => text !== null).map((text) => JSON.parse(text) as PodRecord)
      return all.filter(({ pod }) => !held.has(pod))
    },
    async claim(question, engine, images) {
      const now = digestsOf(images)
      for (const record of await pool.warm()) {
        if (record.question !== question || record.engine !== engine || stale(record, now)) continue
        // A full disk is no reason to fail here either: a fresh pod is made.
        if (!(await take(record.pod).catch(() => false))) continue
        if (await lives(record)) return record
        await pool.remove(record)
      }
      return null
    },
    async make(kind, signal) {
      const pod = newPodName()
      // A disk that is full is no reason not to measure: unnoted, a pod whose process dies stays until its driver ends or its deadline.
      await holds.hold(pod).catch(() => {})
      try {
        return await makePod({ docker, pod, ...kind, signal })
      } catch (error) {
        await clear(pod)
        throw error
      }
    },
    remove: ({ pod }) => clear(pod),
    async add(kind, signal) {
      const record = await pool.make({ ...kind, arms: ARMS }, signal)
      try {
        await untilWarm(docker, record, signal)
        const half = join(folder, `half-${record.pod}`)
        await writeFile(half, JSON.stringify(record))
        await rename(half, file(record.pod))
      } catch (error) {
        await pool.remove(record)
        throw error
      }
      await holds.letGo(record.pod)
      return record
    },
    dropStale: async (images) => drop(async (record) => stale(record, digestsOf(images)) || !(await lives(record))),
    dropAll: async () => drop(async () => true),
    abandoned: holds.abandoned,
    async dropAbandoned() {
      const dropped = await Promise.allSettled([...(await holds.abandoned()), ...stuck].map(dropRest))
      const failed = dropped.find((one) => one.status === "rejected")
      if (failed) throw failed.reason
      return dropped.reduce((sum, one) => sum + (one.status === "fulfilled" ? one.value : 0), 0)
    },
  }
  /** Does not throw: a Docker Engine that does not answer now is asked again later. Called a second time meanwhile, it waits for the first. */
  function clear(pod: string): Promise<void> {
    const underWay = clearing.get(pod)
    if (underWay) return underWay
    stuck.add(pod)
    const cleared = dropRest(pod)
      .then((found) => (found > 0 ? dropRest(pod) : 0))
      // `dropAbandoned` goes on with what is stuck.
      .then(
        () => {},
        () => {},
      )
      .finally(() => clearing.delete(pod))
    clearing.set(pod, cleared)
    return cleared
  }
  async function dropRest(pod: string): Promise<number> {
    const found = await removeAllOf(docker, pod)
    await rm(file(pod), { force: true })
    // What the Docker Engine was still making for the dead process shows at the next look.
    if (found > 0) return found
    await holds.letGo(pod)
    stuck.delete(pod)
    return 0
  }
  async function lives({ containers }: PodRecord): Promise<boolean> {
    return (await docker.containers.inspect(containers.driver))?.running ?? false
  }
  async function drop(which: (record: PodRecord) => Promise<boolean>): Promise<number> {
    const dropped = await Promise.all(
      (await pool.warm()).map(async (record) => {
        if (!(await which(record)) || !(await take(record.pod))) return 0
        await pool.remove(record)
        return 1
      }),
    )
    return dropped.reduce<number>((sum, one) => sum + one, 0)
  }
  return pool
}

function stale(record: PodRecord, images: Record<string, string>): boolean {
  if (record.deadlineMs - Date.now() < LEAST_LIFE_MS) return true
  return Object.entries(record.images).some(([name, digest]) => images[name] !== undefined && images[name] !== digest)
}
