/** How often one may guess, with the limits as they are. */
import { randomBytes } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { connect } from "../../../server/queue.ts"
import { LIMITS } from "../../../server/web/limits.ts"
import type { RunningServer } from "../../../server/web/serve.ts"
import { type Person, type Platform, startPlatform } from "../../support/platform.ts"

let platform: Platform
let server: RunningServer
let behindProxy: RunningServer
let ada: Person

beforeAll(async () => {
  platform = await startPlatform({ limitScale: 1 })
  server = platform.server
  behindProxy = await platform.addServer({ platform: { ...platform.settings, proxies: 1 } })
  await countedInRedis(server, "127.0.0.1")
  await countedInRedis(behindProxy, "10.255.0.1")
  ada = await platform.signedUp()
})
afterAll(() => platform?.stop())

const post = (on: RunningServer, path: string, body: object, from: string) =>
  platform.visitor(on).fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": from },
    body: JSON.stringify(body),
  })
const guess = (on: RunningServer, email: string, from: string) =>
  post(on, "/api/auth/sign-in/email", { email, password: "a wrong guess" }, from)
const address = () => [...randomBytes(3)].join(".").replace(/^/, "10.")

/** The first answer that says "too often", and how many came before it. */
async function untilTooOften(most: number, once: (n: number) => Promise<Response>) {
  for (let before = 0; before <= most; before++) {
    const response = await once(before)
    if (response.status === 429)
      return { before, retryAfter: Number(response.headers.get("retry-after")), text: await response.text() }
  }
  throw new Error(`${most + 1} were answered.`)
}

/** Resolves when the server's connection to Redis stands: until then it counts by itself. */
async function countedInRedis(on: RunningServer, from: string): Promise<void> {
  const redis = connect(platform.redisUrl)
  try {
    for (let tries = 0; tries < 200; tries++) {
      await platform.visitor(on).fetch("/api/account", { headers: { "x-forwarded-for": from } })
      if (await redis.exists(`proofrun-limit-call:address ${from}`)) return
    }
    throw new Error("The server counts nothing in Redis.")
  } finally {
    redis.disconnect()
  }
}

describe("guessing", () => {
  it("one account's password ends, from however many addresses, and however the address is written", async () => {
    const { points, seconds } = LIMITS["sign-in of one"]
    const spelled = (n: number) => (n % 2 ? ada.email.toUpperCase() : ada.email)
    const end = await untilTooOften(points, (n) => guess(behindProxy, spelled(n), address()))
    expect(end.before).toBe(points)
    expect(end.retryAfter).toBeGreaterThan(0)
    expect(end.retryAfter).toBeLessThanOrEqual(seconds)
    expect(end.text).toContain("too often")
    const other = await guess(behindProxy, "somebody.else@example.com", address())
    expect(other.status).toBe(401)
  })

  it("the passwords of many accounts from one address ends, whatever it says of where it comes from", async () => {
    const { points } = LIMITS["sign-in"]
    const end = await untilTooOften(points, (n) => guess(server, `somebody-${n}@example.com`, address()))
    // Signing up was one.
    expect(end.before).toBe(points - 1)
    expect(end.retryAfter).toBeGreaterThan(0)
  })

  it("the password by deleting the account ends", async () => {
    const bob = { email: "bob@example.com", password: "long enough", name: "Bob" }
    const made = await post(behindProxy, "/api/auth/sign-up/email", bob, address())
    const cookie = made.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ")
    const { points } = LIMITS["sign-in of one"]
    const end = await untilTooOften(points, () =>
      platform.visitor(behindProxy).fetch("/api/account/removal", {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: '{"password":"a wrong guess"}',
      }),
    )
    expect(end.before).toBe(points)
    expect(end.retryAfter).toBeGreaterThan(0)
  })

  it("invitations ends", async () => {
    const { points } = LIMITS.invite
    const end = await untilTooOften(points, () =>
      post(server, "/api/invitations/look", { token: randomBytes(32).toString("base64url") }, address()),
    )
    expect(end.before).toBe(points)
    expect(end.retryAfter).toBeGreaterThan(0)
  })
})
