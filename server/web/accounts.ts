/** Sign-in: e-mail and password by better-auth, whose routes are under /api/auth. What a person may do is decided elsewhere, from our own tables. */
import { createHmac, timingSafeEqual } from "node:crypto"
import { betterAuth } from "better-auth"
import { drizzleAdapter } from "better-auth/adapters/drizzle"
import { parseCookies } from "better-auth/cookies"
import type { Database } from "../store/database.ts"
import * as tables from "../store/tables.ts"
import type { Mail } from "./mail.ts"

export const SHORTEST_PASSWORD = 10
const DAY_S = 86_400
const SESSION_S = 14 * DAY_S
/** The end of a session that is used is put off once in so long. */
const PROLONGED_AFTER_S = DAY_S
const RESET_HOURS = 2

/** Links to set a new password, as far as they were asked for by whoever may pass them on: by person. */
type ResetLinks = Map<string, (link: string) => void>

export type Accounts = ReturnType<typeof openAccounts>

export function openAccounts({
  db,
  address,
  secret,
  mail,
}: {
  db: Database
  /** Where people reach the server. */
  address: string
  /** 32 bytes of this installation. */
  secret: Buffer
  mail: Mail
}) {
  const secure = address.startsWith("https:")
  const asked: ResetLinks = new Map()
  const auth = betterAuth({
    appName: "Proofrun",
    baseURL: address,
    basePath: "/api/auth",
    // Not the secret itself: what it is used for here must tell nothing about the keys of runs.
    secret: createHmac("sha256", secret).update("sessions").digest("hex"),
    trustedOrigins: [address],
    database: drizzleAdapter(db, {
      provider: "pg",
      transaction: true,
      schema: {
        user: tables.person,
        session: tables.session,
        account: tables.account,
        verification: tables.verification,
      },
    }),
    user: {
      additionalFields: { role: { type: "string", required: false, defaultValue: "candidate", input: false } },
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: 256,
      resetPasswordTokenExpiresIn: RESET_HOURS * 3600,
      revokeSessionsOnPasswordReset: true,
      async sendResetPassword({ user, token }) {
        const link = `${address}/new-password?token=${encodeURIComponent(token)}`
        const toAdmin = asked.get(user.id)
        if (toAdmin) return toAdmin(link)
        await mail.send({
          to: user.email,
          subject: "A new password for Proofrun",
          text: `Somebody, you most likely, asked for a new password for Proofrun.\n\n${link}\n\nThe link works once, for ${RESET_HOURS} hours. If it was not you, nothing needs to be done.\n`,
        })
      },
    },
    session: {
      expiresIn: SESSION_S,
      updateAge: PROLONGED_AFTER_S,
      // Signed, and trusted so long by the library's own routes. Ours look at each call whether the session has been ended.
      cookieCache: { enabled: true, maxAge: 30 },
      // A recent sign-in is asked for by us, with the password, where it matters.
      freshAge: 0,
    },
    // Limits per caller are ours, shared by all servers.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      useSecureCookies: false,
      cookiePrefix: secure ? "__Host-proofrun" : "proofrun",
      defaultCookieAttributes: { httpOnly: true, secure, sameSite: "lax", path: "/" },
    },
  })
  return {
    auth,
    /**
     * The token that a request's cookie holds; null where there is none, or one that was not signed here. The library's own look at a session took
     * some 2 ms of a slow core with each call, so it is asked only where it has something to do (`prolong`). Whose session it is, and whether it still is one, is in our tables.
     */
    async sessionToken(headers: Headers): Promise<string | null> {
      const context = await auth.$context
      const value = parseCookies(headers.get("cookie") ?? "").get(context.authCookies.sessionToken.name)
      const end = value?.lastIndexOf(".") ?? -1
      if (!value || end < 1) return null
      const token = value.slice(0, end)
      const given = Buffer.from(value.slice(end + 1), "base64")
      const due = createHmac("sha256", context.secret).update(token).digest()
      return given.length === due.length && timingSafeEqual(given, due) ? token : null
    },
    /** To be called with every use of a session that ends then. */
    async prolong(until: Date, headers: Headers): Promise<void> {
      if (until.getTime() - Date.now() > (SESSION_S - PROLONGED_AFTER_S) * 1000) return
      await auth.api.getSession({ headers, query: { disableCookieCache: true } })
    },
    /** A link by which this person sets a new password, for whoever may pass it on. */
    async resetLink(person: { id: string; email: string }): Promise<string> {
      let link: string | undefined
      asked.set(person.id, (made) => {
        link = made
      })
      try {
        await auth.api.requestPasswordReset({ body: { email: person.email } })
      } finally {
        asked.delete(person.id)
      }
      if (link === undefined) throw new Error("No link was made.")
      return link
    },
  }
}
