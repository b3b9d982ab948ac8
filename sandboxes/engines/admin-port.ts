/** An engine's admin port: one command a line out, one line of JSON back. Reachable from the driver's container only. */
import { connect, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { z } from "zod"

const RETRY_MS = 25

export interface AdminPort {
  /** Sends one command and parses its answer; throws with the engine's words if it failed. */
  ask<Schema extends z.ZodType>(command: string, answer: Schema): Promise<z.infer<Schema>>
  close(): void
}

/** Connects and waits until the engine answers; throws after `deadlineMs`. The engine ends itself when this connection is closed. */
export async function openAdminPort(options: {
  engine: string
  host: string
  port: number
  deadlineMs: number
}): Promise<AdminPort> {
  const { engine, host, port: number, deadlineMs } = options
  const deadline = performance.now() + deadlineMs
  let last: unknown
  while (performance.now() < deadline) {
    try {
      const port = speak(await connected(host, number))
      for (;;) {
        try {
          await port.ask("facts", z.record(z.string(), z.string()))
          return port
        } catch (error) {
          if (performance.now() > deadline || !String(error).includes("still starting")) {
            port.close()
            throw error
          }
          await sleep(RETRY_MS)
        }
      }
    } catch (error) {
      last = error
      await sleep(RETRY_MS)
    }
  }
  throw new Error(`${engine} did not answer within ${deadlineMs} ms.`, { cause: last })
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    socket.once("connect", () => resolve(socket))
    socket.once("error", reject)
  })
}

function speak(socket: Socket): AdminPort {
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = []
  let ended: Error | null = null
  const end = (error: Error) => {
    ended ??= error
    for (const { reject } of waiting.splice(0)) reject(ended)
  }
  // The reader of lines tells of the socket's errors once more.
  createInterface({ input: socket })
    .on("line", (line) => waiting.shift()?.resolve(line))
    .on("error", end)
  socket.on("error", end)
  socket.on("close", () => end(new Error("The engine closed its admin port: it has ended.")))
  return {
    async ask(command, answer) {
      if (ended) throw ended
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject })
        socket.write(`${command}\n`)
      })
      const parsed: unknown = JSON.parse(line)
      const failed = z.object({ error: z.string() }).safeParse(parsed)
      if (failed.success) throw new Error(`The engine could not do "${command.slice(0, 80)}": ${failed.data.error}`)
      return answer.parse(parsed)
    },
    close: () => socket.destroy(),
  }
}
