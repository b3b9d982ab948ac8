/** One arm's space: a server process of its own, an administrator whom only the driver knows, and a user that runs. Names cannot be guessed. */
import { randomBytes } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { Redis } from "ioredis"
import { z } from "zod"
import type { AdminPort } from "../admin-port.ts"
import type { Space } from "../engine.ts"
import { rulesOf } from "./acl.ts"
import { countsFrom, TotalsSchema } from "./counts.ts"
import { factsOf } from "./shape.ts"
import { elementsOf, readKeyGroups, schemaOf, storageOf } from "./storage.ts"

const HOST = "127.0.0.1"
/** A server that leaves the administrator without an answer for so long is busy for good, and no run can go on. */
const ANSWER_MS = 20_000
const START_TRIES = 400
const RETRY_MS = 5

/** @param number of the server, as the supervisor counts them */
export async function makeSpace(arm: string, number: number, admin: AdminPort): Promise<Space> {
  const secret = () => randomBytes(16).toString("hex")
  const administrator = { username: "admin", password: secret() }
  const run = { user: `r${secret()}`, password: secret() }
  const { port } = await admin.ask(`start ${number} ${administrator.password}`, z.object({ port: z.number() }))
  const address = { host: HOST, port }
  const client = clientAs(address, administrator)
  await connectOnceItListens(client)
  await client.acl("SETUSER", run.user, ...rulesOf(run.password))

  return {
    arm,
    engine: "redis",
    address,
    clientSettings: run,
    async applySchema(text) {
      if (text === undefined) return { ok: true, statements: 0, notes: [] }
      const message = "Redis has no schema: leave the file out, and say in keys.md which key holds what."
      return { ok: false, rejected: { stage: "schema", message, file: "schema.cql" } }
    },
    async counts() {
      return countsFrom(TotalsSchema.parse(JSON.parse(String(await client.call("DEBUG", "PROOFRUN")))))
    },
    async cpuNanos() {
      return (await admin.ask(`cpu ${number}`, z.object({ nanos: z.number() }))).nanos
    },
    storage: async () => storageOf(await readKeyGroups(client)),
    elements: (keys) => elementsOf(client, keys),
    liveBytes: () => memoryFigure(client, "used_memory_dataset"),
    schemaFacts: async () => schemaOf(await readKeyGroups(client)),
    explain: async (statements) => statements.map(factsOf),
    async bulkClient() {
      // As the administrator, whose commands are not counted: what loads a reference is not the reference's counted work.
      const bulk = clientAs(address, administrator)
      bulk.options.enableAutoPipelining = true
      await bulk.connect()
      return { engines: { redis: bulk }, flush: async () => {}, close: async () => bulk.disconnect() }
    },
    async drop() {
      client.disconnect()
      await admin.ask(`stop ${number}`, z.object({ stopped: z.literal(true) }))
    },
  }
}

/** A figure of INFO memory, bytes or a number of objects. */
export const memoryFigure = async (client: Redis, name: string): Promise<number> =>
  figureIn(await client.info("memory"), name)

/** Redis takes one figure from another without a sign: where what clients hold has grown meanwhile, some 2^64 bytes are left, which are none. */
export function figureIn(said: string, name: string): number {
  const found = new RegExp(`^${name}:(\\d+)`, "m").exec(said)
  if (!found) throw new Error(`The server's memory figures hold no ${name}.`)
  const bytes = Number(found[1])
  return bytes > Number.MAX_SAFE_INTEGER ? 0 : bytes
}

/** A client of the driver's own, not yet connected. It never comes back to a server that has ended. */
function clientAs(address: { host: string; port: number }, user: { username: string; password: string }): Redis {
  const client = new Redis({
    ...address,
    ...user,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    commandTimeout: ANSWER_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
  })
  // Whoever waits for an answer is told of it there.
  client.on("error", () => {})
  return client
}

/** Waits for a server that has just been started. */
async function connectOnceItListens(client: Redis): Promise<void> {
  for (let left = START_TRIES; ; left--) {
    try {
      return await client.connect()
    } catch (error) {
      if (left === 0) throw error
      await sleep(RETRY_MS)
    }
  }
}
