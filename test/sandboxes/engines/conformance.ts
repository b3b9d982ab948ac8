/**
 * The one suite that every engine passes: starts its container sealed as in a pod, runs the checks in the driver's image inside its network
 * name space, then kills it in mid-call. Knows Docker; knows nothing of any engine.
 */
import { randomBytes } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { EngineContainer } from "../../../sandboxes/engines/engine.ts"
import { testDocker } from "../../support/docker.ts"
import { removeAll, startEngine, startPart } from "../../support/engine-part.ts"
import { checksOf } from "./checks.ts"
import type { Line } from "./part.ts"
import type { EngineUnderTest } from "./under-test.ts"

const NOTICE_MS = 30_000

/** @param module file beside the caller whose default export is `under`; it is bundled and sent into the name space */
export function conformance(options: { under: EngineUnderTest; module: string; container: EngineContainer }): void {
  const { under, module, container } = options
  const titles = checksOf(under).map(({ title }) => title)

  describe(`${container.name} as an engine`, () => {
    const results = new Map<string, string | null>()
    let noticed: string | null = null
    let afterwards: Awaited<ReturnType<typeof removeAll>> = []
    const pod = randomBytes(6).toString("hex")

    beforeAll(async () => {
      const engine = await startEngine(container, pod)
      const part = await startPart<Line>({ engine, pod, container, ...script(module, "kill") })
      const docker = await testDocker()
      for await (const line of part.lines) {
        if (line.event === "check") results.set(line.title, line.failure)
        if (line.event === "busy") await docker.containers.kill(engine)
        if (line.event === "end") noticed = line.noticed
      }
      await part.ended()
      afterwards = await removeAll(pod)
    }, 300_000)

    afterAll(() => removeAll(pod))

    it.each(titles)("%s", (title) => {
      expect(results.has(title), "the check was not reached").toBe(true)
      expect(results.get(title)).toBeNull()
    })

    it("is noticed to be dead by whoever works with it", () => {
      expect(noticed).not.toBeNull()
    })

    it("leaves no container behind", () => {
      expect(afterwards).toEqual([])
    })
  })

  describe(`${container.name} without its driver`, () => {
    const pod = randomBytes(6).toString("hex")
    afterAll(() => removeAll(pod))

    it("ends by itself soon after the driver has gone", async () => {
      const engine = await startEngine(container, pod)
      const part = await startPart<Line>({ engine, pod, container, ...script(module, "leave") })
      const seen: string[] = []
      for await (const line of part.lines) seen.push(line.event)
      expect(seen).toEqual(["ready", "end"])
      const state = await (await testDocker()).containers.wait(engine, NOTICE_MS)
      expect(state?.running).toBe(false)
    }, 120_000)
  })
}

const script = (module: string, ending: "kill" | "leave") => ({
  contents: `import under from "./${module}"\nimport { runPart } from "./part.ts"\nawait runPart(under, "${ending}")`,
  resolveDir: import.meta.dirname,
})
