/** The broker's hold on its machine: opened when it can be, and again when the Docker Engine has gone meanwhile. */
import type { Workshop } from "../workshop.ts"

export interface KeptOpen {
  /** The machine, as soon as it is ready. */
  machine(): Promise<Workshop>
  /** To be called when something failed. Where the Docker Engine no longer answers, `machine` waits from now on until it does. */
  suspect(): Promise<void>
}

export function keepOpen(open: () => Promise<Workshop>): KeptOpen {
  let current = open()
  current.catch(() => {})
  return {
    machine: () => current,
    async suspect() {
      const before = current
      const there = await before
        .then(({ docker }) => docker.ping())
        .then(
          () => true,
          () => false,
        )
      // Of several that suspect it at once, the first opens anew.
      if (there || current !== before) return
      current = open()
      current.catch(() => {})
    },
  }
}
