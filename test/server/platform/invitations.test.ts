/** Invitations against those who would use them twice, late, or in another's place. */
import { createHash } from "node:crypto"
import { eq, sql } from "drizzle-orm"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { invitation } from "../../../server/store/tables.ts"
import { type Person, type Platform, startPlatform } from "../../support/platform.ts"
import { tokenIn } from "../../support/two-organisations.ts"

let platform: Platform

beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform?.stop())

describe("an invitation", () => {
  const invited = async (guest: Person) => {
    const host = await platform.signedUp("Host")
    const { id: organisation } = await host.api.organisations.create({ name: "One" })
    const made = await host.api.organisations.invite({ organisation, email: guest.email, role: "mentor" })
    return { host, organisation, token: tokenIn(made.link!), id: made.invitation.id }
  }
  const notOpen = { code: "NOT_FOUND" }

  it("has a secret of 256 bits, of which only the hash is kept", async () => {
    const { token, id } = await invited(await platform.signedUp("Guest"))
    expect(Buffer.from(token, "base64url")).toHaveLength(32)
    const [row] = await platform.store.db.select().from(invitation).where(eq(invitation.id, id))
    expect(row!.tokenHash).toBe(createHash("sha256").update(token).digest("hex"))
    expect(JSON.stringify(row)).not.toContain(token)
  })

  it("works once, also where it is used twice at once", async () => {
    const guest = await platform.signedUp("Guest")
    const { token } = await invited(guest)
    const both = await Promise.allSettled([1, 2].map(() => guest.api.invitations.accept({ token })))
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
    await expect(guest.api.invitations.accept({ token })).rejects.toMatchObject(notOpen)
    await expect(guest.api.invitations.look({ token })).rejects.toMatchObject(notOpen)
  })

  it("leaves an organisation with others in it never without an admin, not even by an account's deletion", async () => {
    const guest = await platform.signedUp("Guest")
    const { host, organisation, token } = await invited(guest)
    await guest.api.invitations.accept({ token })
    await expect(host.api.account.remove({ password: host.password })).rejects.toMatchObject({ code: "CONFLICT" })
    const { id } = (await guest.api.account.get())!
    await host.api.organisations.setRole({ organisation, person: id, role: "admin" })
    await host.api.account.remove({ password: host.password })
    expect((await guest.api.organisations.get({ organisation })).members).toHaveLength(1)
  })

  it("works for its address only, and trying with another does not use it up", async () => {
    const [guest, mallory] = [await platform.signedUp("Guest"), await platform.signedUp("Mallory")]
    const { token } = await invited(guest)
    await expect(mallory.api.invitations.accept({ token })).rejects.toMatchObject({ code: "FORBIDDEN" })
    expect((await mallory.api.account.get())!.organisations).toEqual([])
    expect((await guest.api.invitations.accept({ token })).sitting).toBeNull()
  })

  it("does not work when it has run out or was taken back, and a made-up one never does", async () => {
    const guest = await platform.signedUp("Guest")
    const [late, revoked] = [await invited(guest), await invited(guest)]
    await platform.store.db
      .update(invitation)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(invitation.id, late.id))
    await revoked.host.api.organisations.revoke({ organisation: revoked.organisation, invitation: revoked.id })
    const madeUp = [late.token, revoked.token, "", "x", revoked.id, `${late.token.slice(0, -1)}%`]
    for (const token of madeUp) await expect(guest.api.invitations.accept({ token })).rejects.toMatchObject(notOpen)
    expect((await guest.api.account.get())!.organisations).toEqual([])
  })
})
