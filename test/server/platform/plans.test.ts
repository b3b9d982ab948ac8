/** How Postgres answers every query that runs, once there are 100,000 submissions: by an index, never by reading a large table through. */
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { fillWithSubmissions } from "../../support/many-submissions.ts"
import { type Platform, startPlatform } from "../../support/platform.ts"
import { twoOrganisations } from "../../support/two-organisations.ts"
import { CALLERS, MATRIX, type Row } from "./authorisation-matrix.ts"
import { callersOf, callRoute } from "./call-route.ts"

/** Reading this many rows through is no slower than an index. */
const SMALL_TABLE_ROWS = 2_500

interface Query {
  text: string
  values: unknown[]
}

let platform: Platform
const seen = new Map<string, Query>()
const query = pg.Client.prototype.query

beforeAll(async () => {
  platform = await startPlatform()
  await fillWithSubmissions(platform.store.db)
  // Written down as the program sends them: what is not sent here is no query of ours.
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first, second] = args
    const text = typeof first === "string" ? first : (first as Query | null)?.text
    const values = (Array.isArray(second) ? second : (first as Query | null)?.values) ?? []
    if (text && /^\s*(select|insert|update|delete|with)\b/i.test(text) && !seen.has(text))
      seen.set(text, { text, values })
    return Reflect.apply(query, this, args)
  } as typeof query
  await platform.addWorker()
  const worlds = await twoOrganisations(platform)
  const callers = callersOf(platform, worlds)
  for (const [name, rows] of Object.entries<Row | Row[]>(MATRIX))
    for (const row of [rows].flat()) {
      const may = CALLERS.find((caller) => row.who[caller][0] === "yes")
      if (may) await callRoute(name, callers[may], { ...(await row.input?.(worlds.here, platform)) })
    }
  await platform.visitor().fetch("/metrics")
  pg.Client.prototype.query = query
})
afterAll(async () => {
  pg.Client.prototype.query = query
  await platform?.stop()
})

interface Plan {
  "Node Type": string
  "Relation Name"?: string
  Filter?: string
  Plans?: Plan[]
}

const inside = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(inside)]

describe("queries on 100,000 submissions", () => {
  it("read no large table through", async () => {
    const client = new pg.Client({ connectionString: platform.databaseUrl })
    await client.connect()
    const { rows: sizes } = await client.query<{ name: string; rows: number }>(
      "select relname as name, reltuples::int as rows from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    const rowsOf = new Map(sizes.map(({ name, rows }) => [name, rows]))
    const readThrough: string[] = []
    for (const { text, values } of seen.values()) {
      // A change is planned, not made.
      const { rows } = await client.query<{ "QUERY PLAN": { Plan: Plan }[] }>(`explain (format json) ${text}`, values)
      for (const node of inside(rows[0]!["QUERY PLAN"][0]!.Plan)) {
        const table = node["Relation Name"]
        if (node["Node Type"] === "Seq Scan" && (rowsOf.get(table!) ?? 0) > SMALL_TABLE_ROWS)
          readThrough.push(`${table}${node.Filter ? ` (${node.Filter})` : ""}: ${text}`)
      }
    }
    await client.end()
    console.info(`${seen.size} queries looked at`)
    expect(seen.size).toBeGreaterThan(80)
    expect(readThrough).toEqual([])
  })

  it("find what hangs on a deleted row by an index", async () => {
    const unindexed = await platform.store.db.execute(`
      select c.conrelid::regclass::text || '.' || a.attname as column
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and c.connamespace = 'public'::regnamespace
        and not exists (select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`)
    expect(unindexed.rows).toEqual([])
  })

  it("of which each table's are some", () => {
    const all = [...seen.keys()].join("\n")
    for (const table of ["submission", "attempt", "outbox", "evidence", "report", "score", "draft", "sitting", "audit"])
      expect(all, table).toMatch(new RegExp(`\\b${table}\\b`))
  })
})
