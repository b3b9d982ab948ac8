/** Keeps what was worked for through a restart of the database: it is written down as soon as the database answers again. */
import { setTimeout as sleep } from "node:timers/promises"
import { isAway } from "../store/database.ts"

/** Longer than any restart; after it somebody else has the lease anyway. */
const LONGEST_MS = 30_000
const AGAIN_MS = 250

/** Throws what `write` throws, once that is not the database being away, or when it has been away for too long, or the signal's reason. */
export async function whenBack<T>(signal: AbortSignal, write: () => Promise<T>): Promise<T> {
  const end = performance.now() + LONGEST_MS
  for (;;) {
    signal.throwIfAborted()
    try {
      return await write()
    } catch (error) {
      if (!isAway(error) || performance.now() > end) throw error
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {})
    }
  }
}
