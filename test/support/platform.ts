/**
 * A whole platform for tests: a Postgres and a Redis of its own, and servers, workers and tiny brokers in this process. Real parts all of them but the
 * engine. `signedUp` gives a client that calls the API as a browser would.
 */
import { randomBytes } from "node:crypto"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createORPCClient } from "@orpc/client"
import type { ContractRouterClient } from "@orpc/contract"
import { OpenAPILink } from "@orpc/openapi-client/fetch"
import { pino } from "pino"
import { brokerAt } from "../../server/broker/ask-broker.ts"
import { type Broker, serveBroker } from "../../server/broker/serve-broker.ts"
import { contract } from "../../server/contract.ts"
import { startPostgres } from "../../server/local/postgres.ts"
import { startRedis } from "../../server/local/redis.ts"
import { openMetrics } from "../../server/metrics.ts"
import { openStore, type Store } from "../../server/store/database.ts"
import { migrateDatabase } from "../../server/store/migrate.ts"
import { type RunningServer, type ServeOptions, serve } from "../../server/web/serve.ts"
import { type RunningWorker, startWorker } from "../../server/worker/worker.ts"
import { tinyMachine } from "./tiny-broker.ts"

export type Api = ContractRouterClient<typeof contract>

export interface Person {
  api: Api
  email: string
  password: string
  /** What the browser would send with each request. */
  cookie: string
  /** Any request, as this person's browser makes it. */
  fetch(path: string, init?: RequestInit): Promise<Response>
}

export interface Platform {
  databaseUrl: string
  redisUrl: string
  folder: string
  store: Store
  server: RunningServer
  /** Another server on the same store and queue. */
  addServer(options?: Partial<ServeOptions>): Promise<RunningServer>
  /** What the servers were started with, but for their ports. */
  settings: ServeOptions["platform"]
  /** A worker with a tiny broker of its own. */
  addWorker(options?: { milliseconds?: number }): Promise<RunningWorker>
  /** A worker with the broker at this socket. */
  addWorkerOn(socket: string): RunningWorker
  signedUp(name?: string, server?: RunningServer): Promise<Person>
  /** Somebody who is not signed in. */
  visitor(server?: RunningServer): Person
  stop(): Promise<void>
}

const SETTINGS: ServeOptions["platform"] = {
  host: "127.0.0.1",
  port: 0,
  address: undefined,
  metricsPort: undefined,
  proxies: 0,
  smtpUrl: undefined,
  mailFrom: "proofrun@example.com",
}

export const WORK = {
  question: "clickstream",
  engine: "cassandra",
  schema: "CREATE TABLE events (user text PRIMARY KEY);",
  files: { "access.ts": "export default async function connect() { return {} }\n" },
  answer: "One partition for each user and day.",
}

export async function startPlatform(options: Partial<ServeOptions> = {}): Promise<Platform> {
  const folder = await mkdtemp(join(tmpdir(), "proofrun-platform-"))
  // Postgres runs as another user where we are root.
  await chmod(folder, 0o755)
  const [postgres, redis] = await Promise.all([startPostgres(folder), startRedis(folder, () => {})])
  const databaseUrl = postgres.url
  const redisUrl = redis.url
  await migrateDatabase(databaseUrl)
  const store = openStore(databaseUrl)
  const log = pino({ level: process.env.PROOFRUN_LOG ?? "silent" })
  const servers: RunningServer[] = []
  const workers: RunningWorker[] = []
  const brokers: Broker[] = []

  async function addServer(more: Partial<ServeOptions> = {}): Promise<RunningServer> {
    const server = await serve({
      databaseUrl,
      redisUrl,
      secret: Buffer.alloc(32, 7),
      platform: SETTINGS,
      log,
      limitScale: 1000,
      ...options,
      ...more,
    })
    servers.push(server)
    return server
  }

  function addWorkerOn(socket: string): RunningWorker {
    const worker = startWorker({
      store,
      redisUrl,
      runner: brokerAt(socket),
      judging: undefined,
      stateFolder: folder,
      log,
      metrics: openMetrics(),
    })
    workers.push(worker)
    return worker
  }

  const server = await addServer()
  return {
    settings: SETTINGS,
    databaseUrl,
    redisUrl,
    folder,
    store,
    server,
    addServer,
    async addWorker({ milliseconds = 20 } = {}) {
      const socket = join(folder, `broker-${randomBytes(4).toString("hex")}`, "broker.sock")
      brokers.push(await serveBroker(socket, tinyMachine(milliseconds), () => {}))
      return addWorkerOn(socket)
    },
    addWorkerOn,
    signedUp: (name = "Ada", on = server) => signUp(on, name),
    visitor: (on = server) => personAt(on, { email: "", password: "", cookie: "" }),
    async stop() {
      await Promise.all(workers.map((one) => one.drain(0)))
      await Promise.all(servers.map((one) => one.stop()))
      await Promise.all(brokers.map((one) => one.close()))
      await store.close()
      await Promise.all([postgres.stop(), redis.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function signUp(server: RunningServer, name: string): Promise<Person> {
  const email = `${name.toLowerCase()}-${randomBytes(4).toString("hex")}@example.com`
  const password = randomBytes(9).toString("hex")
  const visitor = personAt(server, { email, password, cookie: "" })
  const response = await visitor.fetch("/api/auth/sign-up/email", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password, name }),
  })
  if (!response.ok) throw new Error(`Signing up was answered with ${response.status}: ${await response.text()}`)
  return personAt(server, { email, password, cookie: cookiesOf(response) })
}

export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ")
}

export function personAt(server: RunningServer, who: Pick<Person, "email" | "password" | "cookie">): Person {
  const origin = new URL(server.address).origin
  const call = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has("origin")) headers.set("origin", origin)
    if (who.cookie && !headers.has("cookie")) headers.set("cookie", who.cookie)
    return fetch(new URL(path, server.url), { ...init, headers })
  }
  const link = new OpenAPILink(contract, {
    url: `${server.url}/api`,
    headers: () => ({ origin, ...(who.cookie && { cookie: who.cookie }) }),
  })
  return { ...who, api: createORPCClient(link) as Api, fetch: call }
}
