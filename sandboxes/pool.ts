/** Keeps booted pods ready. A warm pod is one record file; claiming is renaming it, so that of two who try one gets it. Each is used once. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Docker } from "./docker/docker.ts"
import type { Images } from "./docker/images.ts"
import type { EngineContainer } from "./engines/engine.ts"
import { digestsOf, makePod, type PodRecord, removePod, untilWarm } from "./pod.ts"

/** Engine, driver and eight hosts, measured resident, with room to spare. */
const POD_MEMORY_BYTES = 2.5 * 2 ** 30
/** A pod must have this much life left to be worth claiming. */
const LEAST_LIFE_MS = 10 * 60_000

export interface Pool {
  /** Takes a warm pod for this question and engine, or null. The caller must remove it. */
  claim(question: string, engine: string, images: Images): Promise<PodRecord | null>
  /** Makes one more warm pod and puts it into the pool. */
  add(options: { images: Images; engine: EngineContainer; question: string }): Promise<PodRecord>
  warm(): Promise<PodRecord[]>
  /** Removes warm pods that are too old, made from other images than these, or dead. */
  dropStale(images: Images): Promise<number>
  dropAll(): Promise<number>
}

export function poolSize(memoryBytes: number): number {
  return Math.max(1, Math.min(4, Math.floor((memoryBytes * 0.5) / POD_MEMORY_BYTES)))
}

export function openPool({ docker, folder }: { docker: Docker; folder: string }): Pool {
  const file = (pod: string) => join(folder, `warm-${pod}.json`)
  /** The record, once it is ours alone; null if somebody else was faster. */
  const take = async (pod: string): Promise<boolean> => {
    const taken = join(folder, `taken-${pod}.json`)
    const won = await rename(file(pod), taken).then(
      () => true,
      () => false,
    )
    await rm(taken, { force: true })
    return won
  }
  const pool: Pool = {
    async warm() {
      await mkdir(folder, { recursive: true })
      const names = (await readdir(folder)).filter((name) => /^warm-[0-9a-f]+\.json$/.test(name))
      const records = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8").catch(() => null)))
      return records.filter((text) => text !== null).map((text) => JSON.parse(text) as PodRecord)
    },
    async claim(question, engine, images) {
      const now = digestsOf(images)
      for (const record of await pool.warm()) {
        if (record.question !== question || record.engine !== engine || stale(record, now)) continue
        if (!(await take(record.pod))) continue
        if (await lives(record)) return record
        await removePod(docker, record)
      }
      return null
    },
    async add({ images, engine, question }) {
      const record = await makePod({ docker, images, engine, question })
      try {
        await untilWarm(docker, record)
      } catch (error) {
        await removePod(docker, record)
        throw error
      }
      await mkdir(folder, { recursive: true })
      const half = join(folder, `half-${record.pod}`)
      await writeFile(half, JSON.stringify(record))
      await rename(half, file(record.pod))
      return record
    },
    dropStale: async (images) => drop(async (record) => stale(record, digestsOf(images)) || !(await lives(record))),
    dropAll: async () => drop(async () => true),
  }
  async function lives({ containers }: PodRecord): Promise<boolean> {
    return (await docker.containers.inspect(containers.driver))?.running ?? false
  }
  async function drop(which: (record: PodRecord) => Promise<boolean>): Promise<number> {
    let dropped = 0
    for (const record of await pool.warm()) {
      if (!(await which(record)) || !(await take(record.pod))) continue
      await removePod(docker, record)
      dropped++
    }
    return dropped
  }
  return pool
}

function stale(record: PodRecord, images: Record<string, string>): boolean {
  if (record.deadlineMs - Date.now() < LEAST_LIFE_MS) return true
  return Object.entries(record.images).some(([name, digest]) => images[name] !== undefined && images[name] !== digest)
}
