import { mkdtemp, rm } from "node:fs/promises"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { encodeFrame, frameReader } from "../../../sandboxes/driver/frames.ts"
import { type Host, openHost } from "../../../sandboxes/driver/hosts.ts"
import { type LineEngine, lineEngine } from "./line-engine.ts"

/** A host without a container: PID 1 and the process are two sockets of this test, which answer as they are told. */
interface FakeHost {
  commands: string[]
  /** The channel of the newest process. */
  channel(): Socket
  /** Frames that the driver sent to it; the next one. */
  frame(): Promise<Record<string, unknown>>
  reply(frame: unknown): void
  say(line: string): void
  /** Says this before the answer to the next start. */
  sayBeforeStarted(line: string): void
  engine(): Socket
}

let folder: string
let engine: LineEngine
let host: Host
let fake: FakeHost
const sockets: Socket[] = []

const unix = (name: string) => {
  const socket = connect(join(folder, name))
  socket.on("error", () => {})
  sockets.push(socket)
  return socket
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hosts-"))
  engine = await lineEngine()
  host = await openHost({ slot: 3, arm: "candidate", engine, folder, onQuota: () => {} })
  host.leadTo(engine.space)
  fake = fakeHost()
  await host.ready(5_000)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await host.close()
  await engine.close()
  await rm(folder, { recursive: true })
})

function fakeHost(): FakeHost {
  const commands: string[] = []
  const frames: Record<string, unknown>[] = []
  const wanted: ((frame: Record<string, unknown>) => void)[] = []
  let channel: Socket
  let first = ""
  const control = unix("control.sock")
  control.write("hello\n")
  control.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.split("\n").slice(0, -1)) {
      commands.push(line)
      const [word, , token] = line.split(" ")
      if (word === "start") {
        // Somebody else is always quicker, and guesses the token wrongly.
        const stranger = unix("control.sock")
        stranger.write(`process ${"0".repeat(32)}\n`)
        stranger.resume().on("close", () => {
          channel = unix("control.sock")
          channel.write(`process ${token}\n`)
          const reader = frameReader()
          channel.on("data", (chunk: Buffer) => {
            for (const bytes of reader.push(chunk) as Buffer[]) {
              const frame = JSON.parse(bytes.toString("utf8"))
              const resolve = wanted.shift()
              if (resolve) resolve(frame)
              else frames.push(frame)
            }
          })
        })
        control.write(`${first}started 7\n`)
        first = ""
      } else control.write({ stop: "stopped\n", cont: "running\n", kill: "killed\n" }[word ?? ""] ?? "failed\n")
    }
  })
  return {
    commands,
    channel: () => channel,
    frame: () => {
      const frame = frames.shift()
      return frame ? Promise.resolve(frame) : new Promise((resolve) => wanted.push(resolve))
    },
    reply: (frame) => void channel.write(encodeFrame(frame)),
    say: (line) => void control.write(`${line}\n`),
    sayBeforeStarted: (line) => {
      first = `${line}\n`
    },
    engine: () => unix("engine.sock"),
  }
}

const limit = { limitMs: 60_000 }

