/** Cuts the bytes of a Redis connection into commands and replies, RESP2 and RESP3 alike. Knows no command. */

/** Cannot be followed: the connection has to be closed. */
export class BadFrame extends Error {}

const LONGEST_LINE = 64 * 1024
const MOST_ARGUMENTS = 100_000
const LARGEST_ARGUMENT_BYTES = 16 * 1024 * 1024
const [CR, LF, STAR, DOLLAR] = [13, 10, 42, 36]
const NOTHING = Buffer.alloc(0)

export interface Command {
  args: Buffer[]
  /** As it was sent. */
  bytes: Buffer
}

/** Commands come whole; what is not complete yet is kept. */
export class CommandCutter {
  #rest: Buffer = NOTHING

  take(chunk: Buffer): Command[] {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const commands: Command[] = []
    let at = 0
    for (;;) {
      const command = at < bytes.length ? commandAt(bytes, at) : null
      if (!command) break
      commands.push(command)
      at += command.bytes.length
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : NOTHING
    return commands
  }
}

function commandAt(bytes: Buffer, start: number): Command | null {
  const end = lineEnd(bytes, start)
  if (end < 0) return null
  if (bytes[start] !== STAR) return emptyLine(bytes, start, end)
  const count = lengthIn(bytes, start + 1, end, MOST_ARGUMENTS)
  const args: Buffer[] = []
  let at = end + 1
  for (let left = count; left > 0; left--) {
    const lineOf = lineEnd(bytes, at)
    if (lineOf < 0) return null
    if (bytes[at] !== DOLLAR) throw new BadFrame("A command's argument does not say how long it is.")
    const length = lengthIn(bytes, at + 1, lineOf, LARGEST_ARGUMENT_BYTES)
    at = lineOf + 1 + length + 2
    if (at > bytes.length) return null
    args.push(bytes.subarray(lineOf + 1, lineOf + 1 + length))
  }
  return { args, bytes: bytes.subarray(start, at) }
}

/** Commands may also come as plain lines, whose quotes and blanks the server reads by rules of its own. No client sends them; an empty one has no answer. */
function emptyLine(bytes: Buffer, start: number, end: number): Command {
  if (!/^\r?\n$/.test(bytes.toString("latin1", start, end + 1)))
    throw new BadFrame("Commands as plain lines are not taken here: send them as arrays, as every client does.")
  return { args: [], bytes: bytes.subarray(start, end + 1) }
}

/** Index of the line feed; -1 where it has not come yet. */
function lineEnd(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(LF, start)
  if ((end < 0 ? bytes.length : end) - start > LONGEST_LINE) throw new BadFrame("A line of the protocol is too long.")
  return end
}

function lengthIn(bytes: Buffer, start: number, end: number, most: number): number {
  const text = bytes.toString("latin1", start, bytes[end - 1] === CR ? end - 1 : end)
  const length = Number(text)
  if (!/^-?\d{1,9}$/.test(text) || length > most)
    throw new BadFrame(`"${text.slice(0, 20)}" is no length that is taken here.`)
  return Math.max(0, length)
}

export interface Reply {
  /** The first byte: `*`, `$`, `+`, `>` ... */
  type: string
  bytes: number
  /** Of an aggregate: its first string, if it is short, and its last integer. */
  first: string
  integer: number
}

/** Follows replies without keeping them: only where each ends is of interest. */
export class ReplyCutter {
  #line = ""
  /** Elements that the reply still needs; 0: the next line begins a reply. */
  #left = 0
  /** Bytes of the string that is being passed over, with its end of line. */
  #skip = 0
  #catching = false
  #reply: Reply = { type: "", bytes: 0, first: "", integer: 0 }

  take(chunk: Buffer): Reply[] {
    const whole: Reply[] = []
    let at = 0
    while (at < chunk.length) {
      const before = at
      at = this.#skip > 0 ? this.#pass(chunk, at) : this.#readLine(chunk, at)
      this.#reply.bytes += at - before
      if (this.#left > 0 || this.#skip > 0 || this.#line !== "") continue
      whole.push(this.#reply)
      this.#reply = { type: "", bytes: 0, first: "", integer: 0 }
    }
    return whole
  }

  #pass(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#skip)
    if (this.#catching) this.#reply.first += chunk.toString("latin1", at, Math.min(end, at + this.#skip - 2))
    this.#skip -= end - at
    if (this.#skip === 0) this.#catching = false
    return end
  }

  #readLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(LF, at)
    this.#line += chunk.toString("latin1", at, end < 0 ? chunk.length : end)
    if (this.#line.length > LONGEST_LINE) throw new BadFrame("A line of a reply is too long.")
    if (end < 0) return chunk.length
    const line = this.#line
    this.#line = ""
    const [type] = line
    if (this.#left === 0) {
      this.#left = 1
      this.#reply.type = type
    }
    this.#left--
    const number = Number.parseInt(line.slice(1), 10)
    if (type === ":") this.#reply.integer = number
    if ("$=!".includes(type) && number >= 0) {
      this.#skip = number + 2
      this.#catching = "*>".includes(this.#reply.type) && this.#reply.first === "" && number <= 16
    }
    if ("*~>".includes(type) && number > 0) this.#left += number
    if (type === "%" && number > 0) this.#left += 2 * number
    // An attribute stands before the reply that it belongs to.
    if (type === "|") this.#left += 2 * number + 1
    return end + 1
  }
}
