/** The CQL inspector against frames made by hand. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { inspectCql } from "../../../../sandboxes/engines/cassandra/wire.ts"

const OPCODE = { startup: 1, options: 5, query: 7, prepare: 9, execute: 10, register: 11, batch: 13, authResponse: 15 }

const short = (value: number) => Buffer.from([value >> 8, value & 255])
const int = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const string = (text: string) => Buffer.concat([short(Buffer.byteLength(text)), Buffer.from(text)])
const longString = (text: string) => Buffer.concat([int(Buffer.byteLength(text)), Buffer.from(text)])
const value = (bytes: Buffer | string) => Buffer.concat([int(Buffer.from(bytes).length), Buffer.from(bytes)])

function frame(opcode: number, stream: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([4, 0]), short(stream), Buffer.from([opcode]), int(body.length), body])
}
function reply(stream: number, body = Buffer.from("rows")): Buffer {
  const bytes = frame(8, stream, body)
  bytes[0] = 0x84
  return bytes
}
const query = (text: string, stream = 1, ...values: string[]) =>
  frame(
    OPCODE.query,
    stream,
    longString(text),
    short(1),
    Buffer.from([values.length > 0 ? 1 : 0]),
    ...(values.length > 0 ? [short(values.length), ...values.map(value)] : []),
  )
const login = (user: string) => frame(OPCODE.authResponse, 0, value(`\0${user}\0secret`))

describe("a connection that is inspected", () => {
  it("passes a whole request on unchanged and knows that it is outstanding until its reply", () => {
    const wire = inspectCql()
    const request = query("SELECT * FROM events WHERE id = ?", 7, "abc")
    const sent = wire.request(request)
    expect(Buffer.concat(sent.pass)).toEqual(request)
    expect(sent).toMatchObject({ messages: 1, workBytes: request.length, logins: 0, largestValueBytes: 3 })
    expect(sent.statements).toEqual(["SELECT * FROM events WHERE id = ?"])
    expect(wire.outstanding()).toBe(1)
    const answered = wire.reply(reply(7))
    expect(answered).toMatchObject({ messages: 1, workBytes: reply(7).length })
    expect(wire.outstanding()).toBe(0)
  })

  it("gives the same frames however the bytes are cut", () => {
    const stream = Buffer.concat([login("me"), query("SELECT a FROM t", 1), query("SELECT b FROM t", 2, "x", "yy")])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const wire = inspectCql()
        const passed: Buffer[] = []
        let messages = 0
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + sizes[turn % sizes.length]!
          const seen = wire.request(Buffer.from(stream.subarray(at, end)))
          passed.push(...seen.pass)
          messages += seen.messages
          at = end
        }
        expect(Buffer.concat(passed)).toEqual(stream)
        expect(messages).toBe(2)
      }),
    )
  })

  it("leaves out what a client does on its own when it connects", () => {
    const wire = inspectCql()
    const housekeeping = [
      frame(OPCODE.options, 0),
      frame(OPCODE.startup, 1, short(1), string("CQL_VERSION"), string("3.0.0")),
      login("me").fill(2, 3, 4),
      frame(OPCODE.register, 3, short(1), string("TOPOLOGY_CHANGE")),
      query("SELECT * FROM system.local WHERE key='local'", 4),
      query('USE "k1"', 5),
    ]
    for (const one of housekeeping)
      expect(wire.request(one)).toMatchObject({ messages: 0, workBytes: 0, statements: [] })
    expect(wire.outstanding()).toBe(0)
  })

  it("tells how often the engine's own tables are read, by prepared statements as well, on whatever connection they were prepared", () => {
    const read = "SELECT * FROM system_schema.columns"
    const keyed = `${read} WHERE keyspace_name = 'k1' AND table_name = 't'`
    const id = Buffer.from("0123456789abcdef")
    const [wire, other] = [inspectCql(), inspectCql()]
    expect(wire.request(query(read, 1)).systemReads).toBe(10)
    expect(wire.request(query(keyed, 9)).systemReads).toBe(1)
    for (const own of ["USE system_schema", 'use "system"'])
      expect(inspectCql().request(query(own, 2)).refuse).toMatch(/not switched to here/)
    expect(wire.request(query('USE "k1"', 2)).systemReads).toBeUndefined()
    expect(wire.request(frame(OPCODE.prepare, 3, longString(read))).systemReads).toBeUndefined()
    wire.reply(reply(3, Buffer.concat([int(4), short(id.length), id])))
    const execute = (stream: number, which: Buffer) =>
      frame(OPCODE.execute, stream, short(which.length), which, short(1), Buffer.from([0]))
    expect(wire.request(execute(4, id))).toMatchObject({ systemReads: 10, messages: 1 })
    expect(other.request(execute(1, id)).systemReads).toBe(10)
    expect(other.request(execute(2, Buffer.from("fedcba9876543210"))).systemReads).toBeUndefined()
  })

  it("is not fooled by a system table in a comment or a string", () => {
    for (const text of [
      "SELECT * FROM events /* FROM system.local */",
      "SELECT * FROM events WHERE id = 'FROM system.local'",
      'SELECT * FROM "system.local"',
      // A comment ends with a carriage return as well, as for the engine.
      "SELECT * --\r/*\nFROM system.local */ FROM t WHERE a = 1 ALLOW FILTERING",
    ])
      expect(inspectCql().request(query(text))).toMatchObject({ messages: 1 })
  })

  it("tells each statement once, with its white space normalised", () => {
    const wire = inspectCql()
    expect(wire.request(query("SELECT  a\n FROM t", 1)).statements).toEqual(["SELECT a FROM t"])
    expect(wire.request(query("SELECT a FROM t", 2)).statements).toEqual([])
    expect(wire.request(frame(OPCODE.prepare, 3, longString("SELECT b FROM t"))).statements).toEqual([
      "SELECT b FROM t",
    ])
  })

  it("tells what stands behind a comment that ends with its line, and no comment", () => {
    const wire = inspectCql()
    const said = (text: string, stream: number) => wire.request(query(text, stream)).statements
    expect(said("INSERT INTO t (a) VALUES (?) -- thirty days\nUSING TTL 2592000", 1)).toEqual([
      "INSERT INTO t (a) VALUES (?) USING TTL 2592000",
    ])
    expect(said("// x\nSELECT a FROM t WHERE b = '-- no /* comment */' ALLOW FILTERING", 2)).toEqual([
      "SELECT a FROM t WHERE b = '-- no /* comment */' ALLOW FILTERING",
    ])
  })

  it("finds the statements and the largest value of a batch", () => {
    const batch = frame(
      OPCODE.batch,
      1,
      Buffer.from([1]),
      short(2),
      Buffer.concat([Buffer.from([0]), longString("INSERT INTO t (a) VALUES (?)"), short(1), value("x".repeat(500))]),
      Buffer.concat([Buffer.from([1]), short(2), Buffer.from("id"), short(1), value("y")]),
      short(1),
      Buffer.from([0]),
    )
    const seen = inspectCql().request(batch)
    expect(seen).toMatchObject({ messages: 1, statements: ["INSERT INTO t (a) VALUES (?)"], largestValueBytes: 500 })
  })

  it("finds a large literal inside a statement", () => {
    const seen = inspectCql().request(query(`INSERT INTO t (a) VALUES ('${"z".repeat(3000)}')`))
    expect(seen.largestValueBytes).toBeGreaterThanOrEqual(3000)
  })

  it("clears a request for tracing", () => {
    const traced = query("SELECT a FROM t")
    traced[1] = 0x02
    expect(inspectCql().request(traced).pass[0]![1]).toBe(0)
  })
})

