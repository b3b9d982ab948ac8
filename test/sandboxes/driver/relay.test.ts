import { mkdtemp, rm } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { QUOTAS, quotasOf } from "../../../sandboxes/driver/quotas.ts"
import { openRelay, type Relay } from "../../../sandboxes/driver/relay.ts"
import type { Rejection } from "../../../sandboxes/evidence.ts"
import { type LineEngine, lineEngine } from "./line-engine.ts"

let folder: string
let engine: LineEngine
let relay: Relay
let rejections: Rejection[]
let told: Promise<Rejection>
const clients: Socket[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "relay-"))
  engine = await lineEngine()
  rejections = []
  await open()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await relay.close()
  await engine.close()
  await rm(folder, { recursive: true })
})

async function open(limits: Partial<typeof QUOTAS> = {}) {
  await relay?.close()
  const first = Promise.withResolvers<Rejection>()
  told = first.promise
  relay = await openRelay({
    path: join(folder, "engine.sock"),
    engine,
    quotas: quotasOf({ ...QUOTAS, ...limits }),
    onQuota: (rejection) => {
      rejections.push(rejection)
      first.resolve(rejection)
    },
  })
  relay.leadTo(engine.space)
}

interface Client {
  send(...lines: string[]): void
  /** The next line that comes. */
  line(): Promise<string>
  closed: Promise<void>
  socket: Socket
}

async function client(): Promise<Client> {
  const socket = connect({ path: join(folder, "engine.sock"), allowHalfOpen: true })
  clients.push(socket)
  socket.on("error", () => {})
  socket.on("end", () => socket.end())
  const lines: string[] = []
  const wanted: ((line: string) => void)[] = []
  let rest = ""
  socket.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n")
    rest = parts.pop() ?? ""
    for (const part of parts) {
      const resolve = wanted.shift()
      if (resolve) resolve(part)
      else lines.push(part)
    }
  })
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()))
  await new Promise<void>((resolve) => socket.on("connect", () => resolve()))
  return {
    socket,
    closed,
    send: (...texts) => void socket.write(texts.map((text) => `${text}\n`).join("")),
    line: () => {
      const line = lines.shift()
      return line !== undefined ? Promise.resolve(line) : new Promise((resolve) => wanted.push(resolve))
    },
  }
}

describe("what the relay counts", () => {
  test("requests one after the other are as many waves as round trips", async () => {
    const one = await client()
    for (const text of ["a", "b", "c"]) {
      one.send(text)
      expect(await one.line()).toBe(text)
    }
    expect(relay.traffic()).toEqual({
      ...{ roundTrips: 3, waves: 3, requestBytes: 6, replyBytes: 6 },
      ...{ largestValueBytes: 0, systemReads: 0 },
    })
  })

  test("how often each key was named, once", async () => {
    const { inspect } = engine
    engine.inspect = () => {
      const inspector = inspect()
      return {
        ...inspector,
        request(chunk) {
          const seen = inspector.request(chunk)
          return { ...seen, keys: chunk.toString().split("\n").filter(Boolean) }
        },
      }
    }
    const one = await client()
    for (const text of ["a", "b", "a"]) {
      one.send(text)
      await one.line()
    }
    expect(relay.takeKeys()).toEqual(
      new Map([
        ["a", 2],
        ["b", 1],
      ]),
    )
    expect(relay.takeKeys()).toEqual(new Map())
  })

  test("reads of the engine's own tables are told as the inspector tells them", async () => {
    const { inspect } = engine
    engine.inspect = () => {
      const inspector = inspect()
      return { ...inspector, request: (chunk) => ({ ...inspector.request(chunk), systemReads: 1 }) }
    }
    const one = await client()
    for (const text of ["a", "b"]) {
      one.send(text)
      await one.line()
    }
    expect(relay.traffic().systemReads).toBe(2)
  })

  test("requests sent together are one wave, over whatever connections", async () => {
    const [one, other] = [await client(), await client()]
    one.send("hold a")
    await engine.hasReceived(1)
    other.send("b", "c")
    await other.line()
    await other.line()
    engine.release()
    await one.line()
    expect(relay.traffic()).toMatchObject({ roundTrips: 3, waves: 1 })
  })

  test("housekeeping passes and is not counted", async () => {
    const one = await client()
    one.send("housekeeping")
    expect(await one.line()).toBe("housekeeping")
    expect(relay.traffic()).toMatchObject({ roundTrips: 0, waves: 0, requestBytes: 0, replyBytes: 0 })
  })
})

