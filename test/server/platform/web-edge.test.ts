/** What the server lets in and how it answers, whoever calls: origins, content types, headers, what is told. */
import { get } from "node:http"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Person, type Platform, startPlatform } from "../../support/platform.ts"

const JSON_TYPE = { "content-type": "application/json" }

let platform: Platform
let ada: Person
let visitor: Person

beforeAll(async () => {
  platform = await startPlatform()
  ada = await platform.signedUp()
  visitor = platform.visitor()
})
afterAll(() => platform?.stop())

const post = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer> = '{"name":"Forged"}') =>
  ada.fetch("/api/organisations", { method: "POST", headers, body })
const signIn = (headers: Record<string, string>, body = JSON.stringify(ada)) =>
  visitor.fetch("/api/auth/sign-in/email", { method: "POST", headers, body })
const statusOf = async (response: Promise<Response>) => (await response).status

describe("a page that is asked for under another name of this machine", () => {
  /** Status and Location of a page, asked for with this Host. */
  const pageFor = (host: string, path: string): Promise<[number | undefined, string | undefined]> =>
    new Promise((resolve, reject) => {
      const asked = get(`${platform.server.url}${path}`, { headers: { host, accept: "text/html" } }, (response) => {
        response.resume()
        resolve([response.statusCode, response.headers.location])
      })
      asked.on("error", reject)
    })

  it("is at the address where one can sign in, and nowhere else", async () => {
    const { origin, port, hostname } = new URL(platform.server.address)
    const names = ["localhost", "127.0.0.1", "[::1]"]
    expect(names).toContain(hostname)
    for (const name of names.filter((one) => one !== hostname))
      expect(await pageFor(`${name}:${port}`, "/sign-up?back=%2Fhistory")).toEqual([
        307,
        `${origin}/sign-up?back=%2Fhistory`,
      ])
    for (const host of [`${hostname}:${port}`, "proofrun.example"])
      expect((await pageFor(host, "/sign-up"))[0], host).not.toBe(307)
    expect((await pageFor(`${names.find((one) => one !== hostname)}:${port}`, "/healthz"))[0]).toBe(200)
  })
})

describe("a request from another site", () => {
  const own = () => new URL(platform.server.address).origin

  it("changes nothing, whatever its Origin is", async () => {
    const origins = [
      "https://evil.example",
      "null",
      `${own()}.evil.example`,
      `${own()}0`,
      own().replace("http", "https"),
      "",
    ]
    for (const origin of origins) {
      expect(await statusOf(post({ origin, ...JSON_TYPE })), origin).toBe(403)
      expect(await statusOf(signIn({ origin, ...JSON_TYPE })), origin).toBe(403)
    }
    const { status } = await fetch(`${platform.server.url}/api/organisations`, {
      method: "POST",
      headers: { ...JSON_TYPE, cookie: ada.cookie },
      body: '{"name":"Forged"}',
    })
    expect(status).toBe(403)
    expect((await ada.api.account.get())!.organisations).toEqual([])
  })

  it("is not JSON because a form or plain text looks like it", async () => {
    const types = [
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/plain",
      "text/plain; application/json",
    ]
    for (const type of types) {
      expect(await statusOf(post({ "content-type": type })), type).toBe(415)
      expect(await statusOf(signIn({ "content-type": type })), type).toBe(415)
    }
    expect((await ada.api.account.get())!.organisations).toEqual([])
  })

  it("is told of no site that may read answers", async () => {
    for (const method of ["OPTIONS", "GET"]) {
      const { headers } = await ada.fetch("/api/account", {
        method,
        headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
      })
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([])
    }
  })
})

describe("every answer", () => {
  const paths = [
    "/",
    "/api/account",
    "/api/nothing",
    "/api/auth/get-session",
    "/api/auth/nothing",
    "/healthz",
    "/api/openapi.json",
  ]

  it("says what it is, who may frame it, and not what made it", async () => {
    for (const path of paths) {
      const { headers } = await visitor.fetch(path)
      expect(headers.get("content-type"), path).toMatch(/^application\/json/)
      expect(headers.get("x-content-type-options"), path).toBe("nosniff")
      expect(headers.get("x-powered-by"), path).toBeNull()
      expect(headers.get("server"), path).toBeNull()
      const policy = headers.get("content-security-policy")!
      expect(policy, path).toContain("default-src 'none'")
      expect(policy, path).toContain("frame-ancestors 'none'")
      expect(policy.match(/script-src[^;]*/)![0], path).toBe("script-src 'self'")
      if (path.startsWith("/api")) expect(headers.get("cache-control"), path).toContain("no-store")
    }
  })

  it("is a refusal in JSON where there is no such route", async () => {
    const unknown = [
      "/nothing",
      "/api",
      "/api/nothing",
      "/api/../etc/passwd",
      "/api/auth/",
      "/api/auth/admin/set-role",
      "/api/auth/ok",
    ]
    const hidden = [
      "/api/auth/sign-in/social",
      "/api/auth/delete-user",
      "/api/auth/change-email",
      "/api/auth/list-sessions",
      "/.env",
    ]
    for (const path of [...unknown, ...hidden])
      for (const method of ["GET", "POST", "DELETE", "PATCH"])
        expect(await statusOf(ada.fetch(path, { method })), `${method} ${path}`).toBe(404)
  })

  it("shows no stack, whatever the request breaks", async () => {
    const paths = ["%ff", "%", "%c0%ae", "%00", "..%2f..%2f", "a".repeat(5000)]
    const answers = await Promise.all([
      ...paths.flatMap((path) => [
        visitor.fetch(`/api/questions/${path}`),
        visitor.fetch(`/api/auth/${path}`),
        visitor.fetch(`/${path}`),
      ]),
      ...["{", "", "null", "[]", "1", '"x"', "{]}", '{"name":', "\u0000", `${"[".repeat(100_000)}`].flatMap((body) => [
        post(JSON_TYPE, body),
        signIn(JSON_TYPE, body.slice(0, 10_000)),
      ]),
      post(JSON_TYPE, `{"name":${"[".repeat(200_000)}${"]".repeat(200_000)}}`),
      post(JSON_TYPE, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])),
      post({ "content-type": "application/json; charset=utf-7" }),
      signIn({ "content-type": "application/json; charset=utf-7" }),
      signIn({ ...JSON_TYPE, "content-encoding": "gzip" }),
      ada.fetch("/api/account", {
        headers: { cookie: "proofrun.session_token=%zz; a=%; =; proofrun.session_data=e30" },
      }),
      ada.fetch("/api/submissions?limit=1e309&before=yesterday"),
    ])
    for (const response of answers) {
      const text = await response.text()
      expect(text).not.toMatch(/node_modules|file:\/\/|\.[cm]?[tj]s:\d+|\bat \S+ \(|select |postgres/i)
      expect(response.status, `${response.url} ${text}`).toBeLessThan(500)
    }
  })

  it("to a body that is no JSON is 400", async () => {
    for (const body of ["{", '{"name":', "nonsense"]) {
      expect(await statusOf(post(JSON_TYPE, body))).toBe(400)
      expect(await statusOf(signIn(JSON_TYPE, body))).toBe(400)
    }
  })
})

describe("metrics", () => {
  it("are for this machine, and not for whom a proxy on it speaks", async () => {
    expect(await statusOf(visitor.fetch("/metrics"))).toBe(200)
    for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
      expect(await statusOf(visitor.fetch("/metrics", { headers: { [name]: "203.0.113.7" } })), name).toBe(404)
  })
})
