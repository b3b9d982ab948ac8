import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Inspection } from "../../../../sandboxes/engines/engine.ts"
import { inspectResp } from "../../../../sandboxes/engines/redis/wire.ts"

const command = (...args: (string | Buffer)[]): Buffer =>
  Buffer.concat([
    Buffer.from(`*${args.length}\r\n`),
    ...args.flatMap((arg) => [Buffer.from(`$${Buffer.byteLength(arg)}\r\n`), Buffer.from(arg), Buffer.from("\r\n")]),
  ])

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`

/** All that is seen of these bytes, however they are cut. */
function feed(take: (chunk: Buffer) => Inspection, bytes: Buffer | string, cuts: number[] = []): Inspection {
  const all: Inspection = { pass: [], messages: 0, workBytes: 0, statements: [], logins: 0, largestValueBytes: 0 }
  const whole = Buffer.from(bytes)
  const edges = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  for (let index = 1; index < edges.length; index++) {
    const seen = take(whole.subarray(edges[index - 1], edges[index]))
    all.pass.push(...seen.pass)
    all.messages += seen.messages
    all.workBytes += seen.workBytes
    all.statements.push(...seen.statements)
    all.logins += seen.logins
    all.largestValueBytes = Math.max(all.largestValueBytes, seen.largestValueBytes)
    if (seen.refuse) return { ...all, refuse: seen.refuse }
  }
  return all
}

describe("requests", () => {
  it("counts the commands of a pipeline and knows them outstanding until each is answered", () => {
    const wire = inspectResp()
    const sent = Buffer.concat([command("SET", "a:1", "x"), command("GET", "a:1"), command("ZCARD", "b")])
    const seen = wire.request(sent)
    expect(seen).toMatchObject({ messages: 3, workBytes: sent.length, statements: ["SET a:*", "GET a:*", "ZCARD b"] })
    expect(Buffer.concat(seen.pass)).toEqual(sent)
    expect(wire.outstanding()).toBe(3)
    expect(wire.reply(Buffer.from("+OK\r\n$1\r\nx\r\n")).messages).toBe(2)
    expect(wire.outstanding()).toBe(1)
    expect(wire.reply(Buffer.from(":7\r\n"))).toMatchObject({ messages: 1, workBytes: 4 })
    expect(wire.outstanding()).toBe(0)
  })

  it("names every key that is asked for, each time, and those given to a script", () => {
    const wire = inspectResp()
    const sent = Buffer.concat([
      command("GET", "a:1"),
      command("MGET", "a:1", "b"),
      command("EVAL", "return 1", "1", "c:9", "not a key"),
      command("PING"),
    ])
    expect(wire.request(sent).keys).toEqual(["a:1", "a:1", "b", "c:9"])
  })

  it("passes on nothing of a command before it is whole", () => {
    const wire = inspectResp()
    const bytes = command("SET", "key", "value")
    expect(wire.request(bytes.subarray(0, 20)).pass).toEqual([])
    expect(wire.outstanding()).toBe(0)
    expect(Buffer.concat(wire.request(bytes.subarray(20)).pass)).toEqual(bytes)
  })

  it("takes empty lines and arrays, which have no answer, and no command as a plain line", () => {
    const wire = inspectResp()
    expect(wire.request(Buffer.from("\r\n*0\r\n\n")).refuse).toBeUndefined()
    expect(wire.outstanding()).toBe(0)
    for (const line of ["GET key\r\n", '"SUBSCRIBE" a b\r\n', "\u00a0\r\n", " \r\n"])
      expect(inspectResp().request(Buffer.from(line, "latin1")).refuse).toMatch(/plain lines/)
  })

  it("lets no answer to one command settle another", () => {
    for (const words of [["SSUBSCRIBE", "x"], ["SUNSUBSCRIBE", "x"], ["SUBSCRIBE"], ["UNSUBSCRIBE"]])
      expect(inspectResp().request(command(...words)).refuse).toMatch(/not taken here|only with/)
    const queued = inspectResp()
    expect(queued.request(Buffer.concat([command("MULTI"), command("SUBSCRIBE", "x")])).refuse).toMatch(/MULTI/)
    for (const [words, replies] of [
      [["SUBSCRIBE", "x"], "-NOPERM no\r\n"],
      [["SUBSCRIBE", "x", "y"], "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\ny\r\n:2\r\n"],
      [["UNSUBSCRIBE", "x"], "*3\r\n$11\r\nunsubscribe\r\n$1\r\nx\r\n:0\r\n"],
    ] as const) {
      const wire = inspectResp()
      wire.request(Buffer.concat([command(...words), command("ZADD", "k", "1", "a")]))
      expect(wire.reply(Buffer.from(replies)).refuse).toBeUndefined()
      expect(wire.outstanding()).toBe(1)
      wire.reply(Buffer.from(":1\r\n"))
      expect(wire.outstanding()).toBe(0)
    }
  })

  it("does not take a list for a message where a subscription was refused", () => {
    const wire = inspectResp()
    wire.request(Buffer.concat([command("SUBSCRIBE", "x"), command("LRANGE", "k", "0", "-1")]))
    wire.reply(Buffer.from("-NOPERM no\r\n*1\r\n$7\r\nmessage\r\n"))
    expect(wire.outstanding()).toBe(0)
  })

  it("refuses a reply that nothing had asked for", () => {
    expect(inspectResp().reply(Buffer.from("+OK\r\n")).refuse).toMatch(/nothing had asked/)
  })

  it("leaves out what a client does on its own", () => {
    const wire = inspectResp("me")
    const seen = wire.request(
      Buffer.concat([
        command("HELLO", "3", "AUTH", "me", "secret"),
        command("CLIENT", "SETNAME", "x"),
        command("PING"),
      ]),
    )
    expect(seen).toMatchObject({ messages: 0, workBytes: 0, statements: [], logins: 1 })
    expect(wire.outstanding()).toBe(0)
    const replies = "%2\r\n+server\r\n+redis\r\n+proto\r\n:3\r\n+OK\r\n+PONG\r\n"
    expect(wire.reply(Buffer.from(replies))).toMatchObject({ messages: 0, workBytes: 0 })
    wire.request(command("GET", "key"))
    expect(wire.reply(Buffer.from("_\r\n")).messages).toBe(1)
  })

  it("tells the largest value", () => {
    expect(inspectResp().request(command("SET", "key", "x".repeat(70_000))).largestValueBytes).toBe(70_000)
  })

  it.each([
    ["a log-in as the administrator", command("AUTH", "admin", "secret")],
    ["a log-in by password alone", command("AUTH", "secret")],
    ["a greeting as somebody else", command("HELLO", "3", "AUTH", "default", "")],
    ["MONITOR", command("MONITOR")],
    ["RESET", command("reset")],
    ["waiting for a stream", command("XREAD", "BLOCK", "0", "STREAMS", "s", "$")],
    ["waiting as a group", command("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "BLOCK", "0", "STREAMS", "s", ">")],
    ["no length", Buffer.from("*1\r\n$x\r\n")],
    ["no argument", Buffer.from("*1\r\n+GET\r\n")],
    ["a million arguments", Buffer.from("*1000000\r\n")],
    ["a value of a gigabyte", Buffer.from("*1\r\n$1000000000\r\n")],
    ["a line without end", Buffer.alloc(100_000, "x")],
  ])("refuses %s with a sentence", (_, bytes) => {
    const seen = inspectResp("me").request(bytes)
    expect(seen.refuse).toMatch(/\w+ \w+/)
    expect(seen.pass.length).toBeLessThanOrEqual(1)
  })
})

describe("statements", () => {
  const shapes = (...commands: Buffer[]) => inspectResp().request(Buffer.concat(commands)).statements

  it("are shapes: one for all keys of a kind", () => {
    expect(
      shapes(...Array.from({ length: 500 }, (_, i) => command("zadd", `user:${i}:2026-11-${i}`, "1", `m${i}`))),
    ).toEqual(["ZADD user:*:*"])
  })

  it.each([
    [["MGET", "a:1", "a:2", "b:1"], "MGET a:* b:*"],
    [["LRANGE", "l:1", "0", "-1"], "LRANGE l:* (all)"],
    [["LRANGE", "l:1", "0", "19"], "LRANGE l:*"],
    [["ZRANGEBYSCORE", "z:1", "-inf", "+inf"], "ZRANGEBYSCORE z:* (all)"],
    [["ZRANGEBYSCORE", "z:1", "-inf", "+inf", "LIMIT", "0", "10"], "ZRANGEBYSCORE z:*"],
    [["HGETALL", "h:1"], "HGETALL h:* (all)"],
    [["XADD", "s:1", "MAXLEN", "~", "100", "*", "f", "v"], "XADD s:* (cut)"],
    [["LTRIM", "l:1", "0", "99"], "LTRIM l:* (cut)"],
    [["XGROUP", "CREATE", "s:1", "g", "$"], "XGROUP CREATE s:*"],
    [["KEYS", "user:*"], "KEYS"],
    [["NOSUCHCOMMAND", "x"], "NOSUCHCOMMAND"],
  ])("%j is %s", (args, shape) => {
    expect(shapes(command(...args))).toEqual([shape])
  })

  it("name the commands of a script, also where another connection calls it by its digest", () => {
    const script = "redis.call('ZADD', KEYS[1], 1, 'x') return redis.pcall(\"ZREMRANGEBYSCORE\", KEYS[1], 0, 1)"
    const [shape] = shapes(command("EVAL", script, "1", "user:7"))
    expect(shape).toMatch(/^SCRIPT [0-9a-f]{8} \[ZADD ZREMRANGEBYSCORE\] user:\*$/)
    const digest = createHash("sha1").update(script).digest("hex")
    expect(shapes(command("EVALSHA", digest, "1", "user:8"))).toEqual([shape])
  })
})

describe("replies", () => {
  it.each([
    ["a nested array", `*2\r\n*1\r\n${bulk("a")}*-1\r\n`],
    ["a map", `%2\r\n+a\r\n:1\r\n+b\r\n*2\r\n:1\r\n:2\r\n`],
    ["a set of doubles", "~2\r\n,1.5\r\n,inf\r\n"],
    ["an attribute before a string", `|1\r\n+ttl\r\n:5\r\n${bulk("x")}`],
    ["an empty array", "*0\r\n"],
    ["no string", "$-1\r\n"],
    ["an error", "-ERR no\r\n"],
    ["a big number", "(12345678901234567890\r\n"],
    ["a text with its form", "=15\r\ntxt:Some string\r\n"],
    ["a string of line ends", bulk("\r\n\r\n")],
  ])("sees the end of %s", (_, reply) => {
    const wire = inspectResp()
    wire.request(Buffer.concat([command("GET", "a"), command("GET", "b")]))
    expect(feed(wire.reply, reply, [1, 2, 3, 5, 8])).toMatchObject({ messages: 1, workBytes: reply.length })
    expect(wire.outstanding()).toBe(1)
  })

  it.each([
    ["RESP2", "*"],
    ["RESP3", ">"],
  ])("takes messages of %s for bytes read and not for answers", (_, type) => {
    const wire = inspectResp()
    const message = `${type}3\r\n${bulk("message")}${bulk("news")}${bulk("hello")}`
    wire.request(command("SUBSCRIBE", "news"))
    expect(wire.outstanding()).toBe(0)
    wire.reply(Buffer.from(`${type}3\r\n${bulk("subscribe")}${bulk("news")}:1\r\n`))
    expect(wire.reply(Buffer.from(message))).toMatchObject({ messages: 0, workBytes: message.length })
    wire.request(Buffer.concat([command("UNSUBSCRIBE", "news"), command("LRANGE", "l", "0", "9")]))
    wire.reply(Buffer.from(`${type}3\r\n${bulk("unsubscribe")}${bulk("news")}:0\r\n`))
    expect(wire.outstanding()).toBe(1)
    expect(wire.reply(Buffer.from(`*1\r\n${bulk("message")}`)).messages).toBe(1)
    expect(wire.outstanding()).toBe(0)
  })
})

it("sees the same however the bytes are cut", () => {
  const requests = Buffer.concat([
    command("HELLO", "3", "AUTH", "me", "secret"),
    ...Array.from({ length: 8 }, (_, i) => command("SET", `key:${i}`, "v".repeat(i * 30))),
    command("GET", "key:1"),
  ])
  const replies = `%1\r\n+proto\r\n:3\r\n${"+OK\r\n".repeat(8)}${bulk("v".repeat(30))}`
  const whole = inspectResp("me")
  const seen = [feed(whole.request, requests), feed(whole.reply, replies)]
  fc.assert(
    fc.property(fc.array(fc.nat(2_000)), fc.array(fc.nat(2_000)), (cuts, others) => {
      const wire = inspectResp("me")
      const now = [feed(wire.request, requests, cuts), feed(wire.reply, replies, others)]
      for (const [index, one] of now.entries())
        expect({ ...one, pass: Buffer.concat(one.pass) }).toEqual({
          ...seen[index],
          pass: Buffer.concat(seen[index]!.pass),
        })
      expect(wire.outstanding()).toBe(0)
    }),
  )
})

it("never throws, whatever comes from either side", () => {
  const marks = fc.constantFrom(
    "*",
    "$",
    "%",
    ">",
    "|",
    "+",
    ":",
    "-1",
    "0",
    "3",
    "\r\n",
    "GET",
    "SUBSCRIBE",
    "EVAL",
    "é",
    " ",
  )
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.array(marks, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(""))),
    fc.array(fc.string(), { minLength: 1, maxLength: 6 }).map((args) => command(...args)),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), noise), { maxLength: 12 }), (chunks) => {
      const wire = inspectResp("me")
      for (const [request, chunk] of chunks) {
        const seen = request ? wire.request(chunk) : wire.reply(chunk)
        expect(seen.messages).toBeGreaterThanOrEqual(0)
        expect(wire.outstanding()).toBeGreaterThanOrEqual(0)
      }
    }),
    { numRuns: 500 },
  )
})
