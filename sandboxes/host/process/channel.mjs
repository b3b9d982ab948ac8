/**
 * Frames on descriptor 3: four bytes of big-endian length, then UTF-8 JSON. Everything used here is captured before candidate code loads, so
 * that a module which patches JSON, Buffer or the prototypes changes nothing in the framing. Knows no meaning of any frame.
 */
import { Socket } from "node:net"

const { parse } = JSON
const { apply } = Reflect
const { allocUnsafe, byteLength } = Buffer
const { copy, readUInt32BE, utf8Slice, utf8Write, writeUInt32BE } = Buffer.prototype
const { write } = Socket.prototype

const CHANNEL = 3
const HEADER_BYTES = 4

/** Calls `onFrame` with each parsed frame; ends the process when the driver closes. Returns the function that sends JSON text. */
export function openChannel(onFrame) {
  const header = allocUnsafe(HEADER_BYTES)
  let headerFilled = 0
  let body = null
  let bodyFilled = 0

  const receive = (count, chunk) => {
    let at = 0
    while (at < count) {
      if (body === null) {
        header[headerFilled++] = chunk[at++]
        if (headerFilled < HEADER_BYTES) continue
        body = allocUnsafe(apply(readUInt32BE, header, [0]))
        bodyFilled = 0
        headerFilled = 0
      }
      const copied = apply(copy, chunk, [body, bodyFilled, at, count])
      at += copied
      bodyFilled += copied
      if (bodyFilled < body.length) continue
      const text = apply(utf8Slice, body, [0, bodyFilled])
      body = null
      onFrame(parse(text))
    }
    return true
  }

  // `onread` hands bytes straight to this function: no "data" event that a patched EventEmitter could see or stop.
  const socket = new Socket({ fd: CHANNEL, onread: { buffer: allocUnsafe(64 * 1024), callback: receive } })
  const { exit } = process
  socket.on("close", () => exit(0))
  socket.on("error", () => exit(0))
  socket.resume()

  return (text) => {
    const length = byteLength(text)
    const frame = allocUnsafe(HEADER_BYTES + length)
    apply(writeUInt32BE, frame, [length, 0])
    apply(utf8Write, frame, [text, HEADER_BYTES, length])
    apply(write, socket, [frame])
  }
}
