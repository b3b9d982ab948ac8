/**
 * People who hand submissions in and wait for what comes of them while everything around them breaks: each asks again, at either server, until it is
 * answered, as a browser would. What was acknowledged is remembered.
 */
import { randomBytes, randomUUID } from "node:crypto"
import type { SubmissionView } from "../../server/contract/forms.ts"
import { cookiesOf, WORK } from "./platform.ts"

export interface Acknowledged {
  id: string
  key: string
  kind: Kind
  /** As the person saw it last. */
  last: SubmissionView
}

export const KINDS = ["strong", "weak", "refuse me"] as const
export type Kind = (typeof KINDS)[number]

/** What is handed in, as the contract wants it; never the same twice. */
export type WorkOf = (kind: Kind) => Promise<object>

const forTinyBrokers: WorkOf = async (kind) => ({
  ...WORK,
  files: { "access.ts": `${WORK.files["access.ts"]}// ${kind}, ${randomBytes(8).toString("hex")}\n` },
})

export interface Crowd {
  /** Hands in so many submissions and waits until each is over. Throws where one is not over after `patienceMs`. */
  handIn(count: number, onAcknowledged: (one: Acknowledged) => void): Promise<void>
}

const ASK_EVERY_MS = 150
const PATIENCE_MS = 180_000

export async function gatherCrowd(
  { urls, address }: { urls: string[]; address: string },
  people: number,
  random: () => number,
  workOf: WorkOf = forTinyBrokers,
): Promise<Crowd> {
  const cookies = await Promise.all(Array.from({ length: people }, (_, at) => signUp(urls[0]!, address, at)))

  /** Asks at either server until one answers; a 5xx, a broken connection and "come again" are none. */
  async function ask(cookie: string, path: string, init: { method?: string; body?: string; key?: string } = {}) {
    const end = Date.now() + PATIENCE_MS
    for (let at = Math.floor(random() * urls.length); ; at++) {
      const response = await fetch(`${urls[at % urls.length]}/api${path}`, {
        method: init.method ?? "GET",
        headers: {
          origin: address,
          cookie,
          ...(init.body !== undefined && { "content-type": "application/json" }),
          ...(init.key !== undefined && { "idempotency-key": init.key }),
        },
        ...(init.body !== undefined && { body: init.body }),
        signal: AbortSignal.timeout(5_000),
      }).catch(() => null)
      if (response && response.status < 500 && response.status !== 429) {
        if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`)
        const body = await response.json().catch(() => null)
        if (body !== null) return body as SubmissionView
      } else await response?.body?.cancel().catch(() => {})
      if (Date.now() > end) throw new Error(`Nobody answered ${path} for ${PATIENCE_MS / 1000} s.`)
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  }

  async function one(cookie: string, kind: Kind, onAcknowledged: (one: Acknowledged) => void): Promise<void> {
    const key = randomUUID()
    const body = JSON.stringify(await workOf(kind))
    const last = await ask(cookie, "/submissions", { method: "POST", body, key })
    const acknowledged: Acknowledged = { id: last.id, key, kind, last }
    onAcknowledged(acknowledged)
    const end = Date.now() + PATIENCE_MS
    while (!["graded", "failed", "cancelled"].includes(acknowledged.last.state)) {
      if (Date.now() > end)
        throw new Error(`${acknowledged.id} is ${acknowledged.last.state} after ${PATIENCE_MS / 1000} s.`)
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
      acknowledged.last = await ask(cookie, `/submissions/${acknowledged.id}`)
    }
  }

  return {
    async handIn(count, onAcknowledged) {
      let left = count
      await Promise.all(
        cookies.map(async (cookie) => {
          while (left-- > 0) {
            // Most of them are of the ordinary kind.
            const kind = random() < 0.7 ? "strong" : KINDS[Math.floor(random() * KINDS.length)]!
            await one(cookie, kind, onAcknowledged)
          }
        }),
      )
    },
  }
}

/** Resolves to the cookies that a browser would send from then on. */
export async function signUp(url: string, address: string, at: number): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: address },
    body: JSON.stringify({
      email: `person-${at}-${randomBytes(4).toString("hex")}@example.com`,
      password: randomBytes(9).toString("hex"),
      name: `Person ${at}`,
    }),
  })
  if (!response.ok) throw new Error(`Signing up was answered with ${response.status}: ${await response.text()}`)
  return cookiesOf(response)
}
