/** Looks for what dead processes left in Docker, again and again. */
import type { Docker } from "../../sandboxes/docker/docker.ts"
import { reap } from "../../sandboxes/docker/reaper.ts"

const EVERY_MS = 5_000

export function reapEvery(docker: Docker, onError: (error: unknown) => void): { stop(): void } {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    reap(docker)
      .catch(onError)
      .finally(() => {
        busy = false
      })
  }, EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
