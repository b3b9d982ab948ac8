/** Frames between driver and host process: four bytes of big-endian length, then UTF-8 JSON. Neither reads nor checks what is in them. */
import { LARGEST_FRAME_BYTES } from "./protocol.ts"

const HEADER_BYTES = 4

export function encodeFrame(frame: unknown): Buffer {
  const text = JSON.stringify(frame)
  const length = Buffer.byteLength(text)
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + length)
  bytes.writeUInt32BE(length, 0)
  bytes.write(text, HEADER_BYTES, length, "utf8")
  return bytes
}

export interface FrameReader {
  /** Bytes of whole frames that this chunk completed; "too-large" for a frame over the limit, of which nothing is kept. */
  push(chunk: Buffer): Buffer[] | "too-large"
}

export function frameReader(largestBytes = LARGEST_FRAME_BYTES): FrameReader {
  const header = Buffer.alloc(HEADER_BYTES)
  let headerFilled = 0
  let body: Buffer | null = null
  let bodyFilled = 0
  let bodyLength = 0
  return {
    push(chunk) {
      const whole: Buffer[] = []
      let at = 0
      while (at < chunk.length) {
        if (!body) {
          const taken = chunk.copy(header, headerFilled, at)
          headerFilled += taken
          at += taken
          if (headerFilled < HEADER_BYTES) break
          headerFilled = 0
          const length = header.readUInt32BE(0)
          if (length > largestBytes) return "too-large"
          // Grown as bytes arrive: an announced length alone must not cost memory.
          body = Buffer.allocUnsafe(Math.min(length, 64 * 1024))
          bodyFilled = 0
          bodyLength = length
        }
        const wanted = Math.min(bodyLength - bodyFilled, chunk.length - at)
        if (bodyFilled + wanted > body.length) {
          const larger = Buffer.allocUnsafe(Math.min(bodyLength, Math.max(2 * body.length, bodyFilled + wanted)))
          body.copy(larger, 0, 0, bodyFilled)
          body = larger
        }
        chunk.copy(body, bodyFilled, at, at + wanted)
        bodyFilled += wanted
        at += wanted
        if (bodyFilled < bodyLength) break
        whole.push(body.subarray(0, bodyLength))
        body = null
      }
      return whole
    },
  }
}
