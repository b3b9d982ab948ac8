/** Who watches which submission: one connection to the store's messages per server, however many watch. What is told is that something changed. */
import type { Kept, Store } from "../store/database.ts"
import { CHANNELS } from "../store/tell.ts"

/** Looked at anyway after so long: a message may have been lost with a connection. */
export const LOOK_EVERY_MS = 5_000
/** Places in the queue change with every submission of anybody; nobody needs to see that more often. */
const PLACES_EVERY_MS = 1_000

/** "place": no more than its place in the queue. */
export type Change = "submission" | "place"

export interface Watching {
  /** Resolves with the next change, or when it is time to look anyway. Throws when the signal is aborted. */
  changed(signal: AbortSignal | undefined): Promise<Change>
  end(): void
}

export interface Live {
  /** `waiting`: changes of the queue matter as well. */
  watch(submission: string, waiting: () => boolean): Watching
  watchers(): number
  close(): Promise<void>
}

interface Watcher {
  waiting: () => boolean
  wake: (change: Change) => void
}

export function openLive(store: Store): Live {
  const bySubmission = new Map<string, Set<Watcher>>()
  let count = 0
  let placesDue: NodeJS.Timeout | undefined
  const everybody = () => [...bySubmission.values()].flatMap((watchers) => [...watchers])
  const listening: Kept = store.listen(
    [CHANNELS.submission, CHANNELS.queue],
    (channel, id) => {
      if (channel === CHANNELS.submission) for (const { wake } of bySubmission.get(id) ?? []) wake("submission")
      else
        placesDue ??= setTimeout(() => {
          placesDue = undefined
          for (const { waiting, wake } of everybody()) if (waiting()) wake("place")
        }, PLACES_EVERY_MS)
    },
    () => {
      for (const { wake } of everybody()) wake("submission")
    },
  )
  return {
    watch(id, waiting) {
      let due: Change | null = null
      let resume: (() => void) | null = null
      const watcher: Watcher = {
        waiting,
        wake(change) {
          if (due !== "submission") due = change
          resume?.()
        },
      }
      const watchers = bySubmission.get(id) ?? new Set()
      watchers.add(watcher)
      bySubmission.set(id, watchers)
      count++
      return {
        changed: (signal) =>
          new Promise((resolve, reject) => {
            const done = () => {
              clearTimeout(timer)
              signal?.removeEventListener("abort", aborted)
              resume = null
              const change = due ?? "submission"
              due = null
              resolve(change)
            }
            const aborted = () => {
              clearTimeout(timer)
              resume = null
              reject(signal?.reason)
            }
            const timer = setTimeout(done, LOOK_EVERY_MS)
            if (signal?.aborted) return aborted()
            signal?.addEventListener("abort", aborted, { once: true })
            if (due) done()
            else resume = done
          }),
        end() {
          if (!watchers.delete(watcher)) return
          count--
          if (watchers.size === 0) bySubmission.delete(id)
        },
      }
    },
    watchers: () => count,
    async close() {
      clearTimeout(placesDue)
      await listening.end()
    },
  }
}
