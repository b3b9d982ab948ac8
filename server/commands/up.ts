/** `proofrun up`: everything on this machine, until it is told to stop. */
import { mkdir } from "node:fs/promises"
import { readSecret } from "../attempt-key.ts"
import { brokerAt } from "../broker/ask-broker.ts"
import { firstLogin } from "../first-login.ts"
import { type KeptAlive, keptAlive } from "../local/kept-alive.ts"
import { type Part, startPart } from "../local/part.ts"
import { startPostgres } from "../local/postgres.ts"
import { startRedis } from "../local/redis.ts"
import { settings } from "../settings.ts"
import { openStore } from "../store/database.ts"
import { migrateDatabase } from "../store/migrate.ts"
import { untilStopped } from "../until-stopped.ts"
import { openAccounts } from "../web/accounts.ts"
import { openMail } from "../web/mail.ts"

export const usage = `proofrun up

Starts everything on this machine and prints where it is and a first login: Postgres and Redis (unless DATABASE_URL and REDIS_URL name others), the
server, a worker, and the broker with engines kept warm. Docker and the images are made ready behind it. Ctrl-C stops it; nothing is lost.
PROOFRUN_PORT says on which port (8600), PROOFRUN_STATE where everything is kept; with PROOFRUN_METRICS_PORT, Prometheus finds the figures of server,
worker and broker on that port and the two after it.`

const READY_MS = 60_000
/** For a run to end, and for the Docker Engine to take away up to forty containers. */
const LONG_GRACE_MS = 35_000
const GRACE_MS = 15_000

export async function run(): Promise<number> {
  const { stateFolder, platform } = settings()
  const stopped = untilStopped()
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  await mkdir(stateFolder, { recursive: true })
  const services: KeptAlive[] = []
  const parts: Part[] = []
  try {
    const databaseUrl = platform.databaseUrl ?? (await own("Postgres", () => startPostgres(stateFolder)))
    const redisUrl = platform.redisUrl ?? (await own("Redis", () => startRedis(stateFolder, say)))
    await migrateDatabase(databaseUrl)
    const address = platform.address ?? `http://localhost:${platform.port}`
    const login = await loginOf(databaseUrl, address)
    const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, PROOFRUN_ADDRESS: address }
    for (const [at, name] of (["serve", "worker", "broker"] as const).entries()) {
      // Each has its own figures, so each its own port.
      const port = platform.metricsPort === undefined ? "" : String(platform.metricsPort + at)
      parts.push(startPart(name, { stateFolder, env: { ...env, PROOFRUN_METRICS_PORT: port }, say }))
    }
    await Promise.race([untilAnswers(`http://${platform.host}:${platform.port}/healthz`), stopped])
    say(`\nProofrun is at ${address}`)
    if (login) say(`First login: ${login.email}   password: ${login.password}`)
    say("Ctrl-C stops it.\n")
    void showPreparing(say)
    await stopped
    say("Stopping; what runs may end within half a minute.")
  } finally {
    // The worker first, so that what it runs can end; the database last.
    const named = (name: string) => parts.find((part) => part.name === name)
    await named("worker")?.stop(LONG_GRACE_MS)
    await Promise.all([named("broker")?.stop(LONG_GRACE_MS), named("serve")?.stop(GRACE_MS)])
    for (const service of services.reverse()) await service.stop()
  }
  return 0

  async function own(name: string, start: Parameters<typeof keptAlive>[1]): Promise<string> {
    const service = await keptAlive(name, start, say)
    services.push(service)
    return service.url
  }

  async function loginOf(databaseUrl: string, address: string) {
    const store = openStore(databaseUrl, { connections: 2 })
    try {
      const accounts = openAccounts({
        db: store.db,
        address,
        secret: await readSecret(stateFolder),
        mail: openMail(platform),
      })
      return await firstLogin(store.db, accounts, stateFolder)
    } finally {
      await store.close()
    }
  }

  /** Images are built and engines booted while people look around already. */
  async function showPreparing(say: (line: string) => void): Promise<void> {
    let last = ""
    const onProgress = (_phase: string, _done: number, line: string) => {
      if (line !== last) say(line)
      last = line
    }
    for (let ready = false; !ready; ) {
      ready = await brokerAt(platform.brokerSocket)
        .images({ onProgress, signal: new AbortController().signal })
        .then(
          () => true,
          // Its socket is not there yet, or it was started again.
          () => new Promise<false>((resolve) => setTimeout(resolve, 500, false)),
        )
    }
    say("The engines are ready.")
  }
}

async function untilAnswers(url: string): Promise<void> {
  const end = Date.now() + READY_MS
  for (;;) {
    const ok = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    if (Date.now() > end)
      throw new Error(
        `The server does not answer at ${url}. Is the port taken? See logs/serve.log in the state folder.`,
      )
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
