/** What lies in a server, by patterns of keys: how many, how large, of which type, how long they live. Read key by key; changes nothing. */
import type { Redis } from "ioredis"
import { z } from "zod"
import type { SchemaFacts, StorageFacts } from "../../evidence.ts"
import { patternOf } from "./patterns.ts"

/**
 * One step through the keys: for each its name, type, bytes with all that the server keeps for it, and milliseconds to live (-1: for ever). So few
 * keys that the script is over before it is looked at whether it takes too long: large keys take their time.
 */
const STEP = `
local cursor, keys = unpack(redis.call('SCAN', ARGV[1], 'COUNT', 40))
local found = {cursor}
for _, key in ipairs(keys) do
  found[#found + 1] = {key, redis.call('TYPE', key).ok, redis.call('MEMORY', 'USAGE', key, 'SAMPLES', 0), redis.call('PTTL', key)}
end
return found`

const StepSchema = z.tuple([z.string()], z.tuple([z.string(), z.string(), z.number().nullable(), z.number()]))
/** Patterns told one by one; names that share nothing would make a table of each. */
const MOST_GROUPS = 40
const OTHERS = "(others)"
const HOUR_S = 3600

/** How many elements a key holds, by its type; what is one value has none. */
const COUNT = `
local asks = {list = 'LLEN', set = 'SCARD', zset = 'ZCARD', hash = 'HLEN', stream = 'XLEN'}
local found = {}
for index, key in ipairs(ARGV) do
  local ask = asks[redis.call('TYPE', key).ok]
  found[index] = ask and redis.call(ask, key) or 0
end
return found`

/** @param administrator connected to the arm's server */
export async function elementsOf(administrator: Redis, keys: string[]): Promise<number[]> {
  return z.array(z.number()).parse(await administrator.eval(COUNT, 0, ...keys))
}

export interface KeyGroup {
  name: string
  types: Set<string>
  keys: number
  bytes: number
  largest: { key: string; bytes: number }
  /** Longest life left, milliseconds; null where a key lives for ever. */
  ttlMs: number | null
}

/** @param administrator connected to the arm's server */
export async function readKeyGroups(administrator: Redis): Promise<KeyGroup[]> {
  const groups = new Map<string, KeyGroup>()
  // A step may give a key twice while the table of keys is being resized.
  const seen = new Set<string>()
  let cursor = "0"
  do {
    const [next, ...found] = StepSchema.parse(await administrator.eval(STEP, 0, cursor))
    cursor = next
    for (const [key, type, bytes, ttlMs] of found) {
      if (bytes === null || seen.has(key)) continue
      seen.add(key)
      add(groups, { key, type, bytes, ttlMs })
    }
  } while (cursor !== "0")
  return [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function add(groups: Map<string, KeyGroup>, one: { key: string; type: string; bytes: number; ttlMs: number }): void {
  const { key, type, bytes, ttlMs } = one
  const pattern = patternOf(key)
  const name = groups.has(pattern) || groups.size < MOST_GROUPS ? pattern : OTHERS
  const group = groups.get(name) ?? {
    name,
    types: new Set<string>(),
    keys: 0,
    bytes: 0,
    largest: { key: "", bytes: 0 },
    ttlMs: 0,
  }
  groups.set(name, group)
  group.types.add(type)
  group.keys++
  group.bytes += bytes
  if (bytes > group.largest.bytes) group.largest = { key, bytes }
  group.ttlMs = group.ttlMs === null || ttlMs < 0 ? null : Math.max(group.ttlMs, ttlMs)
}

export function storageOf(groups: KeyGroup[]): StorageFacts {
  return {
    liveBytes: groups.reduce((sum, { bytes }) => sum + bytes, 0),
    largestPartitionBytes: Math.max(0, ...groups.map(({ largest }) => largest.bytes)),
    tables: groups.map(({ name, keys, bytes, largest }) => ({
      name,
      partitions: keys,
      bytes,
      largestPartitionBytes: largest.bytes,
      largestPartitionKey: largest.key.slice(0, 200),
      sstables: 0,
    })),
  }
}

/** Redis has no schema: its tables are the patterns of the keys that are there. */
export function schemaOf(groups: KeyGroup[]): SchemaFacts {
  return {
    tables: groups.map(({ name, types, ttlMs }) => ({
      name,
      partitionKey: [{ name, type: "key" }],
      clusteringKey: [],
      // Of strings it is said that they hold whatever is packed into them.
      columns: [...types].map((type) => ({ name: type, type: type === "string" ? "blob" : type })),
      // Some of a life is over when it is read: it is told in whole hours, rounded up.
      ttlSeconds: ttlMs === null ? 0 : Math.ceil(ttlMs / 1000 / HOUR_S) * HOUR_S,
      expires: "key" as const,
      compaction: "",
      gcGraceSeconds: 0,
      indexes: [],
    })),
  }
}
