/** Text that would like to be more than text: markup, SQL, names that mean something to JavaScript, and characters that Postgres cannot keep. */
import { join } from "node:path"
import { sql } from "drizzle-orm"
import { parseHTML } from "linkedom"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Broker, serveBroker } from "../../../server/broker/serve-broker.ts"
import { contract } from "../../../server/contract.ts"
import { renderHtml } from "../../../server/report/html.ts"
import { cookiesOf, type Person, type Platform, personAt, startPlatform, WORK } from "../../support/platform.ts"
import { graded, type TwoOrganisations, twoOrganisations } from "../../support/two-organisations.ts"
import { CALLERS, type Caller, MATRIX, type Row } from "./authorisation-matrix.ts"

const MARKUP = `<img src=x onerror="alert(1)"><script>alert(1)</script>'"&\u202e\u001b[31m`
/** What the engine said, with what no Postgres keeps. */
const ENGINE_SAID = `${MARKUP}\u0000\ud800`

let platform: Platform
let broker: Broker
let worlds: TwoOrganisations
let callers: Record<Caller, Person>

beforeAll(async () => {
  platform = await startPlatform()
  const worker = await platform.addWorker()
  worlds = await twoOrganisations(platform)
  const { here, mentor, admin } = worlds
  callers = {
    "signed out": platform.visitor(),
    candidate: here.candidate,
    recruiter: here.recruiter,
    "member mentor": here.mentor,
    "member admin": here.admin,
    "platform mentor": mentor,
    "platform admin": admin,
  }
  await worker.drain(0)
  const socket = join(platform.folder, "refusing", "broker.sock")
  broker = await serveBroker(
    socket,
    {
      images: Promise.resolve("refusing"),
      async run(_job, { onProgress }) {
        onProgress("work", 1, ENGINE_SAID)
        const rejected = { stage: "run" as const, message: ENGINE_SAID, file: "access.ts", line: 1 }
        return {
          kind: "rejected",
          rejected,
          warnings: [{ message: ENGINE_SAID, file: MARKUP, line: 1 }],
          provenance: null,
        }
      },
    },
    () => {},
  )
  platform.addWorkerOn(socket)
})
afterAll(async () => {
  await platform?.stop()
  await broker?.close()
})

const send = (who: Person, path: string, body: string, method = "POST") =>
  who.fetch(path, { method, headers: { "content-type": "application/json" }, body })

describe("markup", () => {
  it("from the candidate and the engine comes back as data, and the report's page shows it as text", async () => {
    const email = "markup@example.com"
    const signUp = { email, password: "long enough", name: MARKUP }
    const made = await send(platform.visitor(), "/api/auth/sign-up/email", JSON.stringify(signUp))
    const eve = personAt(platform.server, { ...signUp, cookie: cookiesOf(made) })
    const files = { "access.ts": `// ${MARKUP}` }
    const submission = await graded(eve, { ...WORK, schema: MARKUP, files, answer: MARKUP, displayName: MARKUP })
    for (const what of ["", "/content", "/report", "/evidence"]) {
      const response = await eve.fetch(`/api/submissions/${submission}${what}`)
      expect(response.status, what).toBe(200)
      expect(response.headers.get("content-type")).toMatch(/^application\/json/)
      expect(response.headers.get("x-content-type-options")).toBe("nosniff")
    }
    expect((await eve.api.account.get())!.name).toBe(MARKUP)
    expect(await eve.api.submissions.content({ submission })).toMatchObject({ schema: MARKUP, files, answer: MARKUP })
    const report = await eve.api.submissions.report({ submission })
    expect(report.displayName).toBe(MARKUP)
    expect(report.rejected?.message).toContain(MARKUP)
    const { document } = parseHTML(renderHtml(report))
    expect(document.querySelectorAll("img, [onerror]")).toHaveLength(0)
    for (const script of document.querySelectorAll("script")) expect(script.textContent).not.toContain("alert(1)")
    expect(document.body.textContent).toContain("<img src=x")
  })
})

