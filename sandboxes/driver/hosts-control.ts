/**
 * The driver's end of a host's control socket: commands to PID 1, and the channels of the processes that it starts. Trusts nobody who connects
 * later: only the one connection that names the token just given is a process, all else is closed.
 */
import { randomBytes } from "node:crypto"
import { createServer, type Socket } from "node:net"
import { listenForHost } from "./relay.ts"

export interface Control {
  /** Resolves when PID 1 has connected; rejects after `deadlineMs`. */
  ready(deadlineMs: number): Promise<void>
  /** Starts a program and gives its channel. Rejects if PID 1 fails to, or after `deadlineMs`: our fault. */
  start(program: "run" | "compile", deadlineMs: number): Promise<Channel>
  /** Sends a command and resolves with PID 1's answer; null where PID 1 is gone. */
  command(line: "stop" | "cont" | "idle" | "kill"): Promise<string | null>
  /** Called with `code N` or `signal N` when the process that was started last ended by itself. */
  onExited(listener: (how: string) => void): void
  /** Called when PID 1, and with it the whole host, is gone. */
  onGone(listener: () => void): void
  close(): Promise<void>
}

export interface Channel {
  socket: Socket
  /** What came along with the introduction. */
  early: Buffer
}

/** Unfinished introductions at a time, and how long one may take. Candidate code can connect as often as it likes. */
const MOST_INTRODUCTIONS = 8
const INTRODUCTION_MS = 2_000
const LONGEST_LINE = 256

export async function openControl(path: string, slot: number): Promise<Control> {
  let supervisor: Socket | null = null
  let gone = false
  let answers: ((answer: string | null) => void)[] = []
  let expected: { token: string; resolve: (channel: Channel) => void } | null = null
  const introducing = new Set<Socket>()
  /** A process has been started, and none after it has been asked for: only its end is of interest. */
  let started = false
  const exitListeners: ((how: string) => void)[] = []
  const goneListeners: (() => void)[] = []
  const hello = Promise.withResolvers<void>()

  const hear = (line: string) => {
    const [word = "", ...rest] = line.split(" ")
    if (word === "hello") return hello.resolve()
    if (word === "exited") {
      // The process before may have ended when its channel was closed, and before PID 1 read that it should start another.
      if (started) for (const listener of exitListeners) listener(rest.join(" "))
      return
    }
    if (word === "started") started = true
    answers.shift()?.(line)
  }
  const superviseBy = (socket: Socket) => {
    supervisor = socket
    let held = ""
    socket.setEncoding("utf8")
    socket.on("data", (text: string) => {
      const lines = (held + text).split("\n")
      held = lines.pop() ?? ""
      for (const line of lines) hear(line)
    })
    socket.on("error", () => {})
    socket.on("close", () => {
      gone = true
      for (const resolve of answers) resolve(null)
      answers = []
      for (const listener of goneListeners) listener()
    })
  }
  const introduce = (socket: Socket) => {
    socket.on("error", () => {})
    if (introducing.size >= MOST_INTRODUCTIONS) return void socket.destroy()
    introducing.add(socket)
    let bytes = Buffer.alloc(0)
    const timer = setTimeout(() => socket.destroy(), INTRODUCTION_MS)
    const done = () => {
      clearTimeout(timer)
      introducing.delete(socket)
    }
    const read = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      const end = bytes.indexOf(10)
      if (end < 0 && bytes.length <= LONGEST_LINE) return
      socket.off("data", read)
      socket.off("close", done)
      socket.pause()
      done()
      if (end < 0 || !expected || bytes.toString("latin1", 0, end) !== `process ${expected.token}`)
        return void socket.destroy()
      const { resolve } = expected
      expected = null
      resolve({ socket, early: bytes.subarray(end + 1) })
    }
    socket.on("data", read)
    socket.on("close", done)
  }
  // PID 1 connects before it ever starts candidate code, so the first connection is its.
  const server = createServer((socket) => (supervisor ? introduce(socket) : superviseBy(socket)))
  await listenForHost(server, path)

  const command = (line: string): Promise<string | null> =>
    new Promise((resolve) => {
      if (gone || !supervisor) return resolve(null)
      answers.push(resolve)
      supervisor.write(`${line}\n`)
    })

  return {
    ready: (deadlineMs) =>
      within(deadlineMs, hello.promise, `the host in slot ${slot} did not connect within ${deadlineMs} ms`),
    async start(program, deadlineMs) {
      const token = randomBytes(16).toString("hex")
      const channel = new Promise<Channel>((resolve) => {
        expected = { token, resolve }
      })
      started = false
      const running = command(`start ${program} ${token}`).then((answer) => {
        if (answer === null) throw new Error(`the host in slot ${slot} is gone`)
        if (!answer.startsWith("started"))
          throw new Error(`the host in slot ${slot} could not start a process: ${answer}`)
        return channel
      })
      const late = `the host in slot ${slot} started no process within ${deadlineMs} ms`
      try {
        return await within(deadlineMs, running, late)
      } finally {
        if (expected?.token === token) expected = null
      }
    },
    command,
    onExited: (listener) => exitListeners.push(listener),
    onGone: (listener) => goneListeners.push(listener),
    close: () =>
      new Promise((resolve) => {
        supervisor?.destroy()
        for (const socket of introducing) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** The promise's outcome, or an Error with this message after `ms`. */
async function within<T>(ms: number, promise: Promise<T>, message: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(message)), ms)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
