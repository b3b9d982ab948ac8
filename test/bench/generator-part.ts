/** Our side of `bench generator` inside an engine's network: a space to measure, and GETs in a closed loop. Prints a JSON line. */
import { connect, type Socket } from "node:net"
import { Redis } from "ioredis"
import redis from "../../sandboxes/engines/redis/engine.ts"
import { ascending, quantile } from "../../sandboxes/measurement/statistics.ts"

export interface Target {
  port: number
  user: string
  password: string
  key: string
  valueBytes: number
}

export interface Compared {
  perSecond: number
  p50Ms: number
}

export interface Load {
  connections: number
  calls: number
  /** GETs that one call makes: one by itself, more in a script. */
  gets: number
}

/** The words of one call. */
export function callOf(key: string, gets: number): string[] {
  if (gets === 1) return ["GET", key]
  const script = `for i = 2, ${gets} do redis.call("GET", KEYS[1]) end return redis.call("GET", KEYS[1])`
  return ["EVAL", script, "1", key]
}

/** Makes a server with one key, says where it is, and keeps it: an engine ends when nobody holds its admin port. */
export async function hold(key: string, valueBytes: number): Promise<void> {
  const engine = await redis.start({ deadlineMs: 60_000 })
  const { address, clientSettings } = await engine.createSpace("generator")
  const { user, password } = clientSettings as { user: string; password: string }
  const client = new Redis({ ...address, username: user, password, enableReadyCheck: false, disableClientInfo: true })
  await client.set(key, "x".repeat(valueBytes))
  client.disconnect()
  const target: Target = { port: address.port, user, password, key, valueBytes }
  process.stdout.write(`${JSON.stringify(target)}\n`)
}

/**
 * Each connection sends when its answer is in and the turn of the event loop is over, as redis-benchmark's do. Latency is from the write to the
 * first sight of the answer.
 */
export async function closedLoop(target: Target, { connections, calls, gets }: Load): Promise<void> {
  const call = Buffer.from(command(...callOf(target.key, gets)))
  const replyBytes = `$${target.valueBytes}\r\n`.length + target.valueBytes + 2
  const latencies = new Float64Array(calls)
  let sent = 0
  let answered = 0
  const sockets = await Promise.all(Array.from({ length: connections }, () => loggedIn(target)))
  const started = performance.now()
  await new Promise<void>((resolve) => {
    for (const { socket, listen } of sockets) {
      let sentAtMs = 0
      let bytes = 0
      const next = () => {
        if (sent === calls) return
        sent++
        sentAtMs = performance.now()
        socket.write(call)
      }
      listen((arrived) => {
        if (bytes === 0) latencies[answered++] = performance.now() - sentAtMs
        bytes += arrived
        if (bytes < replyBytes) return
        bytes = 0
        if (answered === calls) resolve()
        else setImmediate(next)
      })
      next()
    }
  })
  const seconds = (performance.now() - started) / 1000
  for (const { socket } of sockets) socket.destroy()
  const compared: Compared = { perSecond: calls / seconds, p50Ms: quantile(ascending(latencies), 0.5) }
  process.stdout.write(`${JSON.stringify(compared)}\n`)
}

interface LoggedIn {
  socket: Socket
  listen(whoever: (bytes: number) => void): void
}

/** A connection that has said who it is. Replies are read into one buffer and only counted. */
function loggedIn({ port, user, password }: Target): Promise<LoggedIn> {
  return new Promise((resolve, reject) => {
    const buffer = Buffer.alloc(65_536)
    let heard = (bytes: number) => {
      const reply = buffer.toString("utf8", 0, bytes)
      if (reply === "+OK\r\n") resolve({ socket, listen })
      else reject(new Error(`The server answered ${JSON.stringify(reply)} to the log-in.`))
    }
    const listen = (whoever: (bytes: number) => void) => {
      heard = whoever
    }
    const socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      onread: {
        buffer,
        callback(bytes) {
          heard(bytes)
          return true
        },
      },
    })
    socket.once("error", reject)
    socket.once("connect", () => socket.write(command("AUTH", user, password)))
  })
}

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`
