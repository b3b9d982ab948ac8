/** One holder per machine and name, released by the kernel when the holder dies. Keeps no file that could go stale. */
import { createConnection, createServer, type Server, type Socket } from "node:net"

/**
 * Runs `fn` while this process is the only one on the machine that holds `name`. The lock is a listening socket in Linux' abstract name space:
 * it exists exactly as long as its process, however that ends. A waiter connects to it and tries again when the connection closes.
 * `onWait` is called once, if somebody else holds it. Aborting `signal` ends the waiting with its reason, not a `fn` that has begun.
 */
export async function withLock<T>(
  name: string,
  fn: () => Promise<T>,
  { onWait, signal }: { onWait?: () => void; signal?: AbortSignal } = {},
): Promise<T> {
  let told = false
  let held = await hold(name)
  while (!held) {
    signal?.throwIfAborted()
    if (!told) onWait?.()
    told = true
    await release(name, signal)
    held = await hold(name)
  }
  try {
    return await fn()
  } finally {
    await held()
  }
}

/** Whether some process of this machine, possibly this one, holds `name` at the moment. Never takes it, not even for an instant. */
export function isHeld(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: path(name) })
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false))
    socket.on("connect", () => socket.destroy())
  })
}

/** Takes the lock if it is free and returns what lets it go again; null if somebody holds it. */
export async function hold(name: string): Promise<(() => Promise<void>) | null> {
  if (process.platform !== "linux") throw new Error("Locks need Linux: other systems have no abstract sockets.")
  const waiting = new Set<Socket>()
  const server = createServer((socket) => {
    waiting.add(socket)
    socket.on("error", () => {}).on("close", () => waiting.delete(socket))
    socket.unref()
  })
  if (!(await listens(server, path(name)))) return null
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of waiting) socket.destroy()
    })
}

function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    )
    server.listen({ path }, () => resolve(true))
  })
}

/** Resolves when the holder of `name` is likely gone. */
function release(name: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: path(name) })
    let connected = false
    const abort = () => socket.destroy()
    signal?.addEventListener("abort", abort)
    socket.on("connect", () => {
      connected = true
    })
    socket.on("error", () => {})
    socket.resume()
    socket.on("close", () => {
      signal?.removeEventListener("abort", abort)
      if (signal?.aborted) reject(signal.reason)
      // Refused: the holder died between our try and now, or its queue of waiters is full. Do not spin on the latter.
      else if (connected) resolve()
      else setTimeout(resolve, 50)
    })
  })
}

function path(name: string): string {
  return `\0proofrun/${name}`
}
