/** Starts the HTTP server of the platform on a store and a queue that may come later than it. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Redis } from "ioredis"
import type { Logger } from "pino"
import { openMetrics } from "../metrics.ts"
import { connect, openQueue } from "../queue.ts"
import type { PlatformSettings } from "../settings.ts"
import { openStore } from "../store/database.ts"
import { loadQuestions } from "../store/questions.ts"
import { startDispatcher } from "../worker/dispatcher.ts"
import { openAccounts } from "./accounts.ts"
import { makeApp } from "./app.ts"
import { openLimits } from "./limits.ts"
import { openLive } from "./live.ts"
import { openMail } from "./mail.ts"
import { listen, serveMetrics } from "./serve-metrics.ts"

export interface RunningServer {
  /** Where it listens: http://127.0.0.1:8600 */
  url: string
  /** Where people reach it, and what their browser's Origin must say. */
  address: string
  /** Answers what is under way, ends live streams (they are taken up elsewhere), and closes. */
  stop(): Promise<void>
}

export interface ServeOptions {
  databaseUrl: string
  redisUrl: string
  queuePrefix?: string
  secret: Buffer
  platform: Pick<PlatformSettings, "host" | "port" | "address" | "metricsPort" | "proxies" | "smtpUrl" | "mailFrom">
  log: Logger
  /** The folder of the built web app; left out: the API alone. */
  pages?: Promise<string>
  /** Multiplies what one caller may do, for benchmarks. */
  limitScale?: number
  /** How long a request may take to arrive, for tests of who takes longer. */
  bodyMs?: number
}

const HEADERS_MS = 10_000
/** A body that takes longer is somebody holding a connection. */
const BODY_MS = 30_000
const CHECK_MS = 2_000
const STOP_MS = 5_000

export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { databaseUrl, redisUrl, queuePrefix, secret, platform, log, limitScale, pages, bodyMs = BODY_MS } = options
  const store = openStore(databaseUrl, { connections: 20 })
  const loaded = await loadQuestions(store.db)
  const queue = openQueue(redisUrl, queuePrefix === undefined ? {} : { prefix: queuePrefix })
  const redis: Redis = connect(redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 500 })
  const live = openLive(store)
  const metrics = openMetrics({ db: store.db, watchers: live.watchers })
  const dispatcher = startDispatcher({ store, queue, log })
  const mail = openMail(platform)
  let ready = true
  let stopping: Promise<void> | undefined

  const server = createServer({
    headersTimeout: Math.min(HEADERS_MS, bodyMs),
    requestTimeout: bodyMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, bodyMs / 2),
  })
  await listen(server, platform.port, platform.host)
  const { port } = server.address() as AddressInfo
  const url = `http://${platform.host.includes(":") ? `[${platform.host}]` : platform.host}:${port}`
  // A browser on this machine is more often told "localhost", and an origin is compared letter by letter.
  const address = platform.address ?? (isLoopback(platform.host) ? `http://localhost:${port}` : url)
  server.on(
    "request",
    makeApp({
      store,
      accounts: openAccounts({ db: store.db, address, secret, mail }),
      mail,
      live,
      limits: openLimits(redis, limitScale),
      questions: new Map(loaded.map((one) => [one.question.id, one])),
      address,
      log,
      queue,
      metrics,
      proxies: platform.proxies,
      pages,
      ready: () => ready,
    }),
  )
  const forMetrics = platform.metricsPort === undefined ? null : await serveMetrics(platform.metricsPort, metrics)
  log.info({ url, address }, "server started")
  return {
    url,
    address,
    stop: () => (stopping ??= stop()),
  }

  async function stop(): Promise<void> {
    ready = false
    await dispatcher.stop()
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    // Streams last as long as their submissions; whoever watches comes back to another server, or to this one when it is up again.
    const timer = setTimeout(() => server.closeAllConnections(), STOP_MS)
    if (live.watchers() > 0) server.closeAllConnections()
    await closed
    clearTimeout(timer)
    forMetrics?.close()
    await live.close()
    await queue.close()
    redis.disconnect()
    await store.close()
    log.info("server stopped")
  }
}

const isLoopback = (host: string) => ["127.0.0.1", "::1", "localhost"].includes(host)
