/** Trouble between browser and server: no typed character is lost, nothing is handed in twice, and trouble never reads as a verdict. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import {
  editorOf,
  hasBrowser,
  openSite,
  type Site,
  signUpIn,
  submitWithoutWords,
  type Window,
} from "../support/browser.ts"

let site: Site
let window: Window
let login: { email: string; password: string }

const WORKBENCH = "/questions/clickstream/work/cassandra"

beforeAll(async () => {
  if (hasBrowser) site = await openSite({ milliseconds: 1_500 })
})
afterAll(() => site?.stop())
beforeEach(async () => {
  if (!hasBrowser) return
  window = await site.open()
  login = await signUpIn(window.page, { back: WORKBENCH })
  await window.page.getByRole("tab", { name: "access.ts" }).waitFor()
})

const draftOnServer = async () => {
  const response = await window.page.request.get("/api/drafts/clickstream/cassandra")
  return ((await response.json()) as { content: { answer: string } } | null)?.content.answer ?? ""
}
const submissionsOnServer = async () =>
  (await (await window.page.request.get("/api/submissions")).json()) as { id: string; state: string }[]
const stamp = (text: string | RegExp) => window.page.locator(".work-foot .stamp").filter({ hasText: text })

/** Where the page asks for it; resolves when it no longer does. */
async function signInAgainAs({ email, password }: { email: string; password: string }): Promise<void> {
  const dialog = window.page.getByRole("dialog", { name: "Your session has ended" })
  await dialog.getByLabel("E-mail address").fill(email)
  await dialog.getByLabel("Password").first().fill(password)
  await dialog.getByRole("button", { name: "Sign in" }).click()
  await dialog.waitFor({ state: "hidden" })
}