describe("replies that are held", () => {
  test("come when all is answered and the host waits, and not before", async () => {
    const one = await client()
    const answers: ((sleeps: string | null) => void)[] = []
    let asked = Promise.withResolvers<void>()
    relay.holdReplies(() => {
      asked.resolve()
      return new Promise((resolve) => answers.push(resolve))
    })
    const say = async (sleeps: string | null) => {
      await asked.promise
      asked = Promise.withResolvers()
      answers.shift()?.(sleeps)
    }
    let heard = false
    const line = one.line().then((text) => {
      heard = true
      return text
    })
    one.send("a")
    await say("4")
    await asked.promise
    one.send("hold b")
    await engine.hasReceived(2)
    await say("4")
    engine.release()
    await say(null)
    await say("5")
    // It has run between two looks that both found it asleep.
    await say("6")
    await asked.promise
    expect(heard).toBe(false)
    await say("6")
    expect(await line).toBe("a")
    expect(await one.line()).toBe("hold b")
    expect(relay.traffic()).toMatchObject({ roundTrips: 2, waves: 1 })
  })

  test("come when they are no longer to be held", async () => {
    const one = await client()
    const asked = Promise.withResolvers<void>()
    relay.holdReplies(() => {
      asked.resolve()
      return new Promise(() => {})
    })
    one.send("a")
    await asked.promise
    expect(relay.passReplies()).toBeGreaterThanOrEqual(0)
    expect(await one.line()).toBe("a")
    one.send("b")
    expect(await one.line()).toBe("b")
    expect(relay.traffic()).toMatchObject({ waves: 2 })
  })

  test("reach a host that has already ended its side of the connection", async () => {
    const one = await client()
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    relay.holdReplies(() => {
      asked.resolve()
      return answer.promise
    })
    one.send("a")
    one.socket.end()
    await asked.promise
    answer.resolve("1")
    expect(await one.line()).toBe("a")
    await one.closed
  })
})

describe("quiet", () => {
  test("comes when the last reply has come", async () => {
    const one = await client()
    one.send("hold a")
    await engine.hasReceived(1)
    expect(relay.outstanding()).toBe(1)
    const quiet = relay.quiet()
    engine.release()
    await quiet
    expect(relay.outstanding()).toBe(0)
  })

  test("does not come by closing the connection while the engine still works on a request", async () => {
    const one = await client()
    one.send("hold a")
    await engine.hasReceived(1)
    one.socket.destroy()
    await one.closed
    const other = await client()
    other.send("b")
    await other.line()
    expect(relay.outstanding()).toBe(1)
    engine.release()
    await relay.quiet()
    expect(relay.traffic()).toMatchObject({ roundTrips: 2, replyBytes: "hold a\nb\n".length })
  })

  test("a half-closed connection still gets its replies", async () => {
    const one = await client()
    one.send("hold a")
    one.socket.end()
    await engine.hasReceived(1)
    engine.release()
    expect(await one.line()).toBe("hold a")
    await one.closed
  })
})

test("before a space is named there is nowhere to lead a connection", async () => {
  const path = join(folder, "early.sock")
  const early = await openRelay({ path, engine, quotas: quotasOf(QUOTAS), onQuota: () => {} })
  const socket = connect(path)
  clients.push(socket)
  socket.resume()
  await new Promise((resolve) => socket.once("close", resolve))
  expect(engine.connections()).toBe(0)
  await early.close()
})

