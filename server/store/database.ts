/** The connection to Postgres. Everything in this folder takes a `Database`; nobody else writes SQL. */

import { type ExtractTablesWithRelations, type SQL, type SQLWrapper, sql } from "drizzle-orm"
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
  listen(channels: string[], onMessage: (channel: string, payload: string) => void, onGap: () => void): Kept
  /** Keeps a connection that says by a lock that this worker lives. It goes with its process, at once, whatever becomes of that. */
  present(worker: string): Kept
  close(): Promise<void>
}

export interface Kept {
  end(): Promise<void>
}

/** First half of the advisory locks that workers hold; the second is a hash of the worker's name. */
const PRESENCE = 4_731_905

/** True while the worker of this name, a column, keeps its connection. Of two names with one hash either counts for both. */
export const isPresent = (worker: SQLWrapper): SQL => sql`exists (
  select 1 from pg_locks l
  where l.locktype = 'advisory' and l.classid = ${PRESENCE} and l.objsubid = 2 and l.granted
    and l.objid::bigint = hashtext(${worker})::bigint & 4294967295
    and l.database = (select oid from pg_database where datname = current_database()))`

/** A query that is made once for each database, and run many times: making its text takes longer than sending it. */
export function once<Query>(make: (db: Database) => Query): (db: Database) => Query {
  const made = new WeakMap<Database, Query>()
  return (db) => {
    const query = made.get(db) ?? make(db)
    made.set(db, query)
    return query
  }
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
  const open = new Set<Kept>()
  const kept = (begin: (client: pg.Client) => Promise<unknown>) => {
    const connection = keep(options, begin)
    open.add(connection)
    return connection
  }
  return {
    db: drizzle(pool, { schema: tables }),
    listen(channels, onMessage, onGap) {
      return kept(async (client) => {
        client.on("notification", ({ channel, payload }) => onMessage(channel, payload ?? ""))
        await client.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join("; "))
        // What was said while nobody listened is not said again.
        onGap()
      })
    },
    present: (worker) =>
      kept((client) => client.query("select pg_advisory_lock_shared($1, hashtext($2))", [PRESENCE, worker])),
    async close() {
      await Promise.all([...open].map((one) => one.end()))
      await pool.end()
    },
  }
}

const RECONNECT_MS = 500

/** A connection of its own that is made again, and begun with again, whenever it breaks. */
function keep(options: pg.ClientConfig, begin: (client: pg.Client) => Promise<unknown>): Kept {
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
    one
      .connect()
      .then(() => begin(one))
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
