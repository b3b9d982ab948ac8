/** What candidate code can and cannot do in a real host, as it meets it: through PID 1 and the host's own program. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { testDocker } from "../../support/docker.ts"
import { type SealedHost, sealedHost } from "./sealed-host.ts"

let sealed: SealedHost
beforeAll(async () => {
  sealed = await sealedHost()
})
afterAll(() => sealed?.close())

const LIMIT = { limitMs: 20_000 }
const call = (operation: string, ...args: never[]) => sealed.host.call(operation, args, LIMIT)

/** Runs the body of one operation, `read`, in a fresh process. */
async function attempt(body: string) {
  await sealed.run(`export default () => ({ async read() { ${body} } })`, ["read"])
  return call("read")
}
const builtin = (name: string) => `process.getBuiltinModule("${name}")`

describe("replies", () => {
  test("are what the operation returned, as JSON", async () => {
    const reply = await attempt(`return { at: new Date(5), text: "\\u2028ü", none: undefined, list: [NaN] }`)
    expect(reply).toMatchObject({ ok: true, value: { at: "1970-01-01T00:00:00.005Z", text: "\u2028ü", list: [null] } })
  })

  test.each([
    ["a BigInt", "return { rows: [{ n: 1n }] }", "read.rows.0.n is a BigInt"],
    ["a cycle", "const a = {}; a.self = a; return a", "read.self contains itself"],
    ["a function", "return () => 1", "read returned a function"],
    ["a thrown text", `throw "no"`, 'threw "no"'],
    ["a hostile object", `throw new Proxy(new Error("x"), { get() { throw 1 } })`, "cannot be read"],
    [
      "a promise that nothing awaits",
      `Promise.reject(new Error("forgotten")); await new Promise(() => {})`,
      "forgotten",
    ],
    [
      "an exception out of a timer",
      `setTimeout(() => { throw new Error("late") }); await new Promise(() => {})`,
      "late",
    ],
  ])("that cannot be are named: %s", async (_, body, words) => {
    expect(await attempt(body)).toMatchObject({ ok: false, why: "threw", message: expect.stringContaining(words) })
  })

  test("survive a module that patches what they are made with", async () => {
    await sealed.run(
      `JSON.stringify = () => "{}"; JSON.parse = () => ({}); Object.prototype.toJSON = () => "patched"
       Date.now = () => 0; process.hrtime = () => [0, 0]; performance.now = () => 0
       Array.prototype.push = () => 0; Array.prototype.slice = () => []; Array.prototype[Symbol.iterator] = undefined
       Promise.prototype.then = function () { return this }; Reflect.apply = () => "patched"
       Buffer.prototype.writeUInt32BE = () => {}; Buffer.prototype.copy = () => 0
       process.getBuiltinModule("events").prototype.emit = () => false
       export default () => ({ read: (n) => n })`,
      ["read"],
    )
    for (const n of [7, 8]) expect(await sealed.host.call("read", [n], LIMIT)).toMatchObject({ ok: true, value: n })
  })

  test("that are too large end the process", async () => {
    expect(await attempt(`return "x".repeat(20e6)`)).toMatchObject({ ok: false, why: "too-large" })
  })

  test("forged on the channel end the process", async () => {
    const forged = `${builtin("fs")}.writeSync(3, Buffer.from([0,0,0,2,0x7b,0x7d])); await new Promise(() => {})`
    expect(await attempt(forged)).toMatchObject({ ok: false, why: "garbled" })
  })
})

describe("what is printed", () => {
  test("can be asked for once, the last 4 KiB of it, whatever became of the calls", async () => {
    await attempt(`console.log("x".repeat(9000)); console.error("the end"); throw new Error("no")`)
    const printed = await sealed.host.takePrinted()
    expect(printed).toMatch(/^x+\nthe end\n$/)
    expect(printed).toHaveLength(4096)
    expect(await sealed.host.takePrinted()).toBe("")
  })

  test("is not waited for where the process is busy", async () => {
    await sealed.run("export default () => ({ read() { console.log(1); for (;;); } })", ["read"])
    await sealed.host.call("read", [], { limitMs: 100 })
    expect(await sealed.host.takePrinted()).toBe("")
    expect(await attempt("return 1")).toMatchObject({ ok: true, value: 1 })
  })

  test("may be said too late, and the process lives on", async () => {
    const body =
      "read() { console.log(1); setImmediate(() => { const end = Date.now() + 1500; while (Date.now() < end); }); return 1 }"
    await sealed.run(`export default () => ({ ${body} })`, ["read"])
    expect(await sealed.host.call("read", [], LIMIT)).toMatchObject({ ok: true })
    expect(await sealed.host.takePrinted()).toBe("")
    expect(await sealed.host.call("read", [], LIMIT)).toMatchObject({ ok: true, value: 1 })
  })
})

