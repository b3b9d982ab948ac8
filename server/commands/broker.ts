/** `proofrun broker`: the one part of a worker's machine that talks to Docker. */

import { keepOpen } from "../broker/keep-open.ts"
import { type KeptWarm, keepWarm, kindsToKeep } from "../broker/keep-warm.ts"
import { reapEvery } from "../broker/reap-every.ts"
import { hashImages, serveBroker } from "../broker/serve-broker.ts"
import { runOn } from "../grade-submission.ts"
import { interrupted } from "../interrupt.ts"
import { openLog } from "../log.ts"
import { openMetrics } from "../metrics.ts"
import { settings } from "../settings.ts"
import { untilStopped } from "../until-stopped.ts"
import { serveMetrics } from "../web/serve-metrics.ts"
import { openWorkshop, type Workshop } from "../workshop.ts"

export const usage = `proofrun broker

Runs submissions in sandboxes on this machine for a worker beside it, over the unix socket that PROOFRUN_BROKER names (default: in the state
folder). It alone needs the Docker Engine; it installs, starts and builds what is missing first. Ctrl-C stops it and what it keeps warm.`

const RETRY_MS = 15_000

export async function run(): Promise<number> {
  const { platform } = settings()
  const log = openLog("broker", platform.logLevel)
  const stopped = untilStopped()
  const kinds = await kindsToKeep()
  let running = 0
  const metrics = openMetrics()
  const forMetrics = platform.metricsPort === undefined ? null : await serveMetrics(platform.metricsPort, metrics)
  let tell = (_line: string) => {}
  const open = keepOpen(() =>
    openWhenPossible((line) => {
      log.info({ line }, "preparing")
      tell(line)
    }),
  )
  const broker = await serveBroker(
    platform.brokerSocket,
    {
      images: async () => hashImages((await open.machine()).images),
      async run(job, how) {
        const workshop = await open.machine()
        running++
        try {
          return await runOn(workshop, job, how)
        } catch (error) {
          // Perhaps it was the Docker Engine: then nothing is taken until it is back.
          await open.suspect()
          throw error
        } finally {
          running--
        }
      },
    },
    (error) => log.error({ err: error }, "a run failed on our side"),
  )
  tell = broker.preparing
  log.info({ socket: platform.brokerSocket }, "broker started")
  let warm: KeptWarm | undefined
  let reaping: { stop(): void } | undefined
  let stopping = false
  // They go on with the same address when the engine behind it was started again.
  open.machine().then(
    (workshop) => {
      if (stopping) return
      reaping = reapEvery(workshop, (error) => {
        log.warn({ err: error }, "leftovers could not be looked for")
        void open.suspect()
      })
      warm = keepWarm(workshop, kinds, {
        mayWork: () => running === 0,
        say: broker.preparing,
        onWarm: (question, engine, warm) => metrics.poolWarm.set({ question, engine }, warm),
        onError: (error) => log.warn({ err: error }, "the pool could not be filled; trying again"),
      })
    },
    () => {},
  )
  await stopped
  stopping = true
  await broker.close()
  // Where the machine was never ready there is nothing to take away.
  reaping?.stop()
  await warm?.stop()
  forMetrics?.close()
  log.info("broker stopped")
  return 0

  /** A Docker Engine that is not there yet may come. */
  async function openWhenPossible(say: (line: string) => void): Promise<Workshop> {
    for (;;) {
      try {
        return await openWorkshop(say)
      } catch (error) {
        if (interrupted.aborted) throw error
        log.error({ err: error }, "the machine could not be made ready; trying again")
        say(`${error instanceof Error ? error.message : error} (trying again)`)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }
}
