/** How long each phase of a run took, by name, in the order in which they first began. */
export type Stopwatch = ReturnType<typeof stopwatch>

export function stopwatch() {
  const seconds = new Map<string, number>()
  return {
    async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
      const started = performance.now()
      try {
        return await work()
      } finally {
        seconds.set(phase, (seconds.get(phase) ?? 0) + (performance.now() - started) / 1000)
      }
    },
    list: () => [...seconds].map(([phase, spent]) => ({ phase, seconds: spent })),
  }
}
