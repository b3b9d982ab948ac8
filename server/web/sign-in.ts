/** The account library's routes as they are offered: some of them, with short JSON bodies, and bounded where a password or a link could be guessed. */
import { toNodeHandler } from "better-auth/node"
import express, { type Express, type Request } from "express"
import type { Parts } from "./context.ts"
import { networkOf } from "./network.ts"
import { NOT_STORABLE, storable } from "./storable.ts"
import { answer, tooOften } from "./told.ts"

const LARGEST_SIGN_IN_BYTES = 16 * 1024
/** Of the account library's routes these are offered, and no others. */
const OFFERED = [
  "/sign-up/email",
  "/sign-in/email",
  "/sign-out",
  "/get-session",
  "/request-password-reset",
  "/reset-password",
  "/change-password",
  "/update-user",
  "/revoke-other-sessions",
]
const GUESSED = ["/sign-up/email", "/sign-in/email", "/request-password-reset", "/reset-password", "/change-password"]
/** These name the account that they are about. */
const GUESSED_OF_ONE = ["/sign-in/email", "/request-password-reset"]
const LONGEST_EMAIL = 254

export function offerSignIn(app: Express, { accounts, limits }: Pick<Parts, "accounts" | "limits">): void {
  const signIn = toNodeHandler(accounts.auth)
  app.all(
    "/api/auth/*route",
    (request, response, next) => {
      if (OFFERED.includes(pathOf(request))) return next()
      answer(response, 404, "NOT_FOUND", "There is no such route.")
    },
    express.json({ limit: LARGEST_SIGN_IN_BYTES, inflate: false }),
    async (request, response) => {
      if (!storable(request.body)) return answer(response, 400, "BAD_REQUEST", NOT_STORABLE)
      const wait = await waitOf(request)
      if (wait > 0) return tooOften(response, wait)
      await signIn(request, response)
    },
  )

  /** Seconds; 0: go on. */
  async function waitOf(request: Request): Promise<number> {
    const path = pathOf(request)
    if (!GUESSED.includes(path)) return 0
    const wait = await limits.take("sign-in", `address ${networkOf(request.ip)}`)
    const email: unknown = request.body?.email
    // Whoever has many addresses tries one account from all of them.
    if (wait > 0 || !GUESSED_OF_ONE.includes(path) || typeof email !== "string") return wait
    return limits.take("sign-in of one", email.trim().toLowerCase().slice(0, LONGEST_EMAIL))
  }
}

const pathOf = ({ path }: Request) => path.slice("/api/auth".length)
