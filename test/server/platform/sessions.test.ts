/** Sessions and roles against those who would take what is not theirs. */
import { eq, sql } from "drizzle-orm"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { setPlatformRole } from "../../../server/store/people.ts"
import { person, session } from "../../../server/store/tables.ts"
import { cookiesOf, type Person, type Platform, personAt, startPlatform, WORK } from "../../support/platform.ts"

let platform: Platform

beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform?.stop())

const auth = (who: Person, path: string, body: object, headers: Record<string, string> = {}) =>
  who.fetch(`/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  })
const signedIn = async ({ email, password }: Person, headers = {}) => {
  const response = await auth(platform.visitor(), "/sign-in/email", { email, password }, headers)
  expect(response.status).toBe(200)
  return { response, who: personAt(platform.server, { email, password, cookie: cookiesOf(response) }) }
}
const tokenOf = (cookie: string) => /session_token=([^;]+)/.exec(cookie)![1]!
const idOf = async (who: Person) => (await who.api.account.get())!.id
const adminOf = async (name: string) => {
  const who = await platform.signedUp(name)
  await setPlatformRole(platform.store.db, await idOf(who), "admin", null)
  return who
}

describe("a session", () => {
  it("is a new one with each sign-in, whatever cookie came along", async () => {
    const mallory = await platform.signedUp("Mallory")
    const ada = await platform.signedUp("Ada")
    const { who } = await signedIn(ada, { cookie: mallory.cookie })
    expect(tokenOf(who.cookie)).not.toBe(tokenOf(mallory.cookie))
    expect(tokenOf(who.cookie)).not.toBe(tokenOf(ada.cookie))
    expect(await mallory.api.account.get()).toMatchObject({ email: mallory.email })
    const planted = `proofrun.session_token=${"a".repeat(32)}.${"b".repeat(43)}=`
    const { who: after } = await signedIn(ada, { cookie: planted })
    expect(after.cookie).not.toContain("a".repeat(32))
    expect(await personAt(platform.server, { ...ada, cookie: planted }).api.account.get()).toBeNull()
  })

  it("is nobody's with a forged signature, or with another's token in it", async () => {
    const ada = await platform.signedUp("Ada")
    const [token] = decodeURIComponent(tokenOf(ada.cookie)).split(".")
    for (const value of [token!, `${token}.`, `${token}.${"A".repeat(43)}=`]) {
      const cookie = `proofrun.session_token=${encodeURIComponent(value)}`
      expect(await personAt(platform.server, { ...ada, cookie }).api.account.get()).toBeNull()
    }
  })

  it("ends at once with its sign-out, also for who copied its cookies", async () => {
    const ada = await platform.signedUp("Ada")
    const { who: elsewhere } = await signedIn(ada)
    const copied = personAt(platform.server, ada)
    expect((await auth(ada, "/sign-out", {})).status).toBe(200)
    expect(await copied.api.account.get()).toBeNull()
    expect(await elsewhere.api.account.get()).toMatchObject({ email: ada.email })
  })

  it("has its end put off when it is used, once a day and not with every call", async () => {
    const ada = await platform.signedUp("Ada")
    const mine = eq(session.userId, await idOf(ada))
    const endOf = async () => (await platform.store.db.select().from(session).where(mine))[0]!.expiresAt.getTime()
    const fresh = await endOf()
    await ada.api.account.get()
    expect(await endOf()).toBe(fresh)
    await platform.store.db.update(session).set({ expiresAt: sql`now() + interval '12 days'` }).where(mine)
    expect(await ada.api.account.get()).toMatchObject({ email: ada.email })
    expect(await endOf()).toBeGreaterThanOrEqual(fresh)
    await platform.store.db.update(session).set({ expiresAt: sql`now()` }).where(mine)
    expect(await ada.api.account.get()).toBeNull()
  })

  it("takes what is being watched with it, soon", async () => {
    const ada = await platform.signedUp("Ada")
    const made = await ada.api.submissions.create({ headers: {}, body: WORK })
    const watched = await ada.api.submissions.live({ submission: made.id })
    expect((await watched.next()).value).toMatchObject({ state: "queued" })
    expect((await auth(ada, "/sign-out", {})).status).toBe(200)
    expect(await watched.next()).toMatchObject({ done: true })
  })

  it("ends at once with a new password set by a link, everywhere", async () => {
    const [root, ada] = [await adminOf("Root"), await platform.signedUp("Ada")]
    const { who: elsewhere } = await signedIn(ada)
    const { link } = await root.api.admin.passwordLink({ person: await idOf(ada) })
    const reset = { token: new URL(link).searchParams.get("token"), newPassword: "another password" }
    expect((await auth(platform.visitor(), "/reset-password", reset)).status).toBe(200)
    expect(await ada.api.account.get()).toBeNull()
    expect(await elsewhere.api.account.get()).toBeNull()
    expect((await auth(platform.visitor(), "/reset-password", reset)).status).toBe(400)
    expect((await auth(platform.visitor(), "/sign-in/email", ada)).status).toBe(401)
  })

  it("is a cookie that scripts and other sites do not get, and with https only this host", async () => {
    const ada = await platform.signedUp("Ada")
    const plain = (await signedIn(ada)).response.headers.getSetCookie()
    const address = "https://proofrun.example"
    const behindProxy = await platform.addServer({ platform: { ...platform.settings, address } })
    const https = (await auth(platform.visitor(behindProxy), "/sign-in/email", ada)).headers.getSetCookie()
    expect(plain.length).toBeGreaterThan(0)
    for (const cookie of [...plain, ...https]) {
      expect(cookie).toMatch(/; HttpOnly/i)
      expect(cookie).toMatch(/; SameSite=Lax/i)
      expect(cookie).toMatch(/; Path=\/(;|$)/i)
      expect(cookie).not.toMatch(/; Domain=/i)
    }
    expect(https.length).toBe(plain.length)
    for (const cookie of https) expect(cookie).toMatch(/^__Host-[^=]+=.*; Secure/i)
    const me = personAt(behindProxy, { ...ada, cookie: https.map((one) => one.split(";")[0]).join("; ") })
    expect((await me.api.account.get())?.email).toBe(ada.email)
    expect((await me.fetch("/healthz")).headers.get("strict-transport-security")).toMatch(/max-age=/)
  })

  it("is not told of in the export of one's data, nor is the password", async () => {
    const ada = await platform.signedUp("Ada")
    const text = JSON.stringify(await ada.api.account.export())
    const [kept] = await platform.store.db
      .select()
      .from(session)
      .where(eq(session.userId, await idOf(ada)))
    expect(text).toContain(ada.email)
    expect(text).not.toContain(kept!.token)
    expect(text).not.toContain("password")
  })
})

describe("a role", () => {
  it("is not had by asking for it", async () => {
    const given = { email: "mallory@example.com", password: "long enough", name: "Mallory" }
    await auth(platform.visitor(), "/sign-up/email", { ...given, role: "admin" })
    await auth(platform.visitor(), "/sign-up/email", {
      ...given,
      email: "mallory-2@example.com",
      user: { role: "admin" },
    })
    const mallory = await platform.signedUp("Mallory")
    for (const extra of [
      { role: "admin" },
      { name: "M", role: ["admin"] },
      { emailVerified: true },
      { email: "ada@example.com" },
      { id: "1" },
    ])
      await auth(mallory, "/update-user", extra)
    const rows = await platform.store.db.select().from(person).where(sql`email like 'mallory%'`)
    expect(rows.length).toBeGreaterThan(0)
    for (const { role, emailVerified } of rows)
      expect({ role, emailVerified }).toEqual({ role: "candidate", emailVerified: false })
    expect((await mallory.api.account.get())?.email).toBe(mallory.email)
  })

  it("of the last admin is kept, also where two take each other's at once", async () => {
    const db = platform.store.db
    await db.update(person).set({ role: "candidate" }).where(eq(person.role, "admin"))
    const admins = [await adminOf("Root"), await adminOf("Root")]
    const ids = await Promise.all(admins.map(idOf))
    const taken = admins.map((one, index) => one.api.admin.setRole({ person: ids[1 - index]!, role: "candidate" }))
    await Promise.allSettled(taken)
    const left = await db.select({ id: person.id }).from(person).where(eq(person.role, "admin"))
    expect(left).toHaveLength(1)
    const last = admins[ids.indexOf(left[0]!.id)]!
    await expect(last.api.admin.setRole({ person: left[0]!.id, role: "mentor" })).rejects.toMatchObject({
      code: "CONFLICT",
    })
    await expect(last.api.account.remove({ password: last.password })).rejects.toMatchObject({ code: "CONFLICT" })
    expect((await last.api.account.get())?.role).toBe("admin")
  })

  it("of an organisation's last admin is kept", async () => {
    const ada = await platform.signedUp("Ada")
    const { id: organisation } = await ada.api.organisations.create({ name: "One" })
    const itself = { organisation, person: await idOf(ada) }
    await expect(ada.api.organisations.setRole({ ...itself, role: "mentor" })).rejects.toMatchObject({
      code: "CONFLICT",
    })
    await expect(ada.api.organisations.removeMember(itself)).rejects.toMatchObject({ code: "CONFLICT" })
    expect((await ada.api.organisations.get({ organisation })).members).toHaveLength(1)
  })
})