const METACHARACTERS = [
  "' or '1'='1",
  `"; drop table person; --`,
  "\\'; select pg_sleep(20); --",
  "$1 %s {0} %_\\",
  "\u0000",
  "\ud800x",
]
const ROUTES = Object.fromEntries(
  Object.entries(contract).flatMap(([group, routes]) =>
    Object.entries(routes).map(([name, route]) => [
      `${group}.${name}`,
      route["~orpc"].route as { method?: string; path?: string },
    ]),
  ),
)

/** The input once for each string in it, with that string replaced. */
function* replacing(value: unknown, by: string): Generator<unknown> {
  if (typeof value === "string") yield by
  else if (typeof value === "object" && value !== null)
    for (const [key, part] of Object.entries(value))
      for (const changed of replacing(part, by))
        yield Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }
}

describe("SQL", () => {
  const people = async () =>
    (await platform.store.db.execute<{ n: number }>(sql`select count(*)::int as n from person`)).rows[0]!.n

  it("in any string of any route is text or refused, never ours to fail on", async () => {
    const found: string[] = []
    let calls = 0
    for (const [name, rows] of Object.entries<Row | Row[]>(MATRIX))
      for (const row of [rows].flat()) {
        if (!row.input) continue
        const caller = callers[CALLERS.find((one) => row.who[one][0] === "yes") ?? "candidate"]
        const given = await row.input(worlds.here, platform)
        const { method = "POST", path = "" } = ROUTES[name]!
        for (const by of METACHARACTERS)
          for (const changed of replacing(given, by) as Generator<Record<string, unknown>>) {
            const filled = path.replace(/\{(\w+)\}/g, (_whole: string, key: string) =>
              encodeURIComponent(String(changed[key]).toWellFormed()),
            )
            const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key!)
            const rest = Object.fromEntries(Object.entries(changed).filter(([key]) => !inPath.includes(key)))
            const body = JSON.stringify("body" in rest ? rest.body : rest)
            const response =
              method === "GET" ? await caller.fetch(`/api${filled}`) : await send(caller, `/api${filled}`, body, method)
            const text = await response.text()
            calls++
            if (response.status >= 500 || /syntax error|relation "/i.test(text))
              found.push(`${method} ${filled} ${body}: ${text}`)
          }
      }
    expect(found).toEqual([])
    expect(calls).toBeGreaterThan(300)
  })

  it("in queries, headers and sign-ins is the same", async () => {
    const before = await people()
    const { admin, candidate } = callers["platform admin"] && {
      admin: callers["platform admin"],
      candidate: callers.candidate,
    }
    for (const by of METACHARACTERS) {
      const text = encodeURIComponent(by.toWellFormed())
      const asked = [
        "/submissions?question=",
        "/submissions?before=",
        "/submissions?limit=",
        "/admin/people?after=",
        "/admin/audit?before=",
        "/waiting?limit=",
      ]
      for (const path of asked) expect((await admin.fetch(`/api${path}${text}`)).status, path + text).toBeLessThan(500)
      if (/^[\x20-\x7e]+$/.test(by))
        expect(
          (
            await candidate.fetch("/api/submissions", {
              method: "POST",
              headers: { "content-type": "application/json", "idempotency-key": `${by} and more` },
              body: JSON.stringify({ ...WORK, quick: true }),
            })
          ).status,
        ).toBeLessThan(500)
      for (const path of ["sign-in/email", "sign-up/email", "request-password-reset", "reset-password"]) {
        const body = { email: by, password: `${by} and more`, name: by, token: by, newPassword: `${by} and more` }
        for (const given of [body, { ...body, email: "sql@example.com" }])
          expect(
            (await send(platform.visitor(), `/api/auth/${path}`, JSON.stringify(given))).status,
            `${path} ${by}`,
          ).toBeLessThan(500)
      }
    }
    // Nobody is gone; whoever has signed up with such a name or password is called so.
    expect(await people()).toBeGreaterThanOrEqual(before)
    expect(await worlds.here.candidate.api.account.get()).not.toBeNull()
  })
})

