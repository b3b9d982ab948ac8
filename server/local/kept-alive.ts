/** A service of ours that is started again when it dies. */
import type { LocalService } from "./postgres.ts"

export interface KeptAlive {
  url: string
  stop(): Promise<void>
}

const AGAIN_MS = 1_000

export async function keptAlive(
  name: string,
  start: () => Promise<LocalService>,
  say: (line: string) => void,
): Promise<KeptAlive> {
  let stopped = false
  let current = await start()
  const { url } = current
  const watch = () =>
    void current.died.then(async (why) => {
      while (!stopped) {
        say(`${name} ended (${why}); starting it again`)
        try {
          current = await start()
          // Told to stop while it started.
          if (stopped) return await current.stop()
          return watch()
        } catch (error) {
          say(error instanceof Error ? error.message : String(error))
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
        }
      }
    })
  watch()
  return {
    url,
    async stop() {
      stopped = true
      await current.stop()
    },
  }
}
