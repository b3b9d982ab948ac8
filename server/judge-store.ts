/**
 * Calls to the judge's model, kept as files in the state folder, and what they cost, day by day. Several processes may use it at once, and any of them may be
 * killed at any moment: a call is there whole or not at all, and money that was set aside for one that never came back stays spent. The disk is not waited
 * for: a machine that loses its power may have forgotten the newest calls, which are in the report all the same, and pays for them again.
 *
 * The files are small and in the kernel's memory, where reading or writing one takes some 20 µs: less than handing it to another thread, which
 * while many answers are judged takes milliseconds for each of the nine steps of a call.
 *
 *   judge/calls/KEY.json       answered calls: what is found here is never paid again
 *   judge/failed/KEY-N.json    calls that came to nothing, for whoever wants to know why; KEY-spoilt-N.json where something came
 *   judge/spent/DAY.jsonl      one line for each of: reserve, settle, release
 */
import { randomBytes } from "node:crypto"
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs"
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
  for (const one of [calls, failed, days]) mkdirSync(one, { recursive: true })
  const fileOf = (key: string) => join(calls, `${nameOf(key)}.json`)
  const dayFile = (at: Date) => join(days, `${at.toISOString().slice(0, 10)}.jsonl`)
  /** What this process has set aside: by key, for which day and under which name. */
  const mine = new Map<string, { ledger: Ledger; try: string; usd: number }[]>()
  /** The same call may be on its way twice: each takes back one of what they set aside. */
  const taken = (key: string) => {
    const one = mine.get(key)?.shift()
    if (mine.get(key)?.length === 0) mine.delete(key)
    return one
  }

  const ledgers = new Map<string, Ledger>()
  const ledgerOf = (file: string) => {
    const known = ledgers.get(file)
    if (known) return known
    const ledger = openLedger(file)
    ledgers.set(file, ledger)
    // No call takes days.
    const [oldest] = ledgers
    if (ledgers.size > DAYS_OPEN && oldest) {
      oldest[1].close()
      ledgers.delete(oldest[0])
    }
    return ledger
  }

  return {
    async find(key) {
      const found = callIn(fileOf(key))
      return found === null ? null : CallSchema.parse(found)
    },

    async spoilt(key) {
      const begin = `${nameOf(key)}-${SPOILT}-`
      return readdirSync(failed).filter((name) => name.startsWith(begin) && name.endsWith(".json")).length
    },

    async reserve(key, usd, limitUsd, at) {
      const ledger = ledgerOf(dayFile(at))
      const one = { ledger, try: randomBytes(8).toString("hex"), usd }
      // Written first and counted afterwards: of two that come at once, each sees the other, and neither passes the limit unseen.
      ledger.note({ type: "reserve", key, try: one.try, usd })
      const { settled, setAside } = ledger.spent()
      if (settled + setAside > limitUsd) {
        ledger.note({ type: "release", key, try: one.try })
        return false
      }
      mine.set(key, [...(mine.get(key) ?? []), one])
      return true
    },

    async keep(call) {
      const name = nameOf(call.key)
      if (call.outcome === "answered" || call.outcome === "refused") writeOnce(fileOf(call.key), call)
      else {
        const spoilt = call.completion === null ? "" : `${SPOILT}-`
        writeOnce(join(failed, `${name}-${spoilt}${randomBytes(4).toString("hex")}.json`), call)
      }
      const reserved = taken(call.key)
      if (!reserved) return
      // What a model without a price cost is not known: what was set aside for it stands.
      reserved.ledger.note({ type: "settle", key: call.key, try: reserved.try, usd: call.usd ?? reserved.usd })
    },

    async release(key) {
      const reserved = taken(key)
      if (!reserved) return
      reserved.ledger.note({ type: "release", key, try: reserved.try })
    },

    spent: async (at) => ledgerOf(dayFile(at)).spent(),
  }
}

/** A key is a digest; whatever else comes must not lead out of the folder. */
function nameOf(key: string): string {
  if (!/^[\w-]{1,128}$/.test(key)) throw new Error(`"${key.slice(0, 40)}" is no key of a call`)
  return key
}

/** Whole, or not there; the first of two stays. */
function writeOnce(file: string, call: Call): void {
  const draft = `${file}.${randomBytes(6).toString("hex")}`
  writeFileSync(draft, JSON.stringify(call), { flag: "wx", mode: 0o600 })
  try {
    // Unlike a rename, a link does not replace what is there.
    linkSync(draft, file)
    unlinkSync(draft)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === "EEXIST" && callIn(file) !== null) unlinkSync(draft)
    // A file system without links: the last of two stays, and both say the same.
    else renameSync(draft, file)
  }
}

/** null where there is none, or where a loss of power left half of one. */
function callIn(file: string): unknown {
  // Most calls are new: to be told so by an exception takes ten times as long.
  if (!existsSync(file)) return null
  try {
    return jsonOrNull(readFileSync(file, "utf8"))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null
    throw error
  }
}

const DAYS_OPEN = 3

interface Ledger {
  note(line: Line): void
  spent(): Spending
  close(): void
}

/** A day's file, kept open: what it comes to, of which each time only what was written since is read. */
function openLedger(file: string): Ledger {
  const handle = openSync(file, "a+", 0o600)
  const aside = new Map<string, number>()
  let settled = 0
  let offset = 0
  return {
    // One write at the end of the file: lines of several processes do not mix, and a killed one loses none of them. A new line before it as
    // well: one that a full disk cut short must not take this one with it.
    note(line) {
      const bytes = Buffer.from(`\n${JSON.stringify(line)}\n`)
      if (writeSync(handle, bytes) < bytes.length) throw new Error(`${file} cannot be written to: the disk is full`)
    },
    spent() {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(handle).size - offset))
      const read = bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset))
      const end = read.lastIndexOf(NEWLINE) + 1
      offset += end
      for (const text of read.toString("utf8", 0, end).split("\n")) {
        // Every second line is empty, and to learn that by an exception is most of the work.
        if (text === "") continue
        // A line that a full disk cut short says nothing.
        const { data: line } = LineSchema.safeParse(jsonOrNull(text))
        if (!line) continue
        if (line.type === "reserve") aside.set(line.try, line.usd)
        else aside.delete(line.try)
        if (line.type === "settle") settled += line.usd
      }
      return { settled, setAside: [...aside.values()].reduce((sum, usd) => sum + usd, 0) }
    },
    close: () => closeSync(handle),
  }
}

const NEWLINE = 0x0a

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
