/**
 * Calls to the judge's model and what they cost, day by day, in one file of the state folder: judge/calls.sqlite. Several processes may use it at once, and
 * any of them may be killed at any moment: a call is kept and settled together or not at all, and money that was set aside for one that never came back
 * stays spent. The disk is not waited for at each call: a machine that loses its power may have forgotten the newest ones, which are in the report all
 * the same, and pays for them again.
 */
import { mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { CallStore } from "../graders/judge/ask.ts"
import { CallSchema } from "../graders/judge/judgement.ts"

/**
 * `calls` are those that were answered: what is found there is never paid again. `failed` came to nothing, for whoever wants to know why; `spoilt` where
 * something came. Money is in nanodollars, so that sums are exact; `settled` is null as long as a call has not come back.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS calls (key TEXT NOT NULL UNIQUE, call TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS failed (key TEXT NOT NULL, spoilt INTEGER NOT NULL, call TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS failed_by_key ON failed (key, spoilt);
  CREATE TABLE IF NOT EXISTS spendings (id INTEGER PRIMARY KEY, key TEXT NOT NULL, day TEXT NOT NULL, aside INTEGER NOT NULL, settled INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, aside INTEGER NOT NULL, settled INTEGER NOT NULL) STRICT;
`

const NANO = 1e9
/** Another process holds the file for less than a millisecond at a time. */
const WAIT_MS = 10_000
/** Pages of 4 KiB that may stand in the log: moving them to their places waits for the disk, which is to be seldom. */
const PAGES_IN_LOG = 10_000

export interface Spending {
  /** US dollars: settled, and set aside for calls that are on their way or never came back. */
  settled: number
  setAside: number
}

export interface FileCallStore extends CallStore {
  spent(at: Date): Promise<Spending>
}

/** Throws where the file cannot be opened or is none of ours, with what to do about it. */
export async function openJudgeStore(stateFolder: string): Promise<FileCallStore> {
  // The state folder is others' as well (the database's account reads below it); what was answered is nobody else's.
  mkdirSync(stateFolder, { recursive: true })
  mkdirSync(dirname(judgeFile(stateFolder)), { recursive: true, mode: 0o700 })
  const database = opened(judgeFile(stateFolder))
  const found = database.prepare("SELECT call FROM calls WHERE key = ?")
  const spoilt = database.prepare("SELECT count(*) AS count FROM failed WHERE key = ? AND spoilt = 1")
  const keep = database.prepare("INSERT INTO calls (key, call) VALUES (?, ?) ON CONFLICT DO NOTHING")
  const keepFailed = database.prepare("INSERT INTO failed (key, spoilt, call) VALUES (?, ?, ?)")
  const totals = database.prepare("SELECT aside, settled FROM days WHERE day = ?")
  const setAside = database.prepare("INSERT INTO spendings (key, day, aside) VALUES (?, ?, ?)")
  const settle = database.prepare(
    "UPDATE spendings SET settled = ? WHERE id = ? AND settled IS NULL RETURNING day, aside",
  )
  const addToDay = database.prepare(
    `INSERT INTO days (day, aside, settled) VALUES (?, ?, ?)
     ON CONFLICT (day) DO UPDATE SET aside = aside + excluded.aside, settled = settled + excluded.settled`,
  )
  const whole = transactionsOf(database)
  const ofDay = (day: string) => totals.get(day) as { aside: number; settled: number } | undefined

  /** What this process has set aside, by key. The same call may be on its way twice: each takes back one of what they set aside. */
  const mine = new Map<string, { id: number | bigint; aside: number }[]>()
  const taken = (key: string) => {
    const one = mine.get(key)?.shift()
    if (mine.get(key)?.length === 0) mine.delete(key)
    return one
  }
  const settleOne = (id: number | bigint, cost: number) => {
    const row = settle.get(cost, id) as { day: string; aside: number } | undefined
    if (row) addToDay.run(row.day, -row.aside, cost)
  }

  return {
    async find(key) {
      const row = found.get(key)
      return row === undefined ? null : CallSchema.parse(JSON.parse(String(row.call)))
    },

    async spoilt(key) {
      return Number(spoilt.get(key)?.count)
    },

    async reserve(key, usd, limitUsd, at) {
      const day = dayOf(at)
      const aside = Math.ceil(usd * NANO)
      const id = whole(() => {
        const spent = ofDay(day)
        if ((spent?.aside ?? 0) + (spent?.settled ?? 0) + aside > limitUsd * NANO) return null
        const { lastInsertRowid } = setAside.run(key, day, aside)
        addToDay.run(day, aside, 0)
        return lastInsertRowid
      })
      if (id === null) return false
      // Only what is committed: the number of a row that was taken back is given to another.
      mine.set(key, [...(mine.get(key) ?? []), { id, aside }])
      return true
    },

    async keep(call) {
      const reserved = taken(call.key)
      whole(() => {
        // What a model without a price cost is not known: what was set aside for it stands.
        if (reserved) settleOne(reserved.id, call.usd === null ? reserved.aside : Math.ceil(call.usd * NANO))
        if (call.outcome === "answered" || call.outcome === "refused") keep.run(call.key, JSON.stringify(call))
        else keepFailed.run(call.key, call.completion === null ? 0 : 1, JSON.stringify(call))
      })
    },

    async release(key) {
      const reserved = taken(key)
      if (reserved) whole(() => settleOne(reserved.id, 0))
    },

    async spent(at) {
      const spent = ofDay(dayOf(at))
      return { settled: (spent?.settled ?? 0) / NANO, setAside: (spent?.aside ?? 0) / NANO }
    },
  }
}

export const judgeFile = (stateFolder: string): string => join(stateFolder, "judge", "calls.sqlite")

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

function opened(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { timeout: WAIT_MS })
    // Readers and writers do not wait for each other, and a killed process leaves nothing half written.
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${PAGES_IN_LOG}; BEGIN IMMEDIATE; ${TABLES} COMMIT`,
    )
    return database
  } catch (error) {
    throw new Error(
      `The judge's calls in ${file} cannot be used: ${(error as Error).message}. Move the file away to begin with an empty one; calls that were paid for are in their reports too.`,
      { cause: error },
    )
  }
}

/** Runs its function as one transaction, and takes all of it back where it throws. The lock is taken first: nobody else writes between a look and a change. */
function transactionsOf(database: DatabaseSync): <T>(run: () => T) => T {
  const [begin, commit, rollback] = ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"].map((sql) => database.prepare(sql))
  return (run) => {
    begin.run()
    try {
      const result = run()
      commit.run()
      return result
    } catch (error) {
      if (database.isTransaction) rollback.run()
      throw error
    }
  }
}