describe.skipIf(!hasBrowser)("with trouble on the way", () => {
  it("keeps what is typed offline, over a reload as well, and saves it when the server is back", async () => {
    const { page, context } = window
    await editorOf(page, "answer.md")
    await page.keyboard.type("Typed with the network.")
    await stamp(/^saved /).waitFor()
    await context.setOffline(true)
    await page.keyboard.type(" Typed without it.")
    await stamp("offline: kept in this browser").waitFor()
    await context.setOffline(false)
    await page.reload()
    await expect.poll(draftOnServer).toContain("Typed with the network. Typed without it.")
    const editor = await editorOf(page, "answer.md")
    expect(await editor.textContent()).toContain("Typed without it.")
  })

  it("hands in once what was submitted while the server did not answer", async () => {
    const { page } = window
    let dropped = 0
    // It reaches the server, and the answer is lost: the worst of cases.
    await page.route("**/api/submissions", async (route) => {
      if (route.request().method() !== "POST" || dropped >= 2) return route.continue()
      dropped++
      await route.fetch()
      await route.abort("connectionreset")
    })
    await submitWithoutWords(page)
    await page.getByText("it is handed in once, as soon as somebody answers").waitFor()
    await page.getByRole("link", { name: "The whole report" }).waitFor()
    expect(dropped).toBe(2)
    expect(await submissionsOnServer()).toHaveLength(1)
  })

  it("shows a run through a restart of the server, without a wrong word", async () => {
    const { page } = window
    await submitWithoutWords(page)
    await page.getByText("it runs.").waitFor()
    const { server, settings } = site.platform
    const { port } = new URL(server.url)
    await server.stop()
    await page.getByText("The server does not answer just now").waitFor()
    const outcome = page.getByRole("region", { name: "Outcome" })
    expect(await outcome.textContent()).not.toMatch(/wrong|could not be|refused|failed/i)
    await site.platform.addServer({ platform: { ...settings, port: Number(port) } })
    await page.getByRole("heading", { name: /^strong: / }).waitFor({ timeout: 30_000 })
    expect(await outcome.getByText("does not answer").count()).toBe(0)
  })

  it("asks for the password where the session has ended, and goes on where one was", async () => {
    const { page, context } = window
    await editorOf(page, "answer.md")
    await context.clearCookies()
    await page.keyboard.type("Typed after the session ended.")
    await signInAgainAs(login)
    await stamp(/^saved /).waitFor()
    expect(await draftOnServer()).toContain("Typed after the session ended.")
    expect(await page.getByRole("tabpanel").textContent()).toContain("Typed after the session ended.")
  })

  it("hands in what was submitted as the session had ended, once somebody has signed in again", async () => {
    const { page, context } = window
    await editorOf(page, "answer.md")
    await context.clearCookies()
    await submitWithoutWords(page)
    await signInAgainAs(login)
    await page.getByRole("link", { name: "The whole report" }).waitFor()
    expect(await submissionsOnServer()).toHaveLength(1)
  })

  it("hands in and saves nothing in the name of somebody else who signs in there", async () => {
    const { page, context } = window
    const bob = await site.platform.signedUp("Bob")
    await editorOf(page, "answer.md")
    await context.clearCookies()
    await page.keyboard.type("Ada's own words.")
    await signInAgainAs(bob)
    await expect.poll(async () => (await editorOf(page, "answer.md")).textContent()).not.toContain("Ada's own words.")
    expect(await submissionsOnServer()).toEqual([])
    expect(await draftOnServer()).toBe("")
  })

  it("hands in nothing in the name of somebody else who signs in where it was to be handed in again", async () => {
    const { page, context } = window
    const bob = await site.platform.signedUp("Bob")
    await editorOf(page, "answer.md")
    await context.clearCookies()
    await submitWithoutWords(page)
    await signInAgainAs(bob)
    await stamp(/saved|nothing/i)
      .or(page.getByText("Nothing was handed in"))
      .first()
      .waitFor()
    expect(await submissionsOnServer()).toEqual([])
  })

  it("takes back what arrives after all when somebody no longer wants it handed in, and then takes the next", async () => {
    const { page } = window
    const later = Promise.withResolvers<void>()
    let posts = 0
    await page.route("**/api/submissions", async (route) => {
      if (route.request().method() !== "POST") return route.continue()
      posts++
      if (posts === 1) return route.abort("connectionreset")
      if (posts === 2) await later.promise
      return route.continue()
    })
    await submitWithoutWords(page)
    const giveUp = page.getByRole("button", { name: "Do not hand it in" })
    await giveUp.waitFor()
    await expect.poll(() => posts).toBe(2)
    await giveUp.click()
    later.resolve()
    await expect.poll(async () => (await submissionsOnServer()).map(({ state }) => state)).toEqual(["cancelled"])
    await submitWithoutWords(page)
    await page.getByRole("link", { name: "The whole report" }).waitFor()
    expect((await submissionsOnServer()).map(({ state }) => state)).toEqual(["graded", "cancelled"])
  })

  it("says in the second of two windows that it was edited elsewhere, and lets the person choose", async () => {
    const { page, context } = window
    const second = await context.newPage()
    await second.goto(WORKBENCH)
    await second.getByRole("tab", { name: "access.ts" }).waitFor()
    await editorOf(page, "answer.md")
    await page.keyboard.type("From the first.")
    await stamp(/^saved /).waitFor()
    await editorOf(second, "answer.md")
    await second.keyboard.type("From the second.")
    const warning = second.getByRole("alert").filter({ hasText: "edited elsewhere" })
    await warning.waitFor()
    expect(await draftOnServer()).toContain("From the first.")
    await second.getByRole("button", { name: "Keep what is here" }).click()
    await expect.poll(draftOnServer).toContain("From the second.")
    await editorOf(page, "answer.md")
    await page.keyboard.type("More from the first.")
    await page.getByRole("button", { name: "Take what is there" }).click()
    await expect.poll(() => page.getByRole("tabpanel").textContent()).toContain("From the second.")
    expect(await page.getByRole("tabpanel").textContent()).not.toContain("More from the first.")
  })

  it("works on a slow line, and says that it is loading", async () => {
    const { page, context } = window
    const session = await context.newCDPSession(page)
    await session.send("Network.enable")
    // Slow 3G, as browsers' tools have it.
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 400,
      downloadThroughput: 50_000,
      uploadThroughput: 50_000,
    })
    await page.getByRole("link", { name: "Questions" }).click()
    await page.getByRole("link", { name: "A clickstream's last day" }).click()
    await page.getByRole("heading", { name: "The brief" }).waitFor({ timeout: 60_000 })
    await page
      .getByRole("link", { name: /on Cassandra$/ })
      .first()
      .click()
    await editorOf(page, "answer.md")
    await page.keyboard.type("Slowly.")
    await stamp(/^saved /).waitFor({ timeout: 60_000 })
    expect(await draftOnServer()).toContain("Slowly.")
  })
})
