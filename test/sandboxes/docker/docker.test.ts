import { once } from "node:events"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import util from "node:util"
import { afterEach, describe, expect, it, vi } from "vitest"
import { connectDocker } from "../../../sandboxes/docker/docker.ts"
import { DockerFault } from "../../../sandboxes/docker/fault.ts"
import { makeContainer, removeContainers, testDocker } from "../../support/docker.ts"

afterEach(removeContainers)

describe("a container through the facade", () => {
  it("gets what is written to its stdin, and its stdout and stderr come back apart", async () => {
    const docker = await testDocker()
    const id = await makeContainer(`
      process.stdin.on("data", (chunk) => process.stdout.write("heard " + chunk))
      process.stdin.on("end", () => { process.stderr.write("over"); process.exitCode = 7 })`)
    const { stdin, stdout, stderr } = await docker.containers.attach(id)
    const output = Promise.all([text(stdout), text(stderr)])
    await docker.containers.start(id)
    stdin.end("hello")
    expect(await output).toEqual(["heard hello", "over"])
    expect(await docker.containers.wait(id, 30_000)).toMatchObject({ running: false, exitCode: 7, oomKilled: false })
  })

  it("is not held up by stderr that nobody reads, and a flood of output arrives whole", async () => {
    const docker = await testDocker()
    const id = await makeContainer(`
      process.stderr.write("x".repeat(4 << 20), () => process.stdout.write("y".repeat(8 << 20)))`)
    const { stdout } = await docker.containers.attach(id)
    await docker.containers.start(id)
    let bytes = 0
    for await (const chunk of stdout) bytes += (chunk as Buffer).length
    expect(bytes).toBe(8 << 20)
  })

  it("does not have the client describe its open connections for a log that nobody keeps", async () => {
    const docker = await testDocker()
    const { stdout } = await docker.containers.attach(await makeContainer(`setInterval(() => {}, 1000)`))
    const inspect = vi.spyOn(util, "inspect")
    try {
      await docker.ping()
      const described = inspect.mock.results.map(({ value }) => String(value).length)
      expect(described.length).toBeGreaterThan(0)
      expect(Math.max(...described)).toBeLessThan(100)
    } finally {
      inspect.mockRestore()
      stdout.destroy()
    }
  })

  it("keeps its stdin when somebody who only listened goes away", async () => {
    const docker = await testDocker()
    const id = await makeContainer(
      `process.stdin.on("data", (chunk) => { process.stdout.write("got " + chunk); process.exit(0) })
       process.stdin.on("end", () => process.exit(1))
       process.stdout.write("ready")`,
    )
    const listener = await docker.containers.attach(id, { stdin: false })
    await docker.containers.start(id)
    await once(listener.stdout, "data")
    listener.detach()
    const { stdin, stdout } = await docker.containers.attach(id)
    stdin.write("a job")
    expect(await text(stdout)).toBe("got a job")
  })

  it("is told apart: running, ended by a signal, gone", async () => {
    const docker = await testDocker()
    const id = await makeContainer("setInterval(() => {}, 1000)")
    await docker.containers.start(id)
    expect(await docker.containers.inspect(id)).toMatchObject({ running: true, labels: { app: "proofrun" } })
    expect((await docker.containers.usage(id)).cpuNanos).toBeGreaterThan(1e6)
    await docker.containers.kill(id)
    expect(await docker.containers.wait(id, 30_000)).toMatchObject({ running: false, exitCode: 137 })
    await docker.containers.kill(id)
    await expect(docker.containers.usage(id)).rejects.toThrow("does not run")
    await docker.containers.remove(id)
    await docker.containers.remove(id)
    expect(await docker.containers.inspect(id)).toBeNull()
    expect(await docker.containers.wait(id, 30_000)).toBeNull()
  })

  it("that does not end in time is a fault with a plain sentence", async () => {
    const docker = await testDocker()
    const id = await makeContainer("setInterval(() => {}, 1000)")
    await docker.containers.start(id)
    await expect(docker.containers.wait(id, 300)).rejects.toThrow(
      /^The Docker Engine did not answer within 300 ms while waiting for container [0-9a-f]{12} to end\.$/,
    )
  })

  it("that has no image is a fault in the engine's words", async () => {
    const docker = await testDocker()
    await expect(docker.containers.create({ name: "proofrun-test-none", Image: "proofrun/none:0" })).rejects.toThrow(
      /refused while making container proofrun-test-none: No such image/,
    )
  })
})

describe("volumes", () => {
  it("are made in memory, found by label, and removed once", async () => {
    const docker = await testDocker()
    const name = `proofrun-test-${process.pid}`
    const labels = { app: "proofrun", pod: name, deadline: String(Date.now() + 60_000) }
    await docker.volumes.createTmpfs(name, "size=64k,mode=0755", labels)
    const script = `console.log(require("fs").readFileSync("/proc/mounts", "utf8").match(/ \\/run\\/hosts .*/)[0])`
    const id = await makeContainer(script, { HostConfig: { NetworkMode: "none", Binds: [`${name}:/run/hosts:ro`] } })
    const { stdout } = await docker.containers.attach(id)
    await docker.containers.start(id)
    expect(await text(stdout)).toMatch(/^ \/run\/hosts tmpfs ro,.*size=64k/)
    expect(await docker.volumes.remove(name)).toBe(false)
    await docker.containers.remove(id)
    expect(await docker.volumes.list({ pod: name })).toEqual([{ name, labels }])
    expect(await docker.volumes.remove(name)).toBe(true)
    expect(await docker.volumes.remove(name)).toBe(true)
  })
})

describe("an engine that fails", () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })
  async function engineThat(does: (socket: import("node:net").Socket) => void): Promise<string> {
    const path = join(tmpdir(), `proofrun-test-${process.pid}-${servers.length}.sock`)
    const server = createServer((socket) => {
      socket.on("error", () => {}).unref()
      does(socket)
    })
    servers.push(server)
    server.listen(path)
    await once(server, "listening")
    return `unix://${path}`
  }

  it("by freezing is noticed at the deadline", async () => {
    const docker = connectDocker(await engineThat(() => {}))
    await expect(docker.ping(200)).rejects.toThrow(/^The Docker Engine did not answer within 200 ms while being asked/)
  })

  it("by dropping the connection is a fault, not a stack of the client library", async () => {
    const docker = connectDocker(await engineThat((socket) => socket.destroy()))
    const fault = await docker.containers.list({}).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(DockerFault)
    expect((fault as Error).message).toMatch(/^The connection to the Docker Engine failed while listing containers/)
  })

  it("by dropping every connection is still being waited for until the deadline", async () => {
    const docker = connectDocker(await engineThat((socket) => socket.destroy()))
    await expect(docker.containers.wait("abc", 400)).rejects.toThrow("did not answer within 400 ms")
  })

  it("by not being there says so", async () => {
    const docker = connectDocker("unix:///nowhere/docker.sock")
    await expect(docker.ping()).rejects.toThrow("ENOENT")
    expect(() => connectDocker("docker.example")).toThrow('"docker.example" is not understood')
  })
})
