/** Looks for what dead processes left in Docker, again and again. */
import { reap } from "../../sandboxes/docker/reaper.ts"
import type { Workshop } from "../workshop.ts"

const EVERY_MS = 5_000

export function reapEvery(
  { docker, pool }: Pick<Workshop, "docker" | "pool">,
  onError: (error: unknown) => void,
): { stop(): void } {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    // The one does not wait for the other: what cannot be removed there may not keep the rest.
    Promise.all([pool.dropAbandoned(), reap(docker)])
      .catch(onError)
      .finally(() => {
        busy = false
      })
  }, EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
