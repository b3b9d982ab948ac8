/**
 * Hands what is due to the queue, and takes back what dead workers had. Every server and worker has one: any of them may die, and one alone is
 * enough. Woken by the store when something changes, and every so often by itself.
 */
import type { Logger } from "pino"
import type { JobQueue } from "../queue.ts"
import { takeBackLost } from "../store/attempts.ts"
import type { Store } from "../store/database.ts"
import { admit, type Due, overdue } from "../store/dispatch.ts"
import { CHANNELS } from "../store/tell.ts"

const SWEEP_MS = 1_000
/** Between two looks at who waits. At a hundred submissions a second a look for each would be most of what the database does. */
const REST_MS = 100
/** Handed over so long ago and not begun: handed over again, in case the queue has lost it. */
const OVERDUE_MS = 3_000

export interface Dispatcher {
  stop(): Promise<void>
}

export function startDispatcher({ store, queue, log }: { store: Store; queue: JobQueue; log: Logger }): Dispatcher {
  const { db } = store
  let stopped = false
  let running = false
  let again = false
  let troubled = false
  let resting: NodeJS.Timeout | undefined

  async function hand(due: Due[]): Promise<void> {
    for (const { stage, ...job } of due) await queue.add(stage, job)
  }

  /** One at a time, and not at once again; called meanwhile, once more afterwards. */
  async function round(sweep: boolean): Promise<void> {
    if (stopped) return
    if (running || (resting && !sweep)) {
      again = true
      return
    }
    clearTimeout(resting)
    running = true
    try {
      if (sweep) {
        const lost = await takeBackLost(db)
        if (lost > 0) log.warn({ lost }, "took back what dead workers had")
        await hand(await overdue(db, OVERDUE_MS))
      }
      await hand(await admit(db))
      if (troubled) log.info("dispatching again")
      troubled = false
    } catch (error) {
      if (!troubled && !stopped) log.warn({ err: error }, "could not dispatch; trying again")
      troubled = true
    } finally {
      running = false
    }
    resting = setTimeout(() => {
      resting = undefined
      if (!again) return
      again = false
      void round(false)
    }, REST_MS)
  }

  const timer = setInterval(() => void round(true), SWEEP_MS)
  const listening = store.listen(
    [CHANNELS.queue],
    () => void round(false),
    () => void round(true),
  )
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      clearTimeout(resting)
      await listening.end()
    },
  }
}