describe("calls", () => {
  beforeEach(() => host.start("run", 5_000))

  test("overlap, and each gets its own reply", async () => {
    const first = host.call("read", ["a"], limit)
    const second = host.call("read", ["b"], limit)
    const [one, two] = [await fake.frame(), await fake.frame()]
    fake.reply({ type: "reply", id: two.id, value: "for b" })
    fake.reply({ type: "reply", id: one.id, value: "for a" })
    expect(await first).toMatchObject({ ok: true, value: "for a" })
    expect(await second).toMatchObject({ ok: true, value: "for b" })
  })

  test("that throw say where", async () => {
    const call = host.call("read", [], limit)
    const { id } = await fake.frame()
    fake.reply({ type: "error", id, message: "TypeError: no", file: "access.ts", line: 4 })
    expect(await call).toMatchObject({ ok: false, why: "threw", message: "TypeError: no", file: "access.ts", line: 4 })
  })

  test("that may leave work to be done are over with their reply", async () => {
    const call = host.call("write", [], { ...limit, runsOn: true })
    const { id } = await fake.frame()
    fake.engine().write("hold work\n")
    await engine.hasReceived(1)
    fake.reply({ type: "reply", id, value: 1 })
    expect(await call).toMatchObject({ ok: true, value: 1 })
    expect(host.outstanding()).toBe(1)
    const quiet = host.quiet()
    engine.release()
    await quiet
    expect(host.quietSinceMs()).toBeLessThanOrEqual(performance.now())
  })

  test("leave pauses behind in the work that goes on after them, and only in that", async () => {
    const socket = fake.engine()
    const answered = async (line: string) => {
      socket.write(`${line}\n`)
      await new Promise((resolve) => socket.once("data", resolve))
    }
    await answered("while the process connects")
    expect(host.longestPauseMs(60_000)).toBe(0)
    const call = host.call("write", [], { ...limit, runsOn: true })
    const { id } = await fake.frame()
    await answered("in the call")
    fake.reply({ type: "reply", id, value: 1 })
    await call
    await answered("after it")
    expect(host.longestPauseMs(60_000)).toBeGreaterThan(0)
    expect(host.longestPauseMs(60_000)).toBe(0)
  })

  test("are over when nothing of the host is outstanding at the engine", async () => {
    const call = host.call("read", [], limit)
    const { id } = await fake.frame()
    fake.engine().write("hold work\n")
    await engine.hasReceived(1)
    fake.reply({ type: "reply", id, value: 1 })
    const early = await Promise.race([call, new Promise((resolve) => setImmediate(resolve, "not yet"))])
    expect(early).toBe("not yet")
    engine.release()
    const reply = await call
    expect(reply).toMatchObject({ ok: true, value: 1 })
    if (reply.ok) expect(reply.quietMs).toBeGreaterThan(reply.repliedMs)
  })

  test("that never answer are given up at their limit, and a later answer hurts nobody", async () => {
    expect(await host.call("read", [], { limitMs: 20 })).toMatchObject({ ok: false, why: "timeout" })
    fake.reply({ type: "reply", id: (await fake.frame()).id, value: "late" })
    const next = host.call("read", [], limit)
    fake.reply({ type: "reply", id: (await fake.frame()).id, value: "in time" })
    expect(await next).toMatchObject({ ok: true, value: "in time" })
  })

  test("that answer but go on working past their limit are not answered calls", async () => {
    const call = host.call("read", [], { limitMs: 100 })
    const { id } = await fake.frame()
    fake.engine().write("hold work\n")
    await engine.hasReceived(1)
    fake.reply({ type: "reply", id, value: 1 })
    expect(await call).toMatchObject({ ok: false, why: "timeout", message: expect.stringContaining("went on") })
  })

  test("in flight have died when the process ends, with its exit in words", async () => {
    const call = host.call("read", [], limit)
    await fake.frame()
    fake.say("exited signal 9")
    fake.channel().destroy()
    expect(await call).toMatchObject({ ok: false, why: "died", message: expect.stringContaining("memory") })
    expect(await host.call("read", [], limit)).toMatchObject({ ok: false, why: "died" })
  })

  test("answered before the process ended are answered", async () => {
    const call = host.call("read", [], limit)
    const { id } = await fake.frame()
    fake.say("exited code 0")
    fake.channel().end(encodeFrame({ type: "reply", id, value: "last words" }))
    expect(await call).toMatchObject({ ok: true, value: "last words" })
  })

  test("have died when the driver kills the host", async () => {
    const call = host.call("read", [], limit)
    await fake.frame()
    await host.kill()
    expect(await call).toMatchObject({ ok: false, why: "died" })
    expect(fake.commands.at(-1)).toBe("kill")
  })

  test.each([
    ["no JSON", Buffer.from([0, 0, 0, 1, 0x7b]), "garbled"],
    ["no reply", encodeFrame({ type: "measured" }), "garbled"],
    ["null", encodeFrame(null), "garbled"],
    ["a reply to a call that was never made", encodeFrame({ type: "reply", id: 99, value: 1 }), "garbled"],
    ["a frame that announces 100 MiB", Buffer.from([0x06, 0x40, 0, 0]), "too-large"],
  ])("end when the process writes %s", async (_, bytes, why) => {
    const call = host.call("read", [], limit)
    await fake.frame()
    fake.channel().write(bytes)
    expect(await call).toMatchObject({ ok: false, why })
    await host.stop()
    expect(fake.commands).toContain("kill")
  })
})

describe("connections that are no process", () => {
  test("are closed, whatever they claim", async () => {
    await host.start("run", 5_000)
    const closed = ["process 00\n", "hello\n", "x".repeat(10_000)].map((words) => {
      const socket = unix("control.sock")
      socket.write(words)
      return new Promise((resolve) => socket.on("close", resolve))
    })
    await Promise.all(closed)
    const call = host.call("read", [], limit)
    fake.reply({ type: "reply", id: (await fake.frame()).id, value: 1 })
    expect(await call).toMatchObject({ ok: true, value: 1 })
  })

  test("a token counts once", async () => {
    await host.start("run", 5_000)
    const [, , token] = fake.commands[0]!.split(" ")
    const thief = unix("control.sock")
    thief.write(`process ${token}\n`)
    await new Promise((resolve) => thief.on("close", resolve))
  })
})

test("the end of the process before is not that of the one that was started in its place", async () => {
  await host.start("compile", 5_000)
  fake.sayBeforeStarted("exited code 0")
  await host.start("run", 5_000)
  const call = host.call("read", [], limit)
  await fake.frame()
  fake.channel().destroy()
  expect(await call).toMatchObject({ why: "died", message: "the process closed its channel to the driver" })
})

test("a host that is gone starts nothing, which is our fault", async () => {
  for (const socket of sockets) socket.destroy()
  await expect(host.start("run", 5_000)).rejects.toThrow("slot 3")
})

test("a host that is gone while a module connects is our fault, not the module's", async () => {
  await host.start("run", 5_000)
  const loading = host.load({ bundle: "", engines: {}, operations: [], deadlineMs: 60_000 })
  await fake.frame()
  for (const socket of sockets) socket.destroy()
  await expect(loading).rejects.toThrow("the host in slot 3 is gone")
  expect(host.gone()).toBe(true)
})

test("connect that never returns is the candidate's rejection, and the process is killed", async () => {
  await host.start("run", 5_000)
  const loaded = await host.load({ bundle: "", engines: {}, operations: [], deadlineMs: 20 })
  expect(loaded).toMatchObject({
    ok: false,
    rejected: { stage: "connect", message: expect.stringContaining("never returned") },
  })
  expect(fake.commands.at(-1)).toBe("kill")
})

test("frames come out whole, however the bytes were cut", () => {
  fc.assert(
    fc.property(fc.array(fc.json()), fc.array(fc.integer({ min: 1, max: 40 })), (texts, cuts) => {
      const frames = texts.map((text) => JSON.parse(text))
      const bytes = Buffer.concat(frames.map((frame) => encodeFrame(frame)))
      const reader = frameReader()
      const out: unknown[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const length = cuts[turn % Math.max(1, cuts.length)] ?? 7
        for (const whole of reader.push(bytes.subarray(at, at + length)) as Buffer[])
          out.push(JSON.parse(whole.toString("utf8")))
        at += length
      }
      expect(out).toEqual(frames)
    }),
  )
})
