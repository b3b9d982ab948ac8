/**
 * Follows one CQL connection in both directions: what is asked, what is outstanding, how large the values are. Passes whole frames on as
 * they came, save that a request for tracing is cleared. Never throws: what cannot be followed is refused with a sentence.
 */
import type { Inspection, WireInspector } from "../engine.ts"
import { isWord, nameOf, onOneLine, tokensOf } from "./cql.ts"
import { BadFrame, BodyReader, type Frame, FrameCutter } from "./frames.ts"

const OPCODE = {
  startup: 0x01,
  options: 0x05,
  query: 0x07,
  prepare: 0x09,
  execute: 0x0a,
  register: 0x0b,
  batch: 0x0d,
  authResponse: 0x0f,
} as const
const FLAG = { compression: 0x01, tracing: 0x02, customPayload: 0x04, beta: 0x10 } as const
const QUERY_FLAG = { values: 0x01, names: 0x40 } as const
const REQUESTS: ReadonlySet<number> = new Set(Object.values(OPCODE))
const RESPONSE = 0x80
const RESULT = 0x08
const PREPARED = 4
/** What a client does on its own, by opcode. */
const HOUSEKEEPING: ReadonlySet<number> = new Set([
  OPCODE.startup,
  OPCODE.options,
  OPCODE.register,
  OPCODE.authResponse,
])
/** Replies are the engine's own; a page of 100,000 rows may be large. */
const LARGEST_REPLY_BYTES = 256 * 1024 * 1024
/** Texts remembered as seen on this connection; beyond it each one is reported, and the relay's quota ends the run. */
const REMEMBERED_STATEMENTS = 2_000

/** Ids of prepared statements that read the engine's own tables. The engine knows them on every connection, so this lives as long as the driver. */
const systemReads = new Map<string, number>()

/** A look at one table or keyspace of its own, as clients make it, or at all that there is. */
const readsOf = (text: string): number => (safely(text).some((token) => isWord(token, "WHERE")) ? 1 : 10)

function rememberPrepared({ opcode, body }: Frame, reads: number): void {
  if (opcode !== RESULT) return
  const reader = new BodyReader(body)
  if (reader.int() === PREPARED) systemReads.set(reader.shortBytes().toString("hex"), reads)
}

/** @param role the only role that may log in here; any, where it is not told. */
export function inspectCql(role?: string): WireInspector {
  const requests = new FrameCutter()
  const replies = new FrameCutter(LARGEST_REPLY_BYTES)
  /** Stream id -> is it work? */
  const pending = new Map<number, boolean>()
  const seen = new Set<string>()
  /** Streams on which a read of the engine's own tables is being prepared, and what it counts for. */
  const preparing = new Map<number, number>()
  let work = 0

  function follow(frame: Frame, seenNow: Inspection): void {
    refuseUnknown(frame)
    const isWork = readRequest(frame, seenNow)
    if (pending.has(frame.stream)) throw new BadFrame(`Stream ${frame.stream} was used again before its answer came.`)
    pending.set(frame.stream, isWork)
    if (isWork) {
      work++
      seenNow.messages++
      seenNow.workBytes += frame.bytes.length
    }
    frame.bytes[1] &= ~FLAG.tracing
    seenNow.pass.push(frame.bytes)
  }

  /** Reads one request; true: it is work, not housekeeping. */
  function readRequest(frame: Frame, seenNow: Inspection): boolean {
    const body = new BodyReader(frame.body)
    const value = (bytes: number) => {
      seenNow.largestValueBytes = Math.max(seenNow.largestValueBytes, bytes)
    }
    const count = (reads: number) => {
      seenNow.systemReads = (seenNow.systemReads ?? 0) + reads
    }
    const statement = (text: string) => {
      value(longestLiteral(text))
      const normalised = onOneLine(text)
      if (seen.has(normalised)) return
      if (seen.size < REMEMBERED_STATEMENTS) seen.add(normalised)
      seenNow.statements.push(normalised)
    }
    if (frame.opcode === OPCODE.startup) refuseCompression(body)
    if (frame.opcode === OPCODE.authResponse) {
      seenNow.logins++
      refuseOtherRole(body, role)
    }
    if (frame.opcode === OPCODE.query) {
      const text = body.longString()
      if (isHousekeeping(text)) {
        if (!isWord(safely(text)[0], "USE")) count(readsOf(text))
        else if (SYSTEM_KEYSPACES.has(nameOf(safely(text)[1]) ?? ""))
          // What is read there without naming it would look like work here and be none in the engine.
          throw new BadFrame("The engine's own keyspaces are not switched to here: name them in the statement.")
        return false
      }
      statement(text)
      readParameters(body, value)
    }
    if (frame.opcode === OPCODE.prepare) {
      const text = body.longString()
      if (isHousekeeping(text)) preparing.set(frame.stream, readsOf(text))
      statement(text)
    }
    if (frame.opcode === OPCODE.execute) {
      const reads = systemReads.get(body.shortBytes().toString("hex"))
      if (reads !== undefined) count(reads)
      readParameters(body, value)
    }
    if (frame.opcode === OPCODE.batch) {
      body.byte()
      for (let left = body.short(); left > 0; left--) {
        if (body.byte() === 0) statement(body.longString())
        else body.shortBytes()
        for (let values = body.short(); values > 0; values--) value(body.bytes().length)
      }
    }
    return !HOUSEKEEPING.has(frame.opcode)
  }

  return {
    request(chunk) {
      return inspected((seenNow) => {
        for (const frame of requests.take(chunk)) follow(frame, seenNow)
      })
    },
    reply(chunk) {
      return inspected((seenNow) => {
        for (const frame of replies.take(chunk)) {
          if (pending.get(frame.stream)) {
            work--
            seenNow.messages++
            seenNow.workBytes += frame.bytes.length
          }
          pending.delete(frame.stream)
          const reads = preparing.get(frame.stream)
          if (reads !== undefined) rememberPrepared(frame, reads)
          preparing.delete(frame.stream)
          seenNow.pass.push(frame.bytes)
        }
      })
    },
    outstanding: () => work,
  }
}

