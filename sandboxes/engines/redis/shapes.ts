/** Query shapes over one small data set; see `../shapes.ts`. Each is what designs really do: a range, a whole collection, a pipeline, a script. */
import type { ChainableCommander, Redis } from "ioredis"
import type { Space } from "../engine.ts"
import type { EngineShapes, QueryShape } from "../shapes.ts"

const up = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
/** Longer than what is packed into one block of memory: elements are then objects of their own, as in real designs. */
const text = (index: number) => `value-${index}`.padEnd(160, ".")

/** Keys that are written have names of one length: their bytes are counted. */
const written = (name: string, index: number) => `${name}:${1_000 + index}`

const ROWS = 2_000
const KEYS = 5_000
const GROUP = 500
const DAY = 12

async function prepare({ bulkClient }: Space): Promise<void> {
  const { engines, close } = await bulkClient()
  const client = engines.redis as Redis
  const pairs = (count: number) => up(count).flatMap((index) => [index, text(index)])
  await Promise.all([
    ...up(4).map((key) => client.zadd(`slice:${key}`, ...pairs(ROWS))),
    ...up(50).map((key) => client.zadd(`day:${key}`, ...pairs(DAY))),
    ...up(4).map((key) => client.rpush(`list:${key}`, ...up(ROWS).map(text))),
    ...up(4).map((key) => client.sadd(`set:${key}`, ...up(GROUP).map(text))),
    ...up(4).map((key) => client.hset(`hash:${key}`, ...up(GROUP).flatMap((field) => [`field-${field}`, text(field)]))),
    ...up(KEYS).map((key) => client.set(`plain:${key}`, text(key))),
    ...up(20).map((key) => client.set(`blob:${key}`, "x".repeat(16 * 1024))),
  ])
  for (const entry of up(GROUP)) await client.xadd("stream:full", `${entry + 1}-1`, "field", text(entry))
  await close()
}

const one = (
  name: string,
  send: (client: Redis, i: number) => Promise<unknown>,
  counts: QueryShape["counts"],
): QueryShape => ({
  name,
  send: (client, i) => send(client as Redis, i),
  counts: { requests: 1, commands: 1, ...counts },
})

const piped = (
  name: string,
  count: number,
  add: (pipeline: ChainableCommander, i: number, k: number) => void,
  counts: QueryShape["counts"],
): QueryShape => ({
  name,
  send(client, i) {
    const pipeline = (client as Redis).pipeline()
    for (const k of up(count)) add(pipeline, i, k)
    return pipeline.exec()
  },
  counts: { requests: count, commands: count, ...counts },
})

const reading = { lookups: 1, reads: 1, mutations: 0, rowsWritten: 0 }
const writing = { lookups: 1, reads: 0, rows: 0, mutations: 1 }
const NEWEST = "local found = redis.call('ZREVRANGE', KEYS[1], 0, -1) return {found[1], found[2]}"

