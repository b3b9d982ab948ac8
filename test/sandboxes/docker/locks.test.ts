import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { afterEach, describe, expect, it } from "vitest"
import { hold, isHeld, withLock } from "../../../sandboxes/docker/locks.ts"

const name = `test/${process.pid}`
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL")
})

/** Another process that takes the lock, says so, and keeps it. */
async function holder(): Promise<ChildProcess> {
  const locks = new URL("../../../sandboxes/docker/locks.ts", import.meta.url).href
  const script = `const { withLock } = await import("${locks}")
    await withLock("${name}", () => { console.log("held"); return new Promise((done) => setTimeout(done, 600_000)) })`
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] })
  children.push(child)
  await once(child.stdout!, "data")
  return child
}

describe("a lock", () => {
  it("lets one in at a time, and all in the end", async () => {
    let inside = 0
    let most = 0
    let done = 0
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLock(name, async () => {
          inside++
          most = Math.max(most, inside)
          await new Promise((resolve) => setImmediate(resolve))
          inside--
          done++
        }),
      ),
    )
    expect({ most, done }).toEqual({ most: 1, done: 8 })
  })

  it("is let go of when the work throws", async () => {
    await expect(withLock(name, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken")
    expect(await isHeld(name)).toBe(false)
  })

  it("of a process that is killed goes to the one that waits, who is told once that it waits", async () => {
    const child = await holder()
    expect(await isHeld(name)).toBe(true)
    expect(await hold(name)).toBeNull()
    let told = 0
    const gone = once(child, "exit")
    const got = withLock(name, async () => "mine now", {
      onWait: () => {
        told++
        child.kill("SIGKILL")
      },
    })
    expect(await got).toBe("mine now")
    await gone
    expect(told).toBe(1)
    expect(await isHeld(name)).toBe(false)
  })

  it("need not be waited for for ever", async () => {
    await holder()
    const stop = new AbortController()
    const waiting = withLock(name, async () => "never", {
      signal: stop.signal,
      onWait: () => queueMicrotask(() => stop.abort()),
    })
    await expect(waiting).rejects.toThrow("aborted")
    expect(await isHeld(name)).toBe(true)
  })
})