function inspected(read: (into: Inspection) => void): Inspection {
  const into: Inspection = { pass: [], messages: 0, workBytes: 0, statements: [], logins: 0, largestValueBytes: 0 }
  try {
    read(into)
  } catch (error) {
    if (!(error instanceof BadFrame)) throw error
    into.refuse = error.message
  }
  return into
}

function refuseUnknown(frame: Frame): void {
  if (frame.version & RESPONSE) throw new BadFrame("A reply was sent where a request is due.")
  if (!REQUESTS.has(frame.opcode)) throw new BadFrame(`Opcode ${frame.opcode} is no request of the CQL protocol.`)
  if (frame.flags & FLAG.compression) throw new BadFrame("Compressed frames are not taken here.")
  if (frame.flags & (FLAG.customPayload | FLAG.beta))
    throw new BadFrame("Custom payloads and beta protocol versions are not taken here.")
  if (frame.stream < 0) throw new BadFrame("A request with a negative stream id was sent.")
}

function refuseCompression(body: BodyReader): void {
  for (let left = body.short(); left > 0; left--) {
    const [name, value] = [body.string(), body.string()]
    if (name === "COMPRESSION" && value !== "")
      throw new BadFrame("Compression is not offered here; connect without it.")
  }
}

/** SASL PLAIN: authorisation id, NUL, user, NUL, password. */
function refuseOtherRole(body: BodyReader, role: string | undefined): void {
  const parts = body.bytes().toString("utf8").split("\0")
  if (role !== undefined && (parts.length !== 3 || parts[1] !== role))
    throw new BadFrame("A connection tried to log in as a role that is not this run's own.")
}

/** v3 and v4: consistency, flags, then the values; what follows them is of no interest here. */
function readParameters(body: BodyReader, value: (bytes: number) => void): void {
  body.short()
  const flags = body.byte()
  if (!(flags & QUERY_FLAG.values)) return
  for (let left = body.short(); left > 0; left--) {
    if (flags & QUERY_FLAG.names) body.string()
    value(body.bytes().length)
  }
}

const SYSTEM_KEYSPACES = new Set(["system", "system_schema", "system_views", "system_virtual_schema"])

/** USE, and reading the node's own tables: what clients do when they connect. Plain roles cannot write there. */
function isHousekeeping(text: string): boolean {
  if (!/^\s*(use\b|select\b[\s\S]*\bsystem)/i.test(text)) return false
  const tokens = safely(text)
  if (isWord(tokens[0], "USE")) return true
  const from = tokens.findIndex((token) => isWord(token, "FROM"))
  const keyspace = nameOf(tokens[from + 1])
  return from > 0 && tokens[from + 2]?.text === "." && keyspace !== null && SYSTEM_KEYSPACES.has(keyspace)
}

function longestLiteral(text: string): number {
  if (text.length < 64) return 0
  return safely(text).reduce(
    (most, token) => Math.max(most, token.kind === "mark" ? 0 : Buffer.byteLength(token.text)),
    0,
  )
}

/** A text that cannot be read is the engine's to refuse. */
function safely(text: string): ReturnType<typeof tokensOf> {
  try {
    return tokensOf(text)
  } catch {
    return []
  }
}
