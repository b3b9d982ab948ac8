/** JSON lines over a socket, both ways. */
import type { Socket } from "node:net"
import type { z } from "zod"
import { LONGEST_LINE_BYTES } from "./protocol.ts"

/** The messages that come in, until the other side ends; throws where something comes that is none. */
export async function* messages<T>(socket: Socket, schema: z.ZodType<T>): AsyncGenerator<T> {
  let parts: Buffer[] = []
  let size = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end)]).toString("utf8")
      parts = []
      size = 0
      from = end + 1
      if (line !== "") yield schema.parse(JSON.parse(line))
    }
    if (from === chunk.length) continue
    parts.push(chunk.subarray(from))
    size += chunk.length - from
    if (size > LONGEST_LINE_BYTES) throw new Error("The other side sent a line that is too long.")
  }
}

export function sendTo<T>(socket: Socket, message: T): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
}
