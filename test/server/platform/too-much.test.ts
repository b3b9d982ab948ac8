/** Requests that are too much: too large, too slow, or made to be read in two ways. */
import { Agent, type IncomingMessage, request } from "node:http"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { sendBare } from "../../support/bare-http.ts"
import { type Person, type Platform, startPlatform, WORK } from "../../support/platform.ts"

/** Long enough for the largest body that is sent honestly here, also while the machine is busy: at one second its connection was ended once. */
const BODY_MS = 3_000
const JSON_TYPE = { "content-type": "application/json" }

let platform: Platform
let ada: Person

beforeAll(async () => {
  platform = await startPlatform({ bodyMs: BODY_MS })
  ada = await platform.signedUp()
})
afterAll(() => platform?.stop())

const isUp = async () => (await ada.api.account.get())?.email === ada.email

describe("a body that is too large", () => {
  it("is refused, and the connection serves the next request", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    // By its port: a request that waits for the connection until the one before has been written is not marked as one that uses it again.
    const send = (path: string, body: string, headers: Record<string, string | number>) =>
      new Promise<{ status: number; port: number }>((resolve, reject) => {
        const sent = request(
          new URL(path, platform.server.url),
          { agent, method: "POST" },
          (response: IncomingMessage) => {
            const port = response.socket.localPort!
            response.resume().once("end", () => resolve({ status: response.statusCode!, port }))
          },
        )
        const origin = new URL(platform.server.address).origin
        for (const [name, value] of Object.entries({ origin, cookie: ada.cookie, ...JSON_TYPE, ...headers }))
          sent.setHeader(name, value)
        sent.once("error", reject).end(body)
      })
    const large = JSON.stringify({ ...WORK, answer: "x".repeat(3.5 * 2 ** 20) })
    const told = { "content-length": Buffer.byteLength(large) }
    const chunked = { "transfer-encoding": "chunked" }
    const { status, port } = await send("/api/submissions", large, told)
    expect(status).toBe(413)
    expect(await send("/api/auth/sign-in/email", large, told)).toEqual({ status: 413, port })
    expect(await send("/api/submissions", large, chunked)).toEqual({ status: 411, port })
    expect(await send("/api/auth/sign-in/email", large, chunked)).toEqual({ status: 411, port })
    expect(await send("/api/organisations", '{"name":"Small"}', { "content-length": 16 })).toEqual({
      status: 200,
      port,
    })
    agent.destroy()
  })
})

describe("a request that takes its time", () => {
  const start = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nOrigin: ${new URL(platform.server.address).origin}\r\nContent-Type: application/json\r\nCookie: ${ada.cookie}\r\n`

  it.each(["/api/organisations", "/api/auth/sign-in/email"])(
    "is ended within the limit: a body to %s",
    async (path) => {
      const { tookMs } = await sendBare(platform.server.url, `${start(path)}Content-Length: 9000\r\n\r\n{`, {
        dripping: " ",
      })
      expect(tookMs).toBeGreaterThan(BODY_MS * 0.8)
      expect(tookMs).toBeLessThan(BODY_MS * 3)
      expect(await isUp()).toBe(true)
    },
  )

  it("is ended within the limit: headers", async () => {
    const { tookMs } = await sendBare(platform.server.url, `${start("/api/organisations")}X-Slow: `, { dripping: "x" })
    expect(tookMs).toBeLessThan(BODY_MS * 3)
  })

  it("is refused where its headers are a flood", async () => {
    const many = Array.from({ length: 5_000 }, (_, n) => `X-${n}: ${n}\r\n`).join("")
    for (const flood of [many, `X-Long: ${"x".repeat(64 * 1024)}\r\n`]) {
      const { text } = await sendBare(platform.server.url, `${start("/api/organisations")}${flood}\r\n`)
      expect(text).toMatch(/^HTTP\/1\.1 431 /)
    }
    expect(await isUp()).toBe(true)
  })

  it("is refused where it could be read as two", async () => {
    const smuggled = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n"
    const { text } = await sendBare(platform.server.url, `${start("/api/organisations")}${smuggled}`)
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).not.toContain("proofrun_")
  })
})
