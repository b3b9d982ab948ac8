/**
 * Calls to the judge's model, kept as files in the state folder, and what they cost, day by day. Several processes may use it at once, and any of them may be
 * killed at any moment: a call is there whole or not at all, and money that was set aside for one that never came back stays spent.
 *
 *   judge/calls/KEY.json       answered calls: what is found here is never paid again
 *   judge/failed/KEY-N.json    calls that came to nothing, for whoever wants to know why; KEY-spoilt-N.json where something came
 *   judge/spent/DAY.jsonl      one line for each of: reserve, settle, release
 */
import { randomBytes } from "node:crypto"
import { constants } from "node:fs"
import { appendFile, link, mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import type { CallStore } from "../graders/judge/ask.ts"
import { type Call, CallSchema } from "../graders/judge/judgement.ts"

const LineSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("reserve"), key: z.string(), try: z.string(), usd: z.number() }),
  z.strictObject({ type: z.literal("settle"), key: z.string(), try: z.string(), usd: z.number() }),
  z.strictObject({ type: z.literal("release"), key: z.string(), try: z.string() }),
])
type Line = z.infer<typeof LineSchema>

const SPOILT = "spoilt"

export interface Spending {
  /** US dollars: settled, and set aside for calls that are on their way or never came back. */
  settled: number
  setAside: number
}

export interface FileCallStore extends CallStore {
  spent(at: Date): Promise<Spending>
}

export async function openJudgeStore(stateFolder: string): Promise<FileCallStore> {
  const folder = join(stateFolder, "judge")
  const [calls, failed, days] = ["calls", "failed", "spent"].map((name) => join(folder, name))
  await Promise.all([calls, failed, days].map((one) => mkdir(one, { recursive: true })))
  const fileOf = (key: string) => join(calls, `${nameOf(key)}.json`)
  const dayFile = (at: Date) => join(days, `${at.toISOString().slice(0, 10)}.jsonl`)
  /** What this process has set aside: by key, for which day and under which name. */
  const mine = new Map<string, { file: string; try: string; usd: number }[]>()
  /** The same call may be on its way twice: each takes back one of what they set aside. */
  const taken = (key: string) => {
    const one = mine.get(key)?.shift()
    if (mine.get(key)?.length === 0) mine.delete(key)
    return one
  }

  const ledgers = new Map<string, () => Promise<Spending>>()
  const ledgerOf = (file: string) => {
    const known = ledgers.get(file) ?? openLedger(file)
    ledgers.set(file, known)
    return known
  }

  // A new line before it as well: one that a full disk cut short must not take this one with it.
  const note = (file: string, line: Line) => appendWhole(file, `\n${JSON.stringify(line)}\n`)

  return {
    async find(key) {
      const text = await readOrNull(fileOf(key))
      return text === null ? null : CallSchema.parse(JSON.parse(text))
    },

    async spoilt(key) {
      const begin = `${nameOf(key)}-${SPOILT}-`
      return (await readdir(failed)).filter((name) => name.startsWith(begin) && name.endsWith(".json")).length
    },

    async reserve(key, usd, limitUsd, at) {
      const file = dayFile(at)
      const one = { file, try: randomBytes(8).toString("hex"), usd }
      // Written first and counted afterwards: of two that come at once, each sees the other, and neither passes the limit unseen.
      await note(file, { type: "reserve", key, try: one.try, usd })
      const { settled, setAside } = await ledgerOf(file)()
      if (settled + setAside > limitUsd) {
        await note(file, { type: "release", key, try: one.try })
        return false
      }
      mine.set(key, [...(mine.get(key) ?? []), one])
      return true
    },

    async keep(call) {
      const name = nameOf(call.key)
      if (call.outcome === "answered" || call.outcome === "refused") await writeOnce(fileOf(call.key), call)
      else {
        const spoilt = call.completion === null ? "" : `${SPOILT}-`
        await writeOnce(join(failed, `${name}-${spoilt}${randomBytes(4).toString("hex")}.json`), call)
      }
      const reserved = taken(call.key)
      if (!reserved) return
      // What a model without a price cost is not known: what was set aside for it stands.
      await note(reserved.file, { type: "settle", key: call.key, try: reserved.try, usd: call.usd ?? reserved.usd })
    },

    async release(key) {
      const reserved = taken(key)
      if (!reserved) return
      await note(reserved.file, { type: "release", key, try: reserved.try })
    },

    spent: async (at) => ledgerOf(dayFile(at))(),
  }
}

/** A key is a digest; whatever else comes must not lead out of the folder. */
function nameOf(key: string): string {
  if (!/^[\w-]{1,128}$/.test(key)) throw new Error(`"${key.slice(0, 40)}" is no key of a call`)
  return key
}

/** Whole and on the disk, or not there; the first of two stays. */
async function writeOnce(file: string, call: Call): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`
  const handle = await open(draft, "wx", 0o600)
  try {
    await handle.writeFile(JSON.stringify(call))
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    // Unlike a rename, a link does not replace what is there.
    await link(draft, file)
    await unlink(draft)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === "EEXIST") await unlink(draft)
    // A file system without links: the last of two stays, and both say the same.
    else await rename(draft, file)
  }
}

/** One write at the end of the file: lines of several processes do not mix. A killed process loses none of them; it is not waited for the disk. */
async function appendWhole(file: string, line: string): Promise<void> {
  await appendFile(file, line, { flag: constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY, mode: 0o600 })
}

/** What a day's file comes to; each time only what was written since is read. */
function openLedger(file: string): () => Promise<Spending> {
  const aside = new Map<string, number>()
  let settled = 0
  let offset = 0
  let reading: Promise<unknown> = Promise.resolve()
  /** A reading that has not begun. */
  let next: Promise<void> | null = null

  async function readOn(): Promise<void> {
    const bytes = await tailOf(file, offset)
    const end = bytes.lastIndexOf(NEWLINE) + 1
    offset += end
    for (const text of bytes.toString("utf8", 0, end).split("\n")) {
      // A line that a full disk cut short says nothing.
      const { data: line } = LineSchema.safeParse(jsonOrNull(text))
      if (!line) continue
      if (line.type === "reserve") aside.set(line.try, line.usd)
      else aside.delete(line.try)
      if (line.type === "settle") settled += line.usd
    }
  }

  return async () => {
    // One reader at a time, or a line would be counted twice. Whoever comes before it begins has its own line in it, and need not read again.
    next ??= reading.then(() => {
      next = null
      return readOn()
    })
    reading = next.catch(() => {})
    await next
    return { settled, setAside: [...aside.values()].reduce((sum, usd) => sum + usd, 0) }
  }
}

const NEWLINE = 0x0a

async function tailOf(file: string, offset: number): Promise<Buffer> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null
    throw error
  })
  if (!handle) return Buffer.alloc(0)
  try {
    const { size } = await handle.stat()
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(Math.max(0, size - offset)),
      0,
      Math.max(0, size - offset),
      offset,
    )
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function readOrNull(file: string): Promise<string | null> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null
    throw error
  })
}
