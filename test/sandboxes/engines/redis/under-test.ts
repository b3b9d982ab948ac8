/** Redis for the conformance suite: its statements, and the counts that its shapes must have. */
import { Redis } from "ioredis"
import type { Space } from "../../../../sandboxes/engines/engine.ts"
import { connect } from "../../../../sandboxes/engines/redis/client.mjs"
import redis from "../../../../sandboxes/engines/redis/engine.ts"
import shapes from "../../../../sandboxes/engines/redis/shapes.ts"
import type { ConnectedClient, EngineUnderTest } from "../under-test.ts"

function pairs(client: Redis): ConnectedClient {
  return {
    raw: client,
    async put(key, value) {
      await (this.raw as Redis).set(key, value)
    },
    get: async (key) => (await client.get(key)) ?? undefined,
    async close() {
      client.disconnect()
    },
  }
}

async function connectTo(space: Space): Promise<ConnectedClient> {
  const port = Number(space.clientSettings.port ?? space.address.port)
  const { client } = await connect(space.clientSettings, { host: space.address.host, port })
  client.on("error", () => {})
  return pairs(client)
}

const raw = (client: ConnectedClient) => client.raw as Redis

/** A log-in as somebody else. */
async function logIn(space: Space, username: string, password: string): Promise<void> {
  const client = new Redis({ ...space.address, username, password, lazyConnect: true, retryStrategy: null })
  client.on("error", () => {})
  try {
    await client.connect()
    await client.set("key", "mine")
  } finally {
    client.disconnect()
  }
}

/** Commands that the server must refuse, whoever sends them through a run's client. */
const REFUSED: [string, ...string[]][] = [
  ["FLUSHALL"],
  ["FLUSHDB"],
  ["SHUTDOWN", "NOSAVE"],
  ["CONFIG", "GET", "*"],
  ["CONFIG", "SET", "maxmemory", "0"],
  ["DEBUG", "SLEEP", "1"],
  ["DEBUG", "PROOFRUN"],
  ["MODULE", "LIST"],
  ["ACL", "LIST"],
  ["ACL", "SETUSER", "me", "on"],
  ["CLIENT", "LIST"],
  ["CLIENT", "KILL", "TYPE", "normal"],
  ["CLIENT", "PAUSE", "1000"],
  ["CLIENT", "REPLY", "OFF"],
  ["CLIENT", "TRACKING", "ON"],
  ["REPLICAOF", "127.0.0.1", "6381"],
  ["SAVE"],
  ["BGREWRITEAOF"],
  ["SWAPDB", "0", "0"],
  ["MIGRATE", "127.0.0.1", "6381", "key", "0", "100"],
  ["FUNCTION", "LIST"],
  ["SCRIPT", "FLUSH"],
  ["BLPOP", "queue", "0"],
  ["WAIT", "1", "0"],
  ["INFO"],
  ["SLOWLOG", "GET"],
  ["LATENCY", "DOCTOR"],
  ["SELECT", "1"],
]

const under: EngineUnderTest = {
  definition: redis,
  connect: connectTo,
  schema: undefined,
  mistakes: [
    { title: "anything in it, for Redis has none", schema: "CREATE TABLE t (id int PRIMARY KEY)", message: /keys\.md/ },
  ],
  pasted: null,
  explained: [
    {
      statement: "ZRANGEBYSCORE user:*:*",
      fact: { kind: "select", table: "user:*:*", whole: false, trims: false, filtering: null },
    },
    { statement: "LRANGE user:* (all)", fact: { kind: "select", table: "user:*", whole: true } },
    { statement: "ZADD user:*", fact: { kind: "insert", table: "user:*" } },
    { statement: "LTRIM user:* (cut)", fact: { kind: "insert", table: "user:*", trims: true } },
    {
      statement: "SCRIPT 0123abcd [ZADD ZREMRANGEBYSCORE] user:*",
      fact: { table: "user:*", trims: true, whole: false },
    },
    { statement: "DEL user:* order:*", fact: { kind: "delete", table: "user:*" } },
    { statement: "MULTI", fact: { kind: "other", table: null } },
  ],
  prepare: shapes.prepare,
  counted: shapes.shapes.map((shape) => ({
    title: shape.name,
    call: (client, i) => shape.send(raw(client), i),
    counts: shape.counts,
  })),
  forbidden: [
    ...REFUSED.map(([name, ...args]) => ({
      title: `to ${[name, ...args].join(" ")}`,
      attempt: (client: ConnectedClient) => raw(client).call(name, ...args),
    })),
    {
      title: "to be the administrator",
      attempt: (_, { own }) => logIn(own, "admin", "admin"),
    },
    { title: "to be the user whom every server begins with", attempt: (_, { own }) => logIn(own, "default", "") },
    {
      title: "to be itself in another arm's server",
      attempt: (_, { own, other }) =>
        logIn(other, String(own.clientSettings.user), String(own.clientSettings.password)),
    },
    { title: "a value of 2 MiB", attempt: (client) => raw(client).set("key", "x".repeat(2 * 1024 * 1024)) },
    { title: "a string that is made 512 MiB long", attempt: (client) => raw(client).setrange("key", 536_870_900, "x") },
    { title: "a script that never ends", attempt: (client) => raw(client).eval("while true do end", 0) },
    {
      title: "a script that never ends and catches its own end",
      attempt: (client) => raw(client).eval("while true do pcall(function() while true do end end) end", 0),
    },
    {
      title: "a script that takes all memory",
      attempt: (client) => raw(client).eval("local t = {} while true do t[#t + 1] = string.rep('x', 1e5) .. #t end", 0),
    },
    {
      title: "to go on writing when memory is full",
      attempt: async (client) => {
        for (let index = 0; ; index++) await raw(client).set(`fill:${index}`, "x".repeat(1_000_000))
      },
    },
  ],
}
export default under