const shapes: readonly QueryShape[] = [
  one("one string by its key", (c, i) => c.get(`plain:${i % KEYS}`), { ...reading, rows: 1 }),
  one("a key that is not there", (c, i) => c.get(`none:${i}`), { ...reading, rows: 1 }),
  one("blob of 16 KiB", (c, i) => c.get(`blob:${i % 20}`), { ...reading, rows: 1 }),
  one("sorted set, 20 newest", (c, i) => c.zrevrange(`slice:${i % 4}`, 0, 19), { ...reading, rows: 20 }),
  one("sorted set, 20 by score", (c, i) => c.zrangebyscore(`slice:${i % 4}`, 100, 119), { ...reading, rows: 20 }),
  one("sorted set, 200 by score", (c, i) => c.zrangebyscore(`slice:${i % 4}`, 100, 299), { ...reading, rows: 200 }),
  one("sorted set, 20 behind 500", (c, i) => c.zrangebyscore(`slice:${i % 4}`, "-inf", "+inf", "LIMIT", 500, 20), {
    ...reading,
    rows: 520,
  }),
  one("sorted set of 2,000, whole", (c, i) => c.zrevrange(`slice:${i % 4}`, 0, -1), { ...reading, rows: ROWS }),
  one("sorted set, rank", (c, i) => c.zrank(`slice:${i % 4}`, text(700)), { ...reading, rows: 1 }),
  one("list of 2,000, whole", (c, i) => c.lrange(`list:${i % 4}`, 0, -1), { ...reading, rows: ROWS }),
  one("list, 20 from the head", (c, i) => c.lrange(`list:${i % 4}`, 0, 19), { ...reading, rows: 20 }),
  one("set of 500, whole", (c, i) => c.smembers(`set:${i % 4}`), { ...reading, rows: GROUP }),
  one("hash of 500, whole", (c, i) => c.hgetall(`hash:${i % 4}`), { ...reading, rows: GROUP }),
  one("hash, 10 fields", (c, i) => c.hmget(`hash:${i % 4}`, ...up(10).map((field) => `field-${field}`)), {
    ...reading,
    rows: 10,
  }),
  one("stream, 20 entries", (c) => c.xrevrange("stream:full", "+", "-", "COUNT", 20), { ...reading, rows: 20 }),
  one("50 strings by MGET", (c, i) => c.mget(up(50).map((k) => `plain:${(i + k * 7) % KEYS}`)), {
    ...reading,
    lookups: 50,
    rows: 50,
  }),
  one("all keys by a pattern", (c) => c.keys("none:*"), { ...reading, lookups: 0, scans: 1 }),
  one("intersection of two sets of 500", (c, i) => c.sinter(`set:${i % 4}`, `set:${(i + 1) % 4}`), {
    ...reading,
    lookups: 2,
    rows: 2 * GROUP,
  }),
  piped("pipeline of two days", 2, (p, i, k) => p.zrangebyscore(`day:${(i + k) % 50}`, 0, 1e9), {
    lookups: 2,
    reads: 2,
    rows: 2 * DAY,
  }),
  piped("pipeline of 20 strings", 20, (p, i, k) => p.get(`plain:${(i + k) % KEYS}`), {
    lookups: 20,
    reads: 20,
    rows: 20,
  }),
  one("string of 160 bytes set", (c, i) => c.set(written("target", i % 500), text(i)), { ...writing, rowsWritten: 1 }),
  one("string of 4 KiB set", (c, i) => c.set(written("large", i % 50), "y".repeat(4096)), {
    ...writing,
    rowsWritten: 1,
  }),
  one("sorted set, one added", (c, i) => c.zadd(written("added", i % 50), 1_000_000 + i, text(i % 500)), {
    ...writing,
    rowsWritten: 1,
  }),
  one(
    "hash, 10 fields set",
    (c, i) => c.hset(written("fields", i % 50), ...up(10).flatMap((f) => [`f${f}`, text(f)])),
    {
      ...writing,
      rowsWritten: 10,
    },
  ),
  piped(
    "pipeline: one added, expiry set",
    2,
    (p, i, k) => {
      if (k === 0) p.zadd(written("expiring", i % 50), 1_000_000 + i, text(i % 500))
      else p.expire(written("expiring", i % 50), 86_400)
    },
    { lookups: 2, reads: 0, mutations: 2, rowsWritten: 2 },
  ),
  {
    name: "transaction of two writes",
    send: (client, i) =>
      (client as Redis)
        .multi()
        .set(written("both", i % 50), text(i))
        .hset(written("and", i % 50), "field", text(i))
        .exec(),
    counts: { requests: 4, commands: 4, lookups: 2, mutations: 2, rowsWritten: 2 },
  },
  one("script that reads a whole sorted set", (c, i) => c.eval(NEWEST, 1, `slice:${i % 4}`), {
    requests: 1,
    commands: 2,
    scripts: 1,
    lookups: 1,
    reads: 1,
    rows: ROWS,
    scriptRows: ROWS,
  }),
  one(
    "list, one pushed and the rest cut off",
    (c, i) =>
      c.eval(
        "redis.call('LPUSH', KEYS[1], ARGV[1]) redis.call('LTRIM', KEYS[1], 0, 9)",
        1,
        written("cut", i % 5),
        text(i),
      ),
    {
      requests: 1,
      commands: 3,
      scripts: 1,
      lookups: 2,
      mutations: 2,
    },
  ),
]

const engineShapes: EngineShapes = {
  prepare,
  shapes,
  // A round trip costs the server two system calls; commands of a pipeline share them.
  fitted: [
    "waves",
    "requests",
    "commands",
    "scripts",
    "lookups",
    "rows",
    "scriptRows",
    "readKiB",
    "rowsWritten",
    "writtenKiB",
  ],
}
export default engineShapes
