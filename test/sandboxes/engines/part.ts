/** Runs the checks of one engine inside its network name space and prints one JSON line for each. Started by `conformance.ts`. */
import { checksOf } from "./checks.ts"
import type { EngineUnderTest } from "./under-test.ts"

export type Line =
  | { event: "ready" }
  | { event: "check"; title: string; failure: string | null }
  /** All checks are done and a call is under way, again and again: the engine may be killed now. */
  | { event: "busy" }
  | { event: "end"; noticed: string | null }

const say = (line: Line): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

/** @param ending "kill": works until the engine dies; "leave": closes its connections and ends. */
export async function runPart(under: EngineUnderTest, ending: "kill" | "leave"): Promise<void> {
  const engine = await under.definition.start({ deadlineMs: 60_000 })
  say({ event: "ready" })
  if (ending === "leave") {
    await engine.close()
    return say({ event: "end", noticed: null })
  }
  for (const { title, run } of checksOf(under)) {
    const failure = await run(engine, under).then(
      () => null,
      (error: Error) => `${error.message}\n${error.stack ?? ""}`,
    )
    say({ event: "check", title, failure })
  }
  const space = await engine.createSpace("last")
  await space.applySchema(under.schema)
  const client = await under.connect(space)
  say({ event: "busy" })
  const noticed = await workUntilItFails(() => Promise.all([client.put("key", "value"), space.cpuNanos()]))
  say({ event: "end", noticed })
  process.exit(0)
}

async function workUntilItFails(work: () => Promise<unknown>): Promise<string> {
  for (;;) {
    try {
      await work()
    } catch (error) {
      return String(error)
    }
  }
}
