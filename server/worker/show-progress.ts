/** Turns a run's progress into whole pictures in the store, a few a second at most. */
import type { Progress } from "../../sandboxes/pod.ts"
import { showProgress } from "../store/attempts.ts"
import type { Database } from "../store/database.ts"
import type { PhaseProgress } from "../store/tables.ts"

const SHOW_EVERY_MS = 250

export interface ShownProgress {
  onProgress: Progress
  /** Nothing is written after it has resolved. */
  end(): Promise<void>
}

export function progressInto(
  db: Database,
  token: number,
  onWritten: (phases: PhaseProgress[]) => void = () => {},
): ShownProgress {
  const phases: PhaseProgress[] = []
  let began = performance.now()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let ended = false

  function write(): void {
    timer = undefined
    const picture = phases.map((phase) => ({ ...phase }))
    onWritten(picture)
    // A picture that could not be written is no loss: the next is whole as well.
    writing = writing.then(() => showProgress(db, token, picture)).catch(() => {})
  }

  return {
    onProgress(phase, done, detail) {
      if (ended) return
      const now = performance.now()
      const newest = phases.at(-1)
      if (newest?.phase === phase) {
        newest.done = done
        newest.seconds = (now - began) / 1000
        if (detail) newest.detail = detail
      } else {
        if (newest) {
          newest.done = 1
          newest.seconds = (now - began) / 1000
        }
        began = now
        phases.push({ phase, done, detail, seconds: 0 })
      }
      timer ??= setTimeout(write, phases.length === 1 ? 0 : SHOW_EVERY_MS)
    },
    async end() {
      ended = true
      if (timer) {
        clearTimeout(timer)
        write()
      }
      await writing
    },
  }
}
