/**
 * Follows one Redis connection in both directions: what is asked, what is outstanding, how large the values are. Passes all bytes on as they
 * came. Never throws: what cannot be followed is refused with a sentence.
 */
import type { Inspection, WireInspector } from "../engine.ts"
import { BadFrame, type Command, CommandCutter, type Reply, ReplyCutter } from "./resp.ts"
import { keysOf, shapeOf } from "./shape.ts"

/** What a client does on its own. */
const HOUSEKEEPING = new Set(["AUTH", "HELLO", "PING", "CLIENT", "SELECT", "QUIT", "COMMAND", "INFO"])
const SUBSCRIBING = new Set(["SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE"])
const MESSAGES = new Set(["message", "pmessage"])
/** Texts remembered as seen on this connection; beyond it each one is reported, and the relay's quota ends the run. */
const REMEMBERED_STATEMENTS = 2_000

/** @param user the only one that may log in here; any, where it is not told. */
export function inspectResp(user?: string): WireInspector {
  const commands = new CommandCutter()
  const replies = new ReplyCutter()
  const pending: Due[] = []
  const seen = new Set<string>()
  let work = 0
  /** Messages may come by themselves, as ordinary arrays where the connection speaks RESP2: there it can ask for nothing else meanwhile. */
  let subscribed = false
  let inTransaction = false

  function follow({ args, bytes }: Command, seenNow: Inspection): void {
    seenNow.pass.push(bytes)
    // An empty line has no answer.
    if (args.length === 0) return
    const name = args[0]!.toString("latin1", 0, 24).toUpperCase()
    refuseWhatCannotBeFollowed(name, args, inTransaction)
    readLogin(name, args, seenNow)
    for (const { length } of args) seenNow.largestValueBytes = Math.max(seenNow.largestValueBytes, length)
    if (HOUSEKEEPING.has(name)) return void pending.push({ work: false })
    if (name === "MULTI") inTransaction = true
    if (name === "EXEC" || name === "DISCARD") inTransaction = false
    const shape = shapeOf(args)
    if (!seen.has(shape)) {
      if (seen.size < REMEMBERED_STATEMENTS) seen.add(shape)
      seenNow.statements.push(shape)
    }
    seenNow.keys?.push(...keysOf(args))
    seenNow.messages++
    seenNow.workBytes += bytes.length
    if (SUBSCRIBING.has(name)) return void pending.push({ confirms: name, channels: args.length - 1 })
    pending.push({ work: true })
    work++
  }

  function readLogin(name: string, args: Buffer[], seenNow: Inspection): void {
    const words = args.map((arg) => arg.toString("utf8", 0, 256))
    const at = name === "AUTH" ? 0 : name === "HELLO" ? words.findIndex((word) => word.toUpperCase() === "AUTH") : -1
    if (at < 0) return
    seenNow.logins++
    // AUTH with a password alone is a log-in as the user "default".
    const as = name === "AUTH" && args.length < 3 ? "default" : words[at + 1]
    if (user !== undefined && as !== user)
      throw new BadFrame("A connection tried to log in as a user that is not this run's own.")
  }

  function settle(reply: Reply, seenNow: Inspection): void {
    const kind = reply.first.toLowerCase()
    const [due] = pending
    const pushed = reply.type === ">"
    if (due && "confirms" in due && (pushed || reply.type === "*") && kind === due.confirms.toLowerCase()) {
      subscribed = reply.integer > 0
      if (--due.channels === 0) pending.shift()
      return
    }
    if (pushed || (subscribed && reply.type === "*" && MESSAGES.has(kind))) {
      if (MESSAGES.has(kind)) seenNow.workBytes += reply.bytes
      return
    }
    if (!due) throw new BadFrame("The server sent a reply that nothing had asked for.")
    // One error stands for all its channels.
    if ("confirms" in due && reply.type !== "-")
      throw new BadFrame(`The server answered ${due.confirms} with no confirmation.`)
    pending.shift()
    if (!("work" in due) || !due.work) return
    work--
    seenNow.messages++
    seenNow.workBytes += reply.bytes
  }

  return {
    request(chunk) {
      return inspected((seenNow) => {
        for (const command of commands.take(chunk)) follow(command, seenNow)
      })
    },
    reply(chunk) {
      return inspected((seenNow) => {
        for (const reply of replies.take(chunk)) settle(reply, seenNow)
        // Only the ends of replies are looked for: the bytes need not wait for them.
        seenNow.pass.push(chunk)
      })
    },
    outstanding: () => work,
  }
}

/** A reply that is due: of work or not; or so many confirmations, one for each channel, in the form of messages. */
type Due = { work: boolean } | { confirms: string; channels: number }

/** What is answered in a way that depends on more than is seen here would settle another command, which then is at work and counted by nobody. */
function refuseWhatCannotBeFollowed(name: string, args: Buffer[], inTransaction: boolean): void {
  if (name === "RESET" || name === "MONITOR" || name === "SYNC" || name === "PSYNC")
    throw new BadFrame(`${name} is not taken here: what comes after it is no answer to a command.`)
  if (/^XREAD/.test(name) && args.some((arg) => arg.toString("latin1", 0, 8).toUpperCase() === "BLOCK"))
    throw new BadFrame(`${name} with BLOCK is not taken here: a call may not wait for what others will do.`)
  if (name === "SSUBSCRIBE" || name === "SUNSUBSCRIBE")
    throw new BadFrame(`${name} is not taken here: there are no shards. Use ${name.slice(1)}.`)
  if (!SUBSCRIBING.has(name)) return
  if (args.length < 2) throw new BadFrame(`${name} is taken here only with the names of its channels.`)
  if (inTransaction) throw new BadFrame(`${name} is not taken within MULTI.`)
}

function inspected(read: (into: Inspection) => void): Inspection {
  const into: Inspection = {
    pass: [],
    messages: 0,
    workBytes: 0,
    statements: [],
    logins: 0,
    largestValueBytes: 0,
    keys: [],
  }
  try {
    read(into)
  } catch (error) {
    if (!(error instanceof BadFrame)) throw error
    into.refuse = error.message
  }
  return into
}
