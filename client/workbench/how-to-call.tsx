/** How an engine is called from the code: its client, and calls that most designs need. */
import { version as cassandra } from "cassandra-driver/package.json"
import { version as redis } from "ioredis/package.json"

interface Client {
  name: string
  version: string
  calls: string
  /** What a design must not count on. */
  engine: string
}

const CLIENTS: Record<string, Client> = {
  cassandra: {
    name: "cassandra-driver",
    version: cassandra,
    calls: `const { rows } = await cassandra.execute(
  "SELECT at, text FROM posts WHERE author = ? LIMIT 10",
  [author],
  { prepare: true },
)
for await (const row of await cassandra.execute(
  "SELECT * FROM events WHERE user_id = ?", [id],
  { prepare: true, fetchSize: 500 },
)) use(row.at.getTime()) // a timestamp comes as a Date
await cassandra.batch(
  [{ query: "INSERT INTO a (k) VALUES (?)", params: [1] },
   { query: "INSERT INTO b (k) VALUES (?)", params: [1] }],
  { prepare: true },
)`,
    engine:
      "The engine is one node of Cassandra 5.0. The run makes a keyspace of its own: name tables without one, in the code as well. Materialised views and functions are switched off.",
  },
  redis: {
    name: "ioredis",
    version: redis,
    calls: `// arguments one after the other, as in redis-cli: no objects
await redis.hset("h", "field", "value")
await redis.zadd("z", score, "member")
await redis.zrange("z", 0, 9, "REV")
// "(" leaves the bound itself out
await redis.zrange("z", \`(\${from}\`, to, "BYSCORE")
// ["member", "score", "member", "score", …]
await redis.zrange("z", 0, -1, "WITHSCORES")
// one round trip: [[error, reply], …]
const replies = await redis.pipeline()
  .hgetall("a").expire("a", 60).exec()
// all or nothing
await redis.multi().set("a", "1").incr("b").exec()
// what a script gives back is yours to name
const names = (await redis.eval(
  "return redis.call('SMEMBERS', KEYS[1])", 1, "a",
)) as string[]`,
    engine:
      "The engine is Redis 7.0: single fields of a hash do not expire (no HEXPIRE), and commands that wait for others (BLPOP, XREAD with BLOCK) are not taken. Functions and administration are switched off; Lua by EVAL is not.",
  },
}

export function HowToCall({ engine }: { engine: string }) {
  const client = CLIENTS[engine]
  if (!client) return null
  return (
    <details>
      <summary>How to call it</summary>
      <p className="small">
        <code>{engine}</code> is a client of <code>{client.name}</code> {client.version}, connected and ready. Each call
        gives a promise: without <code>await</code> nobody waits for it, and nobody hears of its failure. You may import
        that package and built-in modules of Node that reach nothing outside. The last of what you print is shown after
        a free run, unless the process hangs or ends. What the editor marks as a type error neither stops a run nor
        costs points.
      </p>
      <p className="small">{client.engine}</p>
      <pre>
        <code>{client.calls}</code>
      </pre>
    </details>
  )
}
