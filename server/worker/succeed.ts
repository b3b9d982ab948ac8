/**
 * Each worker leaves a note in the state folder while it lives. Who starts later and finds one of a process that is dead knows so at once, and takes
 * back what that worker had, instead of waiting for its leases to run out. Where a note cannot be kept, the leases decide alone.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Logger } from "pino"
import { z } from "zod"
import { ownerLives, thisProcess } from "../../sandboxes/docker/labels.ts"
import { endLeases, takeBackLost } from "../store/attempts.ts"
import type { Database } from "../store/database.ts"

const NoteSchema = z.object({ worker: z.string(), process: z.record(z.string(), z.string()) })

export interface Succession {
  /** The worker ends in good order: nobody need succeed it. */
  end(): Promise<void>
}

export function succeed(options: { db: Database; stateFolder: string; worker: string; log: Logger }): Succession {
  const { db, stateFolder, worker, log } = options
  const folder = join(stateFolder, "workers")
  const mine = join(folder, `${worker}.json`)
  const begun = begin().catch((error) => log.warn({ err: error }, "a worker before this one could not be looked for"))

  async function begin(): Promise<void> {
    await mkdir(folder, { recursive: true })
    // Before the own note: on a full disk that one fails, and those who died are succeeded all the same.
    for (const name of await readdir(folder)) if (name.endsWith(".json")) await takeFrom(join(folder, name))
    const half = `${mine}.half`
    await writeFile(half, JSON.stringify({ worker, process: thisProcess() }))
    await rename(half, mine)
  }

  async function takeFrom(note: string): Promise<void> {
    const { data } = NoteSchema.safeParse(JSON.parse(await readFile(note, "utf8").catch(() => "null")))
    if (!data || ownerLives(data.process) !== false) return
    const ended = await endLeases(db, data.worker)
    if (ended > 0) await takeBackLost(db)
    await rm(note, { force: true })
    if (ended > 0) log.warn({ worker: data.worker, ended }, "took over from a worker that died here")
  }

  return {
    async end() {
      await begun
      await rm(mine, { force: true }).catch(() => {})
    },
  }
}
