/** Works under a lease: says again and again that the worker lives, and ends the work when the lease is lost or the candidate has asked for the end. */

import { LostLease, RENEW_MS, renew } from "../store/attempts.ts"
import type { Database } from "../store/database.ts"

/** The candidate has asked for the end. */
export class Cancelled extends Error {
  override name = "Cancelled"
}

/** The work is given back before it is done, for a later try: the worker is told to stop, or something else comes first. */
export class Stopping extends Error {
  override name = "Stopping"
}

/**
 * Resolves and throws as `work` does; `work`'s signal is aborted with `LostLease`, `Cancelled`, `Stopping` where it is in somebody's way, or the
 * reason of `stop`. While the database cannot be reached nobody can say whether the lease holds, so the work goes on: what it comes to is refused
 * where it does not.
 */
export async function underLease<T>(
  db: Database,
  token: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const onStop = () => over.abort(stop.reason)
  if (stop.aborted) onStop()
  stop.addEventListener("abort", onStop)
  let asking = false
  const timer = setInterval(() => {
    if (asking) return
    asking = true
    renew(db, token)
      .then(
        (state) => {
          if (state === "lost") over.abort(new LostLease("Somebody else has the submission now."))
          if (state === "in the way") over.abort(new Stopping("Somebody waits: samples come after everybody."))
          if (state === "cancelled") over.abort(new Cancelled("The candidate cancelled it."))
        },
        () => {},
      )
      .finally(() => {
        asking = false
      })
  }, RENEW_MS)
  try {
    return await work(over.signal)
  } finally {
    clearInterval(timer)
    stop.removeEventListener("abort", onStop)
  }
}
