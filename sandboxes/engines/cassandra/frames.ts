/** Cuts a stream of CQL native protocol v3/v4 bytes into whole frames and reads the fields inside. Judges nothing but the framing. */

/** 9 bytes: version, flags, stream (2), opcode, length (4). */
const HEADER_BYTES = 9
/** The engine's own limit (native_transport_max_frame_size). */
export const LARGEST_FRAME_BYTES = 4 * 1024 * 1024

export interface Frame {
  version: number
  flags: number
  stream: number
  opcode: number
  body: Buffer
  /** Header and body, as they came. */
  bytes: Buffer
}

/** A stream that cannot be followed any more; the message is a sentence for the person whose client sent it. */
export class BadFrame extends Error {}

/** Feeds chunks in, takes whole frames out. Throws `BadFrame`, after which it must not be used again. */
export class FrameCutter {
  private readonly largest: number
  private parts: Buffer[] = []
  private held = 0
  private needed = HEADER_BYTES

  constructor(largest = LARGEST_FRAME_BYTES) {
    this.largest = largest
  }

  take(chunk: Buffer): Frame[] {
    this.parts.push(chunk)
    this.held += chunk.length
    if (this.held < this.needed) return []
    let rest = this.parts.length === 1 ? chunk : Buffer.concat(this.parts)
    const frames: Frame[] = []
    for (;;) {
      this.needed = HEADER_BYTES
      if (rest.length < HEADER_BYTES) break
      this.needed = HEADER_BYTES + this.bodyLength(rest)
      if (rest.length < this.needed) break
      const bytes = rest.subarray(0, this.needed)
      frames.push({
        version: bytes[0],
        flags: bytes[1],
        stream: bytes.readInt16BE(2),
        opcode: bytes[4],
        body: bytes.subarray(HEADER_BYTES),
        bytes,
      })
      rest = rest.subarray(this.needed)
    }
    this.parts = rest.length > 0 ? [rest] : []
    this.held = rest.length
    return frames
  }

  private bodyLength(header: Buffer): number {
    const version = header[0] & 0x7f
    if (version !== 3 && version !== 4)
      throw new BadFrame(`Protocol version ${version} is not spoken here: use 3 or 4 (protocolOptions.maxVersion: 4).`)
    const length = header.readInt32BE(5)
    if (length < 0) throw new BadFrame("A frame with a negative length was sent.")
    if (length > this.largest)
      throw new BadFrame(`A frame of ${length} bytes was sent; at most ${this.largest} are taken.`)
    return length
  }
}

/** Reads one frame's body from front to back. Running over its end throws `BadFrame`. */
export class BodyReader {
  private readonly body: Buffer
  private at = 0

  constructor(body: Buffer) {
    this.body = body
  }

  byte(): number {
    return this.take(1)[0]
  }

  short(): number {
    return this.take(2).readUInt16BE(0)
  }

  int(): number {
    return this.take(4).readInt32BE(0)
  }

  string(): string {
    return this.take(this.short()).toString("utf8")
  }

  longString(): string {
    return this.take(this.int()).toString("utf8")
  }

  shortBytes(): Buffer {
    return this.take(this.short())
  }

  /** [bytes] and [value]: a negative length means null or "not set". */
  bytes(): Buffer {
    const length = this.int()
    return length < 0 ? Buffer.alloc(0) : this.take(length)
  }

  private take(length: number): Buffer {
    if (length < 0 || this.at + length > this.body.length)
      throw new BadFrame("A frame was sent whose content does not fit its length.")
    this.at += length
    return this.body.subarray(this.at - length, this.at)
  }
}
