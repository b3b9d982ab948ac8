/** Text that would like to be more than text: markup, names that mean something to JavaScript, and characters that Postgres cannot keep. */
import { join } from "node:path"
import { parseHTML } from "linkedom"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Broker, serveBroker } from "../../../server/broker/serve-broker.ts"
import { renderHtml } from "../../../server/report/html.ts"
import { cookiesOf, type Person, type Platform, personAt, startPlatform, WORK } from "../../support/platform.ts"
import { graded, type TwoOrganisations, twoOrganisations } from "../../support/two-organisations.ts"
import { sendJson as send } from "./call-route.ts"

const MARKUP = `<img src=x onerror="alert(1)"><script>alert(1)</script>'"&\u202e\u001b[31m`
/** What the engine said, with what no Postgres keeps. */
const ENGINE_SAID = `${MARKUP}\u0000\ud800`

let platform: Platform
let broker: Broker
let worlds: TwoOrganisations

beforeAll(async () => {
  platform = await startPlatform()
  const worker = await platform.addWorker()
  worlds = await twoOrganisations(platform)
  await worker.drain(0)
  const socket = join(platform.folder, "refusing", "broker.sock")
  broker = await serveBroker(
    socket,
    {
      images: async () => "refusing",
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
