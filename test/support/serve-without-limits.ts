/** A server as a process of its own that does not count how often one address calls: a whole crowd calls from one here. `node serve-without-limits.ts PORT` */
import { readSecret } from "../../server/attempt-key.ts"
import { openLog } from "../../server/log.ts"
import { needed } from "../../server/needed.ts"
import { settings } from "../../server/settings.ts"
import { untilStopped } from "../../server/until-stopped.ts"
import { serve } from "../../server/web/serve.ts"

const { platform, stateFolder } = settings()
const stopped = untilStopped()
const server = await serve({
  ...needed(platform),
  secret: await readSecret(stateFolder),
  platform: { ...platform, port: Number(process.argv[2]) },
  log: openLog("server", platform.logLevel),
  limitScale: 100_000,
})
await stopped
await server.stop()
