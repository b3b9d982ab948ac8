/** Signing in and out, and passwords: the account library's own routes, which are not part of the contract. */
import { me, queryClient } from "./queries.ts"

/** What was wrong, as a sentence; null: it worked. Throws where nobody answered. */
async function post(path: string, body: object): Promise<string | null> {
  const response = await fetch(`/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  })
  if (response.ok) return null
  const said = (await response.json().catch(() => null)) as { message?: string } | null
  if (response.status >= 500) return "The server could not do that just now. Try again in a moment."
  return said?.message ?? "That was refused."
}

/** All that is kept belongs to whoever was signed in before. Where it is the same person again, in the middle of their work, nothing of it is taken away. */
async function startAnew(): Promise<void> {
  const before = queryClient.getQueryData(me.queryKey)?.id
  await queryClient.refetchQueries({ queryKey: me.queryKey })
  if (queryClient.getQueryData(me.queryKey)?.id === before) return
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" })
}

export async function signIn(email: string, password: string): Promise<string | null> {
  const wrong = await post("/sign-in/email", { email, password })
  if (wrong === null) await startAnew()
  return wrong
}

export async function signUp(name: string, email: string, password: string): Promise<string | null> {
  const wrong = await post("/sign-up/email", { name, email, password })
  if (wrong === null) await startAnew()
  return wrong
}

export async function signOut(): Promise<void> {
  await post("/sign-out", {})
  await startAnew()
}

export const askForNewPassword = (email: string) => post("/request-password-reset", { email })
export const setNewPassword = (token: string, newPassword: string) => post("/reset-password", { token, newPassword })
export const changePassword = (currentPassword: string, newPassword: string) =>
  post("/change-password", { currentPassword, newPassword, revokeOtherSessions: true })
export async function rename(name: string): Promise<string | null> {
  const wrong = await post("/update-user", { name })
  if (wrong === null) await queryClient.refetchQueries({ queryKey: me.queryKey })
  return wrong
}
