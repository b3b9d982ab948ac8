/** What means something to SQL, or cannot be kept by Postgres, in each string that a route takes. */
import { sql } from "drizzle-orm"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Person, type Platform, startPlatform, WORK } from "../../support/platform.ts"
import { type TwoOrganisations, twoOrganisations } from "../../support/two-organisations.ts"
import { CALLERS, type Caller, MATRIX, type Row } from "./authorisation-matrix.ts"
import { callersOf, callRoute, sendJson } from "./call-route.ts"

const METACHARACTERS = [
  "' or '1'='1",
  `"; drop table person; --`,
  "\\'; select pg_sleep(20); --",
  "$1 %s {0} %_\\",
  "\u0000",
  "\ud800x",
]

let platform: Platform
let worlds: TwoOrganisations
let callers: Record<Caller, Person>

beforeAll(async () => {
  platform = await startPlatform()
  await platform.addWorker()
  worlds = await twoOrganisations(platform)
  callers = callersOf(platform, worlds)
})
afterAll(() => platform?.stop())

/** The input once for each string in it, with that string replaced. */
function* replacing<T>(value: T, by: string): Generator<T> {
  if (typeof value === "string") yield by as T
  else if (typeof value === "object" && value !== null)
    for (const [key, part] of Object.entries(value))
      for (const changed of replacing(part, by))
        yield (Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }) as T
}

async function faultOf(call: Promise<Response>): Promise<string | null> {
  const response = await call
  const text = await response.text()
  return response.status >= 500 || /syntax error|relation "/i.test(text) ? text : null
}

describe("SQL in a string", () => {
  const people = async () => {
    const { rows } = await platform.store.db.execute<{ n: number }>(sql`select count(*)::int as n from person`)
    return rows[0]!.n
  }

  it("of any route's input is text or refused, and never ours to fail on", async () => {
    const found: unknown[] = []
    let calls = 0
    const rows = Object.entries<Row | Row[]>(MATRIX).flatMap(([name, some]) =>
      [some].flat().map((row) => ({ name, row })),
    )
    for (const { name, row } of rows) {
      if (!row.input) continue
      const caller = CALLERS.find((one) => row.who[one][0] === "yes") ?? "candidate"
      const input: Record<string, unknown> = { ...(await row.input(worlds.here, platform)) }
      for (const by of METACHARACTERS)
        for (const changed of replacing(input, by)) {
          calls++
          const fault = await faultOf(callRoute(name, callers[caller], changed))
          if (fault !== null) found.push({ name, changed, fault })
        }
    }
    expect(found).toEqual([])
    expect(calls).toBeGreaterThan(300)
  })

  it("of a query is the same", async () => {
    const paths = ["submissions?question=", "submissions?before=", "submissions?limit=", "admin/people?after="]
    for (const path of [...paths, "admin/audit?before=", "waiting?limit="])
      for (const by of METACHARACTERS) {
        const asked = `/api/${path}${encodeURIComponent(by.toWellFormed())}`
        expect(await faultOf(callers["platform admin"].fetch(asked)), asked).toBeNull()
      }
  })

  it("of an idempotency key is a key", async () => {
    const { candidate } = callers
    for (const by of METACHARACTERS.slice(0, 4)) {
      const headers = { "idempotency-key": `${by} and more` }
      const [first, again] = [
        await candidate.api.submissions.create({ headers, body: { ...WORK, quick: true } }),
        await candidate.api.submissions.create({ headers, body: { ...WORK, quick: true } }),
      ]
      expect(again.id).toBe(first.id)
    }
  })

  it("of a sign-in is a name and a password, or refused", async () => {
    const before = await people()
    for (const path of ["sign-in/email", "sign-up/email", "request-password-reset", "reset-password"])
      for (const by of METACHARACTERS) {
        const body = { email: by, password: `${by} and more`, name: by, token: by, newPassword: `${by} and more` }
        for (const given of [body, { ...body, email: "sql@example.com" }])
          expect(
            await faultOf(sendJson(platform.visitor(), `/api/auth/${path}`, JSON.stringify(given))),
            `${path} ${by}`,
          ).toBeNull()
      }
    // One has signed up so.
    expect(await people()).toBe(before + 1)
  })
})
