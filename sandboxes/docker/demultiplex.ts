/** Parts the one byte stream of an attached container into its stdout and stderr. Knows nothing of what they say. */
import { once } from "node:events"
import { PassThrough, type Readable } from "node:stream"
import { DockerFault } from "./fault.ts"

const HEADER_BYTES = 8
/** Of stderr that nobody reads, this much is kept in memory and the rest is dropped, so that it can never hold up stdout. */
const LARGEST_UNREAD_STDERR_BYTES = 1024 * 1024

export interface Demultiplexed {
  /** Honours back-pressure: what is not read is not fetched. */
  stdout: Readable
  /** Diagnostics; dropped beyond 1 MiB unread. */
  stderr: Readable
  /** Resolves when the container's output has ended or the connection is gone; never rejects. */
  closed: Promise<void>
}

/**
 * Frames are 8 bytes of header (stream 1 or 2, three zeros, length big-endian) and the payload. The client library's own demultiplexer copies
 * the rest of its buffer for each frame and ignores back-pressure, which a flood of output turns into our memory and CPU.
 */
export function demultiplex(source: Readable): Demultiplexed {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  // Whoever reads is told of an error; that nobody reads must not end the process.
  for (const stream of [stdout, stderr]) stream.on("error", () => {})
  const closed = pump(source, stdout, stderr).then(
    () => void stdout.end(),
    (error: NodeJS.ErrnoException) => {
      // We let go of the connection ourselves: for readers that is the end, not a failure.
      if (error.code === "ERR_STREAM_PREMATURE_CLOSE") stdout.end()
      else stdout.destroy(error)
    },
  )
  return { stdout, stderr, closed: closed.finally(() => stderr.end()) }
}

async function pump(source: Readable, stdout: PassThrough, stderr: PassThrough): Promise<void> {
  let header = Buffer.alloc(0)
  let target: PassThrough | undefined
  let left = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let at = 0
    while (at < chunk.length) {
      if (left === 0) {
        const part = chunk.subarray(at, at + HEADER_BYTES - header.length)
        header = Buffer.concat([header, part])
        at += part.length
        if (header.length < HEADER_BYTES) break
        if (header[0]! > 2) throw new DockerFault("The Docker Engine sent output that is not in its own frame format.")
        target = header[0] === 2 ? stderr : stdout
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
        continue
      }
      const part = chunk.subarray(at, at + left)
      at += part.length
      left -= part.length
      if (target === stderr) {
        if (stderr.readableLength + stderr.writableLength < LARGEST_UNREAD_STDERR_BYTES) stderr.write(part)
      } else if (!stdout.destroyed && !stdout.write(part)) await drained(stdout)
    }
  }
}

async function drained(stream: PassThrough): Promise<void> {
  if (stream.destroyed) return
  const stop = new AbortController()
  await Promise.race([
    once(stream, "drain", { signal: stop.signal }).catch(() => {}),
    once(stream, "close", { signal: stop.signal }).catch(() => {}),
  ])
  stop.abort()
}
