import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { expect, it } from "vitest"
import { allowedCommands } from "../../../../sandboxes/engines/redis/acl.ts"
import { factsOf, shapeOf } from "../../../../sandboxes/engines/redis/shape.ts"

const TABLE = resolve(import.meta.dirname, "../../../../sandboxes/engines/redis/count/proofrun-table.h")
const rows = [...readFileSync(TABLE, "utf8").matchAll(/\{\.name = "([^"]+)"/g)].map((match) => match[1]!)

it("counts no command by a rule of its own that nobody may send", () => {
  expect(rows.length).toBeGreaterThan(80)
  expect(rows.filter((name) => !allowedCommands().includes(name))).toEqual([])
  expect(new Set(rows).size).toBe(rows.length)
})

it("allows each command once, and nothing that waits, administers or leaves code behind", () => {
  const allowed = allowedCommands()
  expect(new Set(allowed).size).toBe(allowed.length)
  const never =
    /^(b[lrz](pop|move|mpop)|wait|flush|config|debug|monitor|shutdown|acl|function|fcall|migrate|restore|replica|client\|(kill|pause|reply|list|tracking)|script\|flush)/
  expect(allowed.filter((name) => never.test(name))).toEqual([])
})

it("knows of each allowed command whether it reads, writes, or does neither", () => {
  const kindOf = (name: string) =>
    factsOf(
      shapeOf(
        name
          .split("|")
          .concat("key", "1")
          .map((word) => Buffer.from(word)),
      ),
    ).kind
  const expected = (names: string) => [...new Set(names.split(" ").map(kindOf))]
  expect(expected("get mget hgetall lrange smembers zrange zrevrangebyscore xrange exists ttl keys sort")).toEqual([
    "select",
  ])
  expect(expected("set zadd hset rpush sadd expire xadd incr zinterstore ltrim")).toEqual(["insert"])
  expect(expected("del unlink zrem lpop spop")).toEqual(["delete"])
  expect(expected("multi exec publish subscribe watch")).toEqual(["other"])
})

it("knows all keys that a script may cut", () => {
  const facts = (...words: string[]) => factsOf(shapeOf(words.map((word) => Buffer.from(word))))
  const script = "redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, 1) redis.call('HDEL', KEYS[2], 'x')"
  const both = facts("EVAL", script, "2", "index:1", "data:1")
  expect(both).toMatchObject({ table: "index:*", tables: ["index:*", "data:*"], trims: true })
  expect(facts("ZADD", "index:1", "1", "x")).not.toHaveProperty("tables")
})