describe("a connection is refused with a sentence", () => {
  const spoilt = (change: (bytes: Buffer) => void, bytes = query("SELECT a FROM t")) => {
    change(bytes)
    return bytes
  }
  const cases: [string, Buffer, RegExp][] = [
    ["for protocol version 5", spoilt((bytes) => bytes.fill(5, 0, 1)), /version 5/],
    ["for a compressed frame", spoilt((bytes) => bytes.fill(1, 1, 2)), /[Cc]ompressed/],
    ["for a custom payload", spoilt((bytes) => bytes.fill(4, 1, 2)), /payload/],
    ["for a frame that is too large", spoilt((bytes) => bytes.writeInt32BE(5 * 1024 * 1024, 5)), /at most 4194304/],
    ["for a negative length", spoilt((bytes) => bytes.writeInt32BE(-1, 5)), /negative length/],
    ["for a reply in place of a request", reply(1), /reply/],
    ["for an unknown opcode", frame(99, 1), /Opcode 99/],
    ["for text longer than its frame", frame(OPCODE.query, 1, int(1000), Buffer.from("SELECT")), /does not fit/],
    ["for asking to compress", frame(OPCODE.startup, 1, short(1), string("COMPRESSION"), string("lz4")), /Compression/],
    ["for a log-in as somebody else", login("cassandra"), /not this run's own/],
    ["for a log-in with more parts than two", login("me\0secret\0cassandra"), /not this run's own/],
  ]
  it.each(cases)("%s", (_, bytes, words) => {
    expect(inspectCql("me").request(bytes).refuse).toMatch(words)
  })

  it("when a stream is used twice at once", () => {
    const wire = inspectCql()
    wire.request(query("SELECT a FROM t", 3))
    expect(wire.request(query("SELECT a FROM t", 3)).refuse).toMatch(/Stream 3/)
  })

  it("but not for its own role", () => {
    expect(inspectCql("me").request(login("me"))).toMatchObject({ logins: 1 })
  })

  it("and never by throwing, whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asBody) => {
        const wire = inspectCql("me")
        const chunk = asBody ? frame(OPCODE.batch, 1, Buffer.from(bytes)) : Buffer.from(bytes)
        wire.request(Buffer.from(chunk))
        wire.reply(Buffer.from(bytes))
      }),
    )
  })
})