describe("off turn", () => {
  test("nothing reaches the engine until the turn comes", async () => {
    const one = await client()
    one.send("before")
    await one.line()
    relay.turn(false)
    one.send("a")
    // Another relay to the same engine shows that time has passed for everybody else.
    const path = join(folder, "other.sock")
    const other = await openRelay({ path, engine, quotas: quotasOf(QUOTAS), onQuota: () => {} })
    other.leadTo(engine.space)
    const socket = connect(path)
    clients.push(socket)
    socket.write("x\ny\n")
    await engine.hasReceived(3)
    expect(engine.received).toEqual(["before", "x", "y"])
    expect(relay.traffic().roundTrips).toBe(1)
    relay.turn(true)
    expect(await one.line()).toBe("a")
    await other.close()
  })

  test("replies wait as well", async () => {
    const one = await client()
    one.send("hold a")
    await engine.hasReceived(1)
    relay.turn(false)
    engine.release()
    // Others of the same engine are answered after it, so that its reply has long been there.
    const path = join(folder, "other.sock")
    const other = await openRelay({ path, engine, quotas: quotasOf(QUOTAS), onQuota: () => {} })
    other.leadTo(engine.space)
    const socket = connect(path)
    clients.push(socket)
    for (const text of ["x\n", "y\n", "z\n"]) {
      socket.write(text)
      await new Promise((resolve) => socket.once("data", resolve))
    }
    await other.close()
    expect(relay.outstanding()).toBe(1)
    relay.turn(true)
    expect(await one.line()).toBe("hold a")
  })
})

describe("over quota", () => {
  test.each([
    ["connections", { connections: 2 }, [], /more than 2 connections/],
    ["requests in flight", { inFlight: 2 }, ["hold a", "hold b", "hold c"], /more than 2 requests .* in flight/],
    ["log-ins", { logins: 1 }, ["login", "login"], /more than 1 log-ins/],
    [
      "statements",
      { statements: 1 },
      ["statement a", "statement a", "statement b"],
      /more than 1 different statements/,
    ],
    ["bytes of a value", { valueBytes: 100 }, ["value 101"], /a value of 101 bytes/],
    ["bytes in all", { requestBytes: 1024 * 1024 }, ["x".repeat(1024 * 1024)], /more than 1 MiB/],
  ])("%s: one named rejection, nothing passes any more, and nothing is waited for", async (_, limits, lines, words) => {
    await open(limits)
    const one = await client()
    one.send("ok")
    await one.line()
    if (lines.length === 0) await Promise.all([client(), client()])
    for (const line of lines) one.send(line)
    expect(await told).toMatchObject({ stage: "quota", message: expect.stringMatching(words) })
    await one.closed
    const late = await client()
    late.send("late")
    await late.closed
    expect(rejections).toHaveLength(1)
    expect(engine.received).not.toContain("late")
    await relay.quiet()
  })

  test("a fresh process may log in again", async () => {
    const quotas = quotasOf({ ...QUOTAS, logins: 1 })
    const login = { pass: [], messages: 1, workBytes: 0, statements: [], logins: 1, largestValueBytes: 0 }
    expect(quotas.requested(login, 0)).toBeNull()
    quotas.processStarted()
    expect(quotas.requested(login, 0)).toBeNull()
    expect(quotas.requested(login, 0)).toMatchObject({ stage: "quota" })
  })
})

test("a violation of the protocol closes that connection only, and the reason is kept", async () => {
  const [one, other] = [await client(), await client()]
  one.send("bad")
  await one.closed
  expect(relay.refusals()).toEqual(["a bad frame"])
  other.send("a")
  expect(await other.line()).toBe("a")
})

test("large transfers arrive whole through a slow reader", async () => {
  const one = await client()
  one.socket.pause()
  const text = "y".repeat(4 * 1024 * 1024)
  one.send(text)
  await engine.hasReceived(1)
  one.socket.resume()
  expect((await one.line()).length).toBe(text.length)
})
