import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Call } from "../../graders/judge/judgement.ts"
import { judgeFile, openJudgeStore } from "../../server/judge-store.ts"

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "judge-store-"))
})
afterEach(() => rm(folder, { recursive: true }))

const NOW = new Date("2026-11-25T12:00:00Z")
const call = (key: string, edits: Partial<Call> = {}): Call => ({
  key,
  purpose: "written",
  criteria: ["a"],
  sample: 0,
  model: "m",
  answeredBy: "m",
  promptHash: "h",
  messages: [{ role: "user", content: "?" }],
  completion: "{}",
  outcome: "answered",
  detail: "",
  attempts: 1,
  tokens: { prompt: 10, completion: 5, counted: "by the server" },
  usd: 0.25,
  milliseconds: 12,
  at: NOW.toISOString(),
  ...edits,
})

describe("a call", () => {
  it("is there for every process once it is kept, and the first of two stays", async () => {
    const store = await openJudgeStore(folder)
    await store.keep(call("k"))
    await store.keep(call("k", { completion: "another" }))
    expect((await (await openJudgeStore(folder)).find("k"))?.completion).toBe("{}")
  })

  it("that came to nothing is kept apart, and asked again", async () => {
    const store = await openJudgeStore(folder)
    await store.keep(call("k", { outcome: "not understood" }))
    expect(await store.find("k")).toBeNull()
    expect(await store.spoilt("k")).toBe(1)
  })

  it("is kept and settled, or neither, where it cannot be written", async () => {
    const store = await openJudgeStore(folder)
    await store.reserve("k", 1, 5, NOW)
    // No text: what the database refuses.
    await expect(store.keep(call("k", { toJSON: () => undefined } as Partial<Call>))).rejects.toThrow()
    expect(await store.find("k")).toBeNull()
    expect(await store.spent(NOW)).toEqual({ settled: 0, setAside: 1 })
  })
})

it("leaves a state folder that it makes open to others, and keeps the answers to itself", async () => {
  const state = join(folder, "state")
  await openJudgeStore(state)
  expect((await stat(state)).mode & 0o055).toBe(0o055)
  expect((await stat(dirname(judgeFile(state)))).mode & 0o077).toBe(0)
})

it("a file that is no store of calls is named, with what to do", async () => {
  await mkdir(join(folder, "judge"))
  await writeFile(judgeFile(folder), "something else ".repeat(1000))
  await expect(openJudgeStore(folder)).rejects.toThrow(/calls\.sqlite cannot be used: .*Move the file away/)
})

it("calls that were answered with nothing of use are counted, those without an answer are not", async () => {
  const store = await openJudgeStore(folder)
  await store.keep(call("k", { outcome: "not understood" }))
  await store.keep(call("k", { outcome: "no reply", completion: null }))
  await store.keep(call("other", { outcome: "cut off" }))
  expect(await store.spoilt("k")).toBe(1)
})

describe("the day's money", () => {
  it("is settled for each of two equal calls that are on their way at once", async () => {
    const store = await openJudgeStore(folder)
    await store.reserve("k", 1, 5, NOW)
    await store.reserve("k", 1, 5, NOW)
    await store.keep(call("k"))
    await store.keep(call("k"))
    expect(await store.spent(NOW)).toEqual({ settled: 0.5, setAside: 0 })
  })

  it("is set aside before a call and settled with what it cost", async () => {
    const store = await openJudgeStore(folder)
    expect(await store.reserve("k", 1, 5, NOW)).toBe(true)
    expect(await store.spent(NOW)).toEqual({ settled: 0, setAside: 1 })
    await store.keep(call("k"))
    expect(await store.spent(NOW)).toEqual({ settled: 0.25, setAside: 0 })
  })

  it("is given back for a call that was never answered", async () => {
    const store = await openJudgeStore(folder)
    await store.reserve("k", 1, 5, NOW)
    await store.release("k")
    expect(await store.spent(NOW)).toEqual({ settled: 0, setAside: 0 })
  })

  it("stays set aside where the process died before the reply", async () => {
    await (await openJudgeStore(folder)).reserve("k", 1, 5, NOW)
    expect(await (await openJudgeStore(folder)).spent(NOW)).toEqual({ settled: 0, setAside: 1 })
  })

  it("is not passed, whoever asks and however many at once", async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => openJudgeStore(folder)))
    const granted = await Promise.all(stores.map((store, index) => store.reserve(`k${index}`, 1, 3.5, NOW)))
    expect(granted.filter(Boolean)).toHaveLength(3)
    expect((await stores[0].spent(NOW)).setAside).toBe(3)
  })

  it("is another day's tomorrow", async () => {
    const store = await openJudgeStore(folder)
    await store.reserve("k", 3, 3, NOW)
    expect(await store.reserve("l", 3, 3, new Date("2026-11-26T00:00:00Z"))).toBe(true)
  })

  it("is what was set aside where a model has no price", async () => {
    const store = await openJudgeStore(folder)
    await store.reserve("k", 1, 5, NOW)
    await store.keep(call("k", { usd: null }))
    expect(await store.spent(NOW)).toEqual({ settled: 1, setAside: 0 })
  })

  it("comes to exactly nothing when all of it is given back", async () => {
    const store = await openJudgeStore(folder)
    for (const usd of [0.1, 0.2, 0.3]) await store.reserve("k", usd, 5, NOW)
    for (let index = 0; index < 3; index++) await store.release("k")
    expect(await store.spent(NOW)).toEqual({ settled: 0, setAside: 0 })
  })
})