describe("the end of a process is named, and the host goes on", () => {
  test.each([
    ["process.exit", "process.exit(0)", "process.exit"],
    ["killing itself", `process.kill(process.pid, "SIGKILL"); await new Promise(() => {})`, "killed"],
    ["a memory bomb", "const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))", "memory"],
    ["a heap bomb", "const all = []; for (;;) all.push([all.length, {}, {}])", "heap"],
    ["closing its channel", `${builtin("fs")}.closeSync(3); await new Promise(() => {})`, "channel"],
  ])("%s", async (_, body, words) => {
    expect(await attempt(body)).toMatchObject({ ok: false, why: "died", message: expect.stringContaining(words) })
    expect(await attempt("return 1")).toMatchObject({ ok: true, value: 1 })
  })

  test("an endless loop is given up, and killed", async () => {
    await sealed.run("export default () => ({ read() { for (;;); } })", ["read"])
    expect(await sealed.host.call("read", [], { limitMs: 300 })).toMatchObject({ ok: false, why: "timeout" })
    await sealed.host.kill()
    expect(await attempt("return 1")).toMatchObject({ ok: true, value: 1 })
  })

  test("there is nobody else whom it could kill", async () => {
    expect(await attempt(`process.kill(-1, "SIGKILL")`)).toMatchObject({ message: expect.stringContaining("ESRCH") })
  })

  test("PID 1 can be neither killed nor stopped", async () => {
    const body = `for (const signal of ["SIGKILL", "SIGSTOP", "SIGTERM", "SIGINT", "SIGSEGV", "SIGCHLD"]) process.kill(1, signal)
      return 1`
    expect(await attempt(body)).toMatchObject({ ok: true, value: 1 })
    expect(await attempt("return 2")).toMatchObject({ ok: true, value: 2 })
  })
})

describe("off turn", () => {
  test("nothing runs between stop and cont", async () => {
    await sealed.run("const spin = () => setImmediate(spin); spin(); export default () => ({ read: () => 1 })", [
      "read",
    ])
    const docker = await testDocker()
    /** Share of a core that the host uses while another host is made and removed. */
    const share = async () => {
      const [beganMs, before] = [performance.now(), await docker.containers.usage(sealed.container)]
      await (await sealedHost(1)).close()
      const after = await docker.containers.usage(sealed.container)
      return (after.cpuNanos - before.cpuNanos) / 1e6 / (performance.now() - beganMs)
    }
    expect(await share()).toBeGreaterThan(0.1)
    await sealed.host.stop()
    expect(await share()).toBeLessThan(0.01)
    await sealed.host.cont()
    expect(await call("read")).toMatchObject({ ok: true })
  })

  test("bytes on their way to the engine still arrive while the process is stopped", async () => {
    const body = `const socket = ${builtin("net")}.connect(9042, "127.0.0.1"); await new Promise((done) => socket.on("connect", done))
      socket.write("y".repeat(3e6) + "\\n"); return 1`
    await sealed.run(`export default () => ({ async read() { ${body} } })`, ["read"])
    const before = sealed.engine.received.length
    await call("read")
    await sealed.engine.hasReceived(before + 1)
    await sealed.host.stop()
    await sealed.host.quiet()
    expect(sealed.engine.received.at(-1)).toHaveLength(3e6)
    await sealed.host.cont()
  })
})

