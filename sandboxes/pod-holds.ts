/**
 * Who has which pod in hand: one file for each pod that is being made, used or removed, with the process that does so. So a pod whose process was
 * killed is known for abandoned, half made as it may be, and two processes never have the same one.
 */
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { ownerLives, thisProcess } from "./docker/labels.ts"

export interface PodHolds {
  /** Whether the pod is this process's from now on; false where somebody has it. */
  hold(pod: string): Promise<boolean>
  letGo(pod: string): Promise<void>
  held(): Promise<Set<string>>
  /** Pods whose process is gone; where that cannot be seen from here, those held for longer than any pod lives. */
  abandoned(): Promise<string[]>
}

const HoldSchema = z.object({ process: z.record(z.string(), z.string()), sinceMs: z.number() })

export function podHolds(folder: string, longestMs: number): PodHolds {
  const file = (pod: string) => join(folder, `held-${pod}.json`)
  const held = async () => {
    const names = await readdir(folder).catch(() => [])
    return new Set(names.flatMap((name) => /^held-([0-9a-f]+)\.json$/.exec(name)?.[1] ?? []))
  }
  const isAbandoned = async (pod: string) => {
    const text = await readFile(file(pod), "utf8").catch(() => null)
    if (text === null) return false
    const { data } = HoldSchema.safeParse(asJson(text))
    // Written whole: what cannot be read was left by a machine that lost its power.
    if (!data) return true
    return !(ownerLives(data.process) ?? Date.now() - data.sinceMs < longestMs)
  }
  return {
    async hold(pod) {
      await mkdir(folder, { recursive: true })
      const mine = thisProcess()
      const half = join(folder, `half-${pod}-${mine.owner}`)
      try {
        await writeFile(half, JSON.stringify({ process: mine, sinceMs: Date.now() }))
        // A link is made whole or not at all, and never in another's place.
        await link(half, file(pod))
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
        throw error
      } finally {
        await rm(half, { force: true })
      }
    },
    letGo: (pod) => rm(file(pod), { force: true }),
    held,
    async abandoned() {
      const pods = [...(await held())]
      const gone = await Promise.all(pods.map(isAbandoned))
      return pods.filter((_, index) => gone[index])
    },
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
