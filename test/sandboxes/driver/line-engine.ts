/**
 * An engine for tests of the relay: requests and replies are lines, each request is answered by the same line. Lines that begin with "hold" are
 * answered when `release` is called, and "housekeeping" is left out of all counts.
 */
import { createServer, type Socket } from "node:net"
import type { EngineDefinition, Inspection, Space, WireInspector } from "../../../sandboxes/engines/engine.ts"

export interface LineEngine extends Pick<EngineDefinition, "inspect"> {
  space: Pick<Space, "address" | "clientSettings">
  /** All lines received, in order. */
  received: string[]
  /** Resolves when this many lines were received. */
  hasReceived(lines: number): Promise<void>
  release(): void
  connections(): number
  close(): Promise<void>
}

export async function lineEngine(): Promise<LineEngine> {
  const received: string[] = []
  const held: (() => void)[] = []
  const sockets = new Set<Socket>()
  let waiting: { lines: number; resolve: () => void }[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => {})
    let rest = ""
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        received.push(line)
        const answer = () => socket.write(`${line}\n`)
        if (line.startsWith("hold")) held.push(answer)
        else answer()
      }
      for (const { resolve } of waiting.filter(({ lines: wanted }) => received.length >= wanted)) resolve()
      waiting = waiting.filter(({ lines: wanted }) => received.length < wanted)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address() as { port: number }
  return {
    space: { address: { host: "127.0.0.1", port: address.port }, clientSettings: {} },
    received,
    inspect,
    hasReceived: (lines) =>
      received.length >= lines
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ lines, resolve })
          }),
    release: () => {
      for (const answer of held.splice(0)) answer()
    },
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** `statement TEXT` is a statement, `login` a log-in, `value N` a value of N bytes, `bad` a violation of the protocol. */
function inspect(): WireInspector {
  let outstanding = 0
  const rest = { requests: "", replies: "" }
  const read = (chunk: Buffer, sign: 1 | -1): Inspection => {
    const seen: Inspection = {
      pass: [chunk],
      messages: 0,
      workBytes: 0,
      statements: [],
      logins: 0,
      largestValueBytes: 0,
    }
    const side = sign > 0 ? "requests" : "replies"
    const lines = (rest[side] + chunk.toString("utf8")).split("\n")
    rest[side] = lines.pop() ?? ""
    for (const line of lines) {
      if (line === "housekeeping") continue
      seen.messages += 1
      seen.workBytes += line.length + 1
      outstanding += sign
      if (sign < 0) continue
      if (line.startsWith("statement")) seen.statements.push(line)
      if (line === "login") seen.logins += 1
      if (line.startsWith("value")) seen.largestValueBytes = Number(line.split(" ")[1])
      if (line === "bad") return { ...seen, pass: [], refuse: "a bad frame" }
    }
    return seen
  }
  return { request: (chunk) => read(chunk, 1), reply: (chunk) => read(chunk, -1), outstanding: () => outstanding }
}
