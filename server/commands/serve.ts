/** `proofrun serve`: the platform's HTTP server, for Postgres and Redis that are there already. */

import { readSecret } from "../attempt-key.ts"
import { handInSamples } from "../hand-in-samples.ts"
import { openLog } from "../log.ts"
import { needed } from "../needed.ts"
import { settings } from "../settings.ts"
import { openStore } from "../store/database.ts"
import { migrateDatabase } from "../store/migrate.ts"
import { untilStopped } from "../until-stopped.ts"
import { builtPages } from "../web/build-pages.ts"
import { serve } from "../web/serve.ts"

export const usage = `proofrun serve

Serves the platform: its pages and its API. DATABASE_URL and REDIS_URL say where Postgres and Redis are; PROOFRUN_ADDRESS how people reach it (needed behind a
proxy), PROOFRUN_HOST and PROOFRUN_PORT where it listens, PROOFRUN_SECRET what all servers and workers of an installation share, SMTP_URL and
MAIL_FROM how mail is sent. Any number of them may run. Everything on one machine: ./proofrun up`

export async function run(): Promise<number> {
  const { platform, stateFolder } = settings()
  const { databaseUrl, redisUrl } = needed(platform)
  const log = openLog("server", platform.logLevel)
  const stopped = untilStopped()
  await migrateDatabase(databaseUrl)
  const secret = await readSecret(stateFolder)
  const building = new AbortController()
  const pages = builtPages(stateFolder, building.signal)
  const server = await serve({ databaseUrl, redisUrl, secret, platform, log, pages })
  // A newcomer's first look; graded behind whatever people hand in.
  const store = openStore(databaseUrl, { connections: 1 })
  await handInSamples(store.db)
    .catch((error) => log.error({ err: error }, "the samples could not be handed in"))
    .finally(() => store.close())
  await stopped
  building.abort(new Error("The server is stopped."))
  await Promise.all([pages.catch(() => {}), server.stop()])
  return 0
}
