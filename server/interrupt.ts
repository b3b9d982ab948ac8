/** What happens on Ctrl-C: who asked is called to clean up, within a limit, and a second Ctrl-C ends it at once. */

const CLEAN_UP_MS = 15_000
const stopping = new AbortController()
const cleanups = new Set<() => Promise<unknown>>()

/** Aborted when the process has been told to stop; for waits that should end early. */
export const interrupted: AbortSignal = stopping.signal

/** Runs `clean` if the process is interrupted before the returned function has been called. */
export function cleanUpOnInterrupt(clean: () => Promise<unknown>): () => void {
  cleanups.add(clean)
  return () => void cleanups.delete(clean)
}

/** To be called once, by the entry point. The exit code is 128 + the signal's number, as a shell expects. */
export function handleInterrupts(): void {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(code)
      stopping.abort(new Error("interrupted"))
      // A command that listens itself stops in its own order; the second Ctrl-C is still ours.
      if (process.listenerCount(signal) > 1) return
      const limit = new Promise((resolve) => setTimeout(resolve, CLEAN_UP_MS))
      const done = Promise.allSettled([...cleanups].map((clean) => clean()))
      void Promise.race([done, limit]).then(() => process.exit(code))
    })
  }
}
