/** The connection to Postgres. Everything in this folder takes a `Database`; nobody else writes SQL. */

import type { ExtractTablesWithRelations } from "drizzle-orm"
import type { NodePgQueryResultHKT } from "drizzle-orm/node-postgres"
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres"
import type { PgTransaction } from "drizzle-orm/pg-core"
import pg from "pg"
import * as tables from "./tables.ts"

export type Database = NodePgDatabase<typeof tables>
export type Transaction = PgTransaction<NodePgQueryResultHKT, typeof tables, ExtractTablesWithRelations<typeof tables>>

export interface Store {
  db: Database
  /** Hears what is told to the channels, until `end` is called. `onGap` is called whenever something may have been missed. */
  listen(channels: string[], onMessage: (channel: string, payload: string) => void, onGap: () => void): Listening
  close(): Promise<void>
}

export interface Listening {
  end(): Promise<void>
}

const LONGEST_CONNECT_MS = 5_000
/** A query that takes so long is a bug or a database in trouble; whoever asked is told rather than kept. */
const LONGEST_QUERY_MS = 30_000

/** Connects when first used: opening needs no database yet. */
export function openStore(url: string, { connections = 10 }: { connections?: number } = {}): Store {
  const options = { connectionString: url, connectionTimeoutMillis: LONGEST_CONNECT_MS }
  const pool = new pg.Pool({
    ...options,
    max: connections,
    query_timeout: LONGEST_QUERY_MS,
    statement_timeout: LONGEST_QUERY_MS,
    idle_in_transaction_session_timeout: LONGEST_QUERY_MS,
  })
  // An idle connection that breaks (Postgres restarted) is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {})
  const open = new Set<Listening>()
  return {
    db: drizzle(pool, { schema: tables }),
    listen(channels, onMessage, onGap) {
      const listening = listen(options, channels, onMessage, onGap)
      open.add(listening)
      return listening
    },
    async close() {
      await Promise.all([...open].map((one) => one.end()))
      await pool.end()
    },
  }
}

const RECONNECT_MS = 500

/** A connection of its own that is made again whenever it breaks. */
function listen(
  options: pg.ClientConfig,
  channels: string[],
  onMessage: (channel: string, payload: string) => void,
  onGap: () => void,
): Listening {
  let ended = false
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  const again = () => {
    client = null
    if (!ended) timer = setTimeout(connect, RECONNECT_MS)
  }
  function connect(): void {
    const one = new pg.Client({ ...options, keepAlive: true })
    client = one
    let over = false
    const broken = () => {
      if (over) return
      over = true
      one.end().catch(() => {})
      again()
    }
    one.on("error", broken)
    one.on("end", broken)
    one.on("notification", ({ channel, payload }) => onMessage(channel, payload ?? ""))
    one
      .connect()
      .then(() => one.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join("; ")))
      // What was said while nobody listened is not said again.
      .then(onGap)
      .catch(broken)
  }
  connect()
  return {
    async end() {
      ended = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}

/** Whether this is the database being away, rather than an answer from it: worth another try. */
export function isAway(error: unknown): boolean {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    const { code } = one as { code?: unknown }
    // Class 08: connection; 57P01-3: shut down, crashed, starting; 53: too many connections, disk or memory full.
    if (typeof code === "string" && /^(08|53|57P0|ECONN|EPIPE|ENOENT|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/.test(code))
      return true
    if (
      /connection (terminated|timeout|ended)|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i.test(
        one.message,
      )
    )
      return true
  }
  return false
}
