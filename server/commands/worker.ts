/** `proofrun worker`: runs and grades submissions from the queue, on a machine with a broker. */
import { readSecret } from "../attempt-key.ts"
import { brokerAt } from "../broker/ask-broker.ts"
import { openLog } from "../log.ts"
import { openMetrics } from "../metrics.ts"
import { needed } from "../needed.ts"
import { openJudging } from "../prose-judge.ts"
import { openQueue } from "../queue.ts"
import { settings } from "../settings.ts"
import { openStore } from "../store/database.ts"
import { judgeCalls } from "../store/judge-calls.ts"
import { migrateDatabase } from "../store/migrate.ts"
import { untilStopped } from "../until-stopped.ts"
import { serveMetrics } from "../web/serve-metrics.ts"
import { startDispatcher } from "../worker/dispatcher.ts"
import { whenBack } from "../worker/when-back.ts"
import { startWorker } from "../worker/worker.ts"

export const usage = `proofrun worker

Takes submissions from the queue and grades them, by the broker of this machine (./proofrun broker) and the judge that the settings name.
DATABASE_URL and REDIS_URL say where Postgres and Redis are, PROOFRUN_BROKER where the broker's socket is. Any number of machines may have one.
Ctrl-C: what is under way may end within half a minute, and is then given back to the queue.`

const DRAIN_MS = 30_000

export async function run(): Promise<number> {
  const { platform, stateFolder } = settings()
  const { databaseUrl, redisUrl } = needed(platform)
  const log = openLog("worker", platform.logLevel)
  const stopped = untilStopped()
  await migrateDatabase(databaseUrl)
  // Made before there are two that would make it.
  await readSecret(stateFolder)
  const store = openStore(databaseUrl)
  const queue = openQueue(redisUrl)
  const metrics = openMetrics()
  const calls = judgeCalls(store.db, (run) => whenBack(new AbortController().signal, run))
  const judging = await openJudging((line) => log.error({ line }, "judging"), calls)
  const runner = brokerAt(platform.brokerSocket)
  const worker = startWorker({ store, redisUrl, runner, judging, stateFolder, log, metrics })
  const dispatcher = startDispatcher({ store, queue, log })
  const forMetrics = platform.metricsPort === undefined ? null : await serveMetrics(platform.metricsPort, metrics)
  await stopped
  await worker.drain(DRAIN_MS)
  await dispatcher.stop()
  await queue.close()
  await store.close()
  forMetrics?.close()
  return 0
}