describe("names that mean something to JavaScript", () => {
  const clean = () => {
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  }

  const draft = (who: Person, files: string) =>
    send(who, "/api/drafts/clickstream/redis", `{"revision":0,"content":{"files":${files},"answer":""}}`, "PUT")

  it("are no names of files", async () => {
    const { candidate } = worlds.here
    const names = ["constructor", "prototype", "__proto__.ts", "constructor.js", "a/__proto__/b.ts", "prototype/a.ts"]
    for (const name of names) {
      const files = `{"access.ts":"export default 1",${JSON.stringify(name)}:"polluted"}`
      expect((await draft(candidate, files)).status, name).toBe(400)
      const work = `{"question":"clickstream","engine":"cassandra","answer":"","files":${files}}`
      expect((await send(candidate, "/api/submissions", work)).status, name).toBe(400)
    }
    clean()
  })

  it("are left out where they could only be meant for harm", async () => {
    const { candidate } = worlds.here
    expect((await draft(candidate, '{"a.ts":"1","__proto__":"polluted"}')).status).toBe(200)
    const kept = await candidate.api.drafts.get({ question: "clickstream", engine: "redis" })
    expect(JSON.stringify(kept!.content.files)).toBe('{"a.ts":"1"}')
    clean()
  })

  it("change nothing in bodies and queries", async () => {
    const { candidate, organisation } = worlds.here
    const evil = ['"__proto__":{"polluted":1,"role":"admin"}', '"constructor":{"prototype":{"polluted":1}}']
    for (const one of evil) {
      expect((await send(candidate, "/api/organisations", `{"name":"P",${one}}`)).status).toBeLessThan(500)
      expect((await send(candidate, "/api/auth/update-user", `{"name":"P",${one}}`)).status).toBeLessThan(500)
      const content = `{"files":{},"answer":"",${one}}`
      expect(
        (await send(candidate, "/api/drafts/clickstream/redis", `{"revision":0,"content":${content},${one}}`, "PUT"))
          .status,
      ).toBeLessThan(500)
      clean()
    }
    for (const query of [
      "__proto__[polluted]=1",
      "constructor[prototype][polluted]=1",
      "limit[__proto__][polluted]=1",
      "a[0][__proto__][polluted]=1",
      "__proto__.polluted=1",
    ]) {
      expect((await candidate.fetch(`/api/submissions?${query}`)).status, query).toBeLessThan(500)
      expect((await candidate.fetch(`/api/auth/get-session?${query}`)).status, query).toBeLessThan(500)
      clean()
    }
    expect((await candidate.api.account.get())!.role).toBe("candidate")
    expect((await send(candidate, `/api/organisations/${organisation}/invitations`, "{}")).status).toBe(404)
  })
})

describe("characters", () => {
  it("that cannot be kept are refused with a sentence, and all others come back as they were", async () => {
    const { api } = worlds.here.candidate
    const key = { question: "fan-out-feed", engine: "redis" }
    for (const answer of ["a\u0000b", "half \ud83d pair", "\udc00"])
      await expect(api.drafts.save({ ...key, revision: 0, content: { files: {}, answer } })).rejects.toThrow(
        /NUL character or half/,
      )
    const answer = "\u202e\u200b\ufeff\u001b[31m\u0007 🦄 \uffff é é \r\n\t"
    await api.drafts.save({ ...key, revision: 0, content: { files: {}, answer } })
    expect((await api.drafts.get(key))!.content.answer).toBe(answer)
  })

  it("that are no UTF-8 are kept as what stands for them", async () => {
    const { candidate } = worlds.here
    const body = Buffer.concat([Buffer.from('{"name":"a'), Buffer.from([0xff, 0xc0, 0xaf]), Buffer.from('b"}')])
    const response = await candidate.fetch("/api/organisations", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    })
    expect(response.status).toBe(200)
    expect(((await response.json()) as { name: string }).name).toBe("a\ufffd\ufffd\ufffdb")
  })
})
