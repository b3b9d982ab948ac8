/**
 * The one part of a worker's machine that talks to Docker. It offers a single thing, "run this submission in a sandbox of ours", on a unix socket that
 * only its folder's owner may open: what is made in Docker is made from our templates, and nobody who reaches the socket can ask for anything else.
 */
import { createHash } from "node:crypto"
import { chmod, chown, mkdir, rm, stat } from "node:fs/promises"
import { createServer, type Server, type Socket } from "node:net"
import { dirname } from "node:path"
import type { Images } from "../../sandboxes/docker/images.ts"
import type { Job } from "../../sandboxes/driver/protocol.ts"
import type { Outcome } from "../../sandboxes/evidence.ts"
import { PodFault } from "../../sandboxes/faults.ts"
import { digestsOf, type Progress } from "../../sandboxes/pod.ts"
import { messages, sendTo } from "./lines.ts"
import { type FromBroker, ToBrokerSchema } from "./protocol.ts"

export interface Machine {
  /** Hash over the images that a run would use; resolves when the machine is ready, which it may cease to be. */
  images(): Promise<string>
  run(job: Job, how: { onProgress: Progress; signal: AbortSignal }): Promise<Outcome>
}

export interface Broker {
  /** Told to everybody who waits for the machine to be ready. */
  preparing(line: string): void
  /** Ends all runs and closes. Nothing of them is left when it resolves. */
  close(): Promise<void>
}

/** Resolves when the socket can be connected to, before the machine is ready. */
export async function serveBroker(path: string, machine: Machine, onFault: (error: unknown) => void): Promise<Broker> {
  const waiting = new Set<Socket>()
  const open = new Map<Socket, AbortController>()
  const runs = new Set<Promise<Outcome>>()
  let newest = "Preparing the machine"

  async function serve(socket: Socket): Promise<void> {
    const stop = new AbortController()
    open.set(socket, stop)
    const tell = (message: FromBroker) => sendTo(socket, message)
    socket.on("error", () => {})
    socket.on("close", () => {
      stop.abort(new Error("the worker has gone"))
      open.delete(socket)
      waiting.delete(socket)
    })
    let running: Promise<void> | null = null
    for await (const message of messages(socket, ToBrokerSchema)) {
      if (message.type === "hello") {
        waiting.add(socket)
        const notYet = setImmediate(() => tell({ type: "preparing", line: newest }))
        machine
          .images()
          .then(
            (images) => tell({ type: "ready", images }),
            (error: Error) => fault(error),
          )
          .finally(() => {
            clearImmediate(notYet)
            waiting.delete(socket)
          })
      } else if (running) throw new Error("One connection is for one run.")
      else running = run(message.job, stop.signal)
    }
    await running

    function fault(error: unknown): void {
      onFault(error)
      tell({ type: "fault", message: error instanceof Error ? error.message : String(error) })
      socket.end()
    }

    async function run(job: Job, signal: AbortSignal): Promise<void> {
      try {
        await machine.images()
        const onProgress: Progress = (phase, done, detail) => tell({ type: "progress", phase, done, detail })
        signal.throwIfAborted()
        const outcome = machine.run(job, { onProgress, signal })
        runs.add(outcome)
        try {
          tell({ type: "outcome", outcome: await outcome })
        } finally {
          runs.delete(outcome)
        }
        socket.end()
      } catch (error) {
        if (!signal.aborted) fault(error)
      }
    }
  }

  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await rm(path, { force: true })
  const server = createServer((socket) => {
    serve(socket).catch(() => socket.destroy())
  })
  await listening(server, path)
  await chmod(path, 0o600)
  await giveToOwnerOf(dirname(path), path)
  return {
    preparing(line) {
      newest = line
      for (const socket of waiting) sendTo<FromBroker>(socket, { type: "preparing", line })
    },
    async close() {
      for (const [socket, stop] of open) {
        stop.abort(new PodFault("The broker was stopped."))
        socket.destroy()
      }
      await new Promise<void>((resolve) => server.close(() => resolve()))
      // What an ended run has in Docker is being taken away still.
      await Promise.allSettled(runs)
    },
  }
}

/** Where we are root and the worker is not, whoever owns the folder is who may ask. */
async function giveToOwnerOf(folder: string, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(folder)
  await chown(path, uid, gid)
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(path, () => {
      server.off("error", reject)
      resolve()
    })
  })
}

export function hashImages(images: Images): string {
  const digests = Object.entries(digestsOf(images)).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash("sha256").update(JSON.stringify(digests)).digest("hex")
}
