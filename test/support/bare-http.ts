/** HTTP as no browser sends it: bytes on a socket. */
import { connect } from "node:net"

export interface Bare {
  /** All that came until the other side closed, or `enough` was answered. */
  text: string
  /** How long that took, milliseconds. */
  tookMs: number
}

/** Sends these bytes, then one more of `dripping` every tenth of a second, until the server ends the connection. Throws after `withinMs`. */
export async function sendBare(
  url: string,
  head: string | Buffer,
  { dripping, withinMs = 10_000 }: { dripping?: string; withinMs?: number } = {},
): Promise<Bare> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const began = performance.now()
  const chunks: Buffer[] = []
  socket.on("data", (chunk: Buffer) => chunks.push(chunk))
  // A connection that the server resets is one that it ended.
  socket.on("error", () => {})
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()))
  socket.write(head)
  const drip = dripping === undefined ? undefined : setInterval(() => socket.writable && socket.write(dripping), 100)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`The server held the connection for ${withinMs} ms.`)), withinMs)
  })
  try {
    await Promise.race([closed, late])
  } finally {
    clearInterval(drip)
    clearTimeout(timer)
    socket.destroy()
  }
  return { text: Buffer.concat(chunks).toString("latin1"), tookMs: performance.now() - began }
}
