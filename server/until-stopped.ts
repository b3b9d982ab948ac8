/** For commands that run until they are told to stop. */

/** Resolves at the first SIGINT or SIGTERM (the second ends the process, see interrupt.ts), and where whoever started us as a part of theirs has gone. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
    if (process.connected) process.once("disconnect", () => resolve())
  })
}