describe("out of reach", () => {
  test.each([
    [
      "making processes",
      `${builtin("child_process")}.spawnSync(process.execPath, ["-e", "1"]).status ?? (() => { throw 1 })()`,
    ],
    ["worker threads", `new (${builtin("worker_threads")}.Worker)("1", { eval: true })`],
    ["native code", `process.dlopen({ exports: {} }, "/tmp/x.node")`],
    ["inner bindings", `process.binding("spawn_sync")`],
    [
      "the engine's port",
      `await new Promise((done, no) => ${builtin("net")}.createServer().on("error", no).listen(9042, "127.0.0.1", done))`,
    ],
    ["the network", `await fetch("http://169.254.169.254/", { signal: AbortSignal.timeout(3000) })`],
    ["names", `await ${builtin("dns")}.promises.lookup("example.com")`],
    ["memory of PID 1", `${builtin("fs")}.openSync("/proc/1/mem", "r+")`],
    ["descriptors of PID 1", `${builtin("fs")}.readdirSync("/proc/1/fd")`],
    ["the machine's load", `${builtin("fs")}.readFileSync("/proc/stat")`],
    ["the root file system", `${builtin("fs")}.writeFileSync("/opt/proofrun/run.mjs", "")`],
    ["the socket folder", `${builtin("fs")}.writeFileSync("/run/proofrun/x", "")`],
    ["priorities", `${builtin("os")}.setPriority(1, 19)`],
  ])("%s", async (_, expression) => {
    expect(await attempt(`${expression}; return 1`)).toMatchObject({ ok: false, why: "threw" })
  })

  test("a stranger on the control socket is closed", async () => {
    const body = `const socket = ${builtin("net")}.connect("/run/proofrun/control.sock"); socket.write("hello\\nprocess 00\\n")
      return await new Promise((done) => { socket.on("error", () => done("closed")); socket.on("close", () => done("closed")) })`
    const reply = await attempt(body)
    // Either the connection is refused here or the driver closes it; the host still obeys the driver alone.
    if (reply.ok) expect(reply.value).toBe("closed")
    expect(await attempt("return 1")).toMatchObject({ ok: true })
  })

  test("a flood of connections is a named rejection", async () => {
    const flooded = await sealedHost(2)
    await flooded.run(
      `export default () => ({ async read() {
         const net = ${builtin("net")}
         for (let i = 0; i < 40; i++) net.connect(9042, "127.0.0.1").on("error", () => {})
         await new Promise((done) => setTimeout(done, 300)) } })`,
      ["read"],
    )
    await flooded.host.call("read", [], LIMIT)
    expect(flooded.rejections).toMatchObject([{ stage: "quota", message: expect.stringContaining("8 connections") }])
    await flooded.close()
  })
})

test("nothing that was put in /tmp outlives the process, however it was hidden", async () => {
  const hide = `const fs = ${builtin("fs")}
    let deep = "/tmp"
    for (let i = 0; i < 30; i++) { deep += "/" + "d".repeat(100); fs.mkdirSync(deep) }
    fs.writeFileSync(deep + "/kept", "state")
    fs.mkdirSync("/tmp/shut"); fs.writeFileSync("/tmp/shut/kept", "state")
    fs.writeFileSync("/tmp/ü\\n -rf *", "state"); fs.linkSync("/tmp/shut/kept", "/tmp/linked")
    fs.chmodSync("/tmp/shut", 0); return 1`
  expect(await attempt(hide)).toMatchObject({ ok: true })
  const look = await attempt(`return ${builtin("fs")}.readdirSync("/tmp")`)
  expect(look).toMatchObject({ ok: true, value: ["access.mjs"] })
})

test.each([
  ["bytes", `const file = fs.openSync("/tmp/fill", "w"); for (;;) fs.writeSync(file, Buffer.alloc(1e6, 1))`],
  ["files", `for (let i = 0; ; i++) fs.writeFileSync("/tmp/" + i, "")`],
  ["descriptors", `for (;;) fs.openSync("/tmp/access.mjs")`],
])("a bomb of %s ends in an error of its own, and is gone with the process", async (_, loop) => {
  expect(await attempt(`const fs = ${builtin("fs")}; ${loop}`)).toMatchObject({ ok: false, why: "threw" })
  expect(await attempt("return 1")).toMatchObject({ ok: true, value: 1 })
})
