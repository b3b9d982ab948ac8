import { ORPCError } from "@orpc/client"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { DraftKeeper } from "../../client/workbench/draft-keeper.ts"

vi.mock("virtual:contract", () => ({ default: {} }))

type Work = DraftKeeper["work"]
const work = (answer: string): Work => ({ files: {}, answer })
const place = { person: "ada", question: "clickstream", engine: "redis" }

/** A server's drafts, and a browser's shelf, in memory. */
class Drafts {
  revision = 0
  content: Work | null = null
  writer: string | null = null
  trouble: unknown = null
  /** What is saved is not answered. */
  losesAnswers = false
  saves = 0
  async save({ revision, content, writer }: { revision: number; content: Work; writer: string }) {
    this.saves++
    if (this.trouble) throw this.trouble
    if (revision !== this.revision)
      throw new ORPCError("CONFLICT", { status: 409, data: { revision: this.revision, writer: this.writer } })
    this.revision++
    this.content = content
    this.writer = writer
    if (this.losesAnswers) throw new TypeError("Failed to fetch")
    return { revision: this.revision, savedAt: new Date().toISOString() }
  }
  async get() {
    const { revision, content, writer } = this
    return content && { ...place, revision, writer, content, savedAt: new Date().toISOString() }
  }
}

let drafts: Drafts
let shelf: Map<string, string>
let windows = 0
let signedIn = true

beforeEach(() => {
  signedIn = true
  drafts = new Drafts()
  shelf = new Map()
})

async function opened(): Promise<DraftKeeper> {
  const stored = await drafts.get()
  return new DraftKeeper({
    place,
    stored: stored && {
      work: stored.content,
      revision: stored.revision,
      savedAt: stored.savedAt,
      writer: stored.writer,
    },
    starter: work("starter"),
    drafts: drafts as never,
    shelf: {
      getItem: (key) => shelf.get(key) ?? null,
      setItem: (key, value) => void shelf.set(key, value),
      removeItem: (key) => void shelf.delete(key),
    },
    writer: `window ${windows++}`,
    isSignedIn: () => signedIn,
  })
}

describe("a draft that is being written", () => {
  it("begins with the starter, and saves nothing before something was typed", async () => {
    const keeper = await opened()
    expect(keeper.work).toEqual(work("starter"))
    await keeper.flush()
    expect(drafts.saves).toBe(0)
  })

  it("is in the browser at once, and there no longer once the server has it", async () => {
    const keeper = await opened()
    keeper.change(work("one"))
    expect(shelf.size).toBe(1)
    expect(keeper.saved).toEqual({ kind: "unsaved" })
    await keeper.flush()
    expect(keeper.saved.kind).toBe("saved")
    expect(shelf.size).toBe(0)
    expect(drafts.content).toEqual(work("one"))
  })

  it("keeps in the browser what was typed while it was being saved", async () => {
    const keeper = await opened()
    keeper.change(work("one"))
    const saving = keeper.flush()
    keeper.change(work("two"))
    await saving
    expect(keeper.saved).toEqual({ kind: "unsaved" })
    expect(shelf.size).toBe(1)
    await keeper.flush()
    expect(drafts.content).toEqual(work("two"))
  })

  it("opens with what the browser kept where that is newer than what the server has", async () => {
    const first = await opened()
    first.change(work("saved"))
    await first.flush()
    drafts.trouble = new TypeError("Failed to fetch")
    first.change(work("typed offline"))
    await first.flush()
    expect(first.saved).toEqual({ kind: "offline" })
    first.stop()
    drafts.trouble = null
    const again = await opened()
    expect(again.work).toEqual(work("typed offline"))
    await again.flush()
    expect(drafts.content).toEqual(work("typed offline"))
  })

  it("lets the person choose where the browser's and the server's are both new", async () => {
    const here = await opened()
    here.change(work("here"))
    const elsewhere = await opened()
    drafts.revision = 5
    drafts.content = work("elsewhere")
    drafts.writer = "another device"
    await here.flush()
    expect(here.saved).toEqual({ kind: "elsewhere", revision: 5 })
    here.change(work("here, and more"))
    expect(here.saved.kind).toBe("elsewhere")
    await here.keepMine()
    expect(drafts.content).toEqual(work("here, and more"))
    elsewhere.stop()
  })

  it("knows its own save again whose answer was lost, and goes on saving", async () => {
    const keeper = await opened()
    drafts.losesAnswers = true
    keeper.change(work("one"))
    await keeper.flush()
    expect(keeper.saved).toEqual({ kind: "offline" })
    drafts.losesAnswers = false
    keeper.change(work("one, and two"))
    await keeper.flush()
    expect(keeper.saved).toEqual({ kind: "unsaved" })
    await keeper.flush()
    expect(keeper.saved.kind).toBe("saved")
    expect(drafts.content).toEqual(work("one, and two"))
  })

  it("is known again by the window that is opened after one that was closed before its save was answered", async () => {
    const closed = await opened()
    drafts.losesAnswers = true
    closed.change(work("one"))
    await closed.flush()
    closed.change(work("one, and two"))
    closed.stop()
    await Promise.resolve()
    drafts.losesAnswers = false
    const next = await opened()
    expect(next.saved).toEqual({ kind: "unsaved" })
    expect(next.work).toEqual(work("one, and two"))
    await next.flush()
    expect(next.saved.kind).toBe("saved")
    expect(drafts.content).toEqual(work("one, and two"))
  })

  it("lets the person choose where another window saved after a save whose answer was lost", async () => {
    const here = await opened()
    drafts.losesAnswers = true
    here.change(work("here"))
    await here.flush()
    drafts.losesAnswers = false
    const there = await opened()
    there.change(work("there"))
    await there.flush()
    expect(there.saved.kind).toBe("saved")
    here.change(work("here, and more"))
    await here.flush()
    expect(here.saved).toEqual({ kind: "elsewhere", revision: 2 })
    expect(drafts.content).toEqual(work("there"))
  })

  it("is replaced by what is elsewhere where the person says so", async () => {
    const here = await opened()
    here.change(work("here"))
    drafts.revision = 1
    drafts.content = work("elsewhere")
    await here.flush()
    await here.takeTheirs()
    expect(here.work).toEqual(work("elsewhere"))
    expect(here.replaced).toBe(1)
    expect(shelf.size).toBe(0)
  })

  it("is saved in nobody else's name who signs in meanwhile, and not when the page is left either", async () => {
    const keeper = await opened()
    keeper.change(work("ada's"))
    signedIn = false
    await keeper.flush()
    expect(keeper.saved).toEqual({ kind: "signed out" })
    keeper.stop()
    expect(drafts.saves).toBe(0)
    expect(shelf.size).toBe(1)
  })

  it("waits for a sign-in where the session has ended, and says what the server refuses", async () => {
    const keeper = await opened()
    drafts.trouble = new ORPCError("UNAUTHORIZED", { status: 401 })
    keeper.change(work("one"))
    await keeper.flush()
    expect(keeper.saved).toEqual({ kind: "signed out" })
    drafts.trouble = new ORPCError("BAD_REQUEST", { status: 400, message: "at most 64 KiB" })
    await keeper.flush()
    expect(keeper.saved).toEqual({ kind: "refused", because: "at most 64 KiB" })
    expect(shelf.size).toBe(1)
  })
})
