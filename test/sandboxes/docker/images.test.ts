import { randomBytes } from "node:crypto"
import tar from "tar-stream"
import { afterEach, describe, expect, it } from "vitest"
import type { Docker } from "../../../sandboxes/docker/docker.ts"
import { testDocker, testImages } from "../../support/docker.ts"

const repository = `proofrun-test/${randomBytes(4).toString("hex")}`
let tags: string[] = []
afterEach(async () => {
  const docker = await testDocker()
  for (const tag of tags) await docker.images.remove(tag)
  tags = []
})

function build(docker: Docker, name: string, dockerfile: string, lines: string[] = []): Promise<string> {
  const pack = tar.pack()
  pack.entry({ name: "Dockerfile" }, dockerfile)
  pack.entry({ name: "file" }, randomBytes(8).toString("hex"))
  pack.finalize()
  const tag = `${repository}:${name}`
  tags.push(tag)
  const onLine = (line: string) => void lines.push(line)
  return docker.images.build(pack, { tag, args: {}, labels: {}, network: "none", silenceMs: 60_000, onLine })
}

describe("a build", () => {
  it("gives the image's id, and its steps as lines", async () => {
    const docker = await testDocker()
    const lines: string[] = []
    const id = await build(docker, "ok", "FROM scratch\nCOPY file /file\n", lines)
    expect(await docker.images.inspect(`${repository}:ok`)).toMatchObject({ id, tags: [`${repository}:ok`] })
    expect(lines).toContain("Step 2/2 : COPY file /file")
  })

  it("that fails says at which step, with the end of its log", async () => {
    const docker = await testDocker()
    const { base } = await testImages("driver")
    const failing = `FROM ${base!.tag}\nRUN echo the compiler complains && exit 9\n`
    const fault = await build(docker, "bad", failing).catch((error: Error) => error.message)
    expect(fault).toContain("returned a non-zero code: 9")
    expect(fault).toContain("| the compiler complains")
    expect(await docker.images.inspect(`${repository}:bad`)).toBeNull()
  })
})

describe("old images", () => {
  it("without a tag go when they were made from the given one, and no others", async () => {
    const docker = await testDocker()
    const ours = await build(docker, "ours", "FROM scratch\nCOPY file /file\n")
    const kept = await build(docker, "kept", `FROM ${ours}\nENV a=b\n`)
    const stage = await build(docker, "stage", `FROM ${ours}\nENV a=c\n`)
    const foreign = await build(docker, "foreign", "FROM scratch\nCOPY file /other\n")
    // Building again under the same name takes the tag from the image before.
    await build(docker, "stage", "FROM scratch\nCOPY file /again\n")
    await build(docker, "foreign", "FROM scratch\nCOPY file /again\n")
    await docker.images.removeUntagged({ madeFrom: ours, beforeMs: 0 })
    expect(await docker.images.inspect(stage)).not.toBeNull()
    await docker.images.removeUntagged({ madeFrom: ours, beforeMs: Date.now() + 60_000 })
    expect(await docker.images.inspect(stage)).toBeNull()
    expect(await docker.images.inspect(kept)).not.toBeNull()
    expect(await docker.images.inspect(foreign)).not.toBeNull()
    await docker.images.remove(foreign)
  })
})

describe("images that are there", () => {
  it("are found again at once, by the same tags", async () => {
    const first = await testImages("driver")
    expect(first.driver!.tag).toMatch(/^proofrun\/driver:[0-9a-f]{16}$/)
    expect(first.driver!.digest).toMatch(/^sha256:/)
    expect((await (await testDocker()).images.inspect(first.driver!.tag))?.id).toBe(first.driver!.digest)
  })
})
