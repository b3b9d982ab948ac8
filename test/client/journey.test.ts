/** A candidate's way in a real browser, from signing up to two reports beside each other; each page and state also looked at by axe, wide and narrow, light and dark. */
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  editorOf,
  expectAccessible,
  hasBrowser,
  openSite,
  type Site,
  signUpIn,
  type Window,
} from "../support/browser.ts"

let site: Site
let wide: Window

beforeAll(async () => {
  if (!hasBrowser) return
  site = await openSite()
  wide = await site.open()
})
afterAll(() => site?.stop())

/** Wide and light, then narrow and dark, then as it was. */
async function accessible({ page }: Window, where: string): Promise<void> {
  await expectAccessible(page, `${where}, wide and light`)
  const before = page.viewportSize()!
  await page.setViewportSize({ width: 390, height: 800 })
  await page.emulateMedia({ colorScheme: "dark" })
  await expectAccessible(page, `${where}, narrow and dark`)
  const { scroll, inner } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    inner: window.innerWidth,
  }))
  expect.soft(scroll, `${where} is not wider than a phone`).toBeLessThanOrEqual(inner)
  await page.setViewportSize(before)
  await page.emulateMedia({ colorScheme: "light" })
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent)

/** What the outcome says aloud. */
const said = (page: Page) => page.getByRole("region", { name: "Outcome" }).getByRole("status").textContent()

describe.skipIf(!hasBrowser)("a candidate in a browser", () => {
  it("reads the catalogue and a question before signing up", async () => {
    const { page } = wide
    await page.goto("/")
    await page.getByRole("link", { name: "A clickstream's last day" }).waitFor()
    await accessible(wide, "the catalogue")
    await page.getByRole("link", { name: "A clickstream's last day" }).click()
    await page.getByRole("heading", { name: "The brief" }).waitFor()
    // Who listens instead of looking hears which page this is.
    await expect.poll(() => focused(page)).toBe("A clickstream's last day")
    await accessible(wide, "a question")
    await page.getByRole("link", { name: "Answer on Cassandra" }).click()
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    await accessible(wide, "signing in")
  })

  it("signs up and comes back to where they were going", async () => {
    const { page } = wide
    await page.getByRole("banner").getByRole("link", { name: "Sign up" }).click()
    await page.getByRole("heading", { name: "Sign up" }).waitFor()
    expect(new URL(page.url()).searchParams.get("back")).toBe("/questions/clickstream/work/cassandra")
    await accessible(wide, "signing up")
    await signUpIn(page, { back: "/questions/clickstream/work/cassandra" })
    await page.getByRole("tab", { name: "access.ts" }).waitFor()
    expect(new URL(page.url()).pathname).toBe("/questions/clickstream/work/cassandra")
    await accessible(wide, "the workbench")
  })

  it("sees type errors against the question's own types while writing", async () => {
    const { page } = wide
    await editorOf(page, "access.ts")
    await page.keyboard.type("\nconst wrong: number = 'text' // weak")
    await page.locator(".cm-lintRange-error").first().waitFor()
    await page.getByRole("tab", { name: "access.ts (1 marked place)" }).waitFor()
    await accessible(wide, "the workbench with an error")
  })

  it("runs for free beside the editor, live, and is led to the report", async () => {
    const { page } = wide
    await page.getByText(/^saved /).waitFor()
    await page.keyboard.press("Control+Enter")
    await page.getByRole("region", { name: "Outcome" }).getByRole("listitem").first().waitFor()
    await accessible(wide, "a run under way")
    await page.getByRole("link", { name: "The whole report" }).waitFor()
    // What the checks of the language mark is not taken away by what a run says.
    await expect.poll(() => page.locator('[id="panel-access.ts"] .cm-lintRange-error').count()).toBe(1)
    const cost = page.getByRole("region", { name: "Outcome" }).getByRole("row", { name: /^lastDay/ })
    expect(await cost.textContent()).toMatch(/^lastDay[\d,.]+/)
    expect(await said(page)).toMatch(/^(Every answer was right|Some answers were wrong)/)
    await accessible(wide, "the outcome of a run")
  })

  it("submits, watches on the submission's own page, and reads its report", async () => {
    const { page } = wide
    await page.keyboard.press("Shift+Control+Enter")
    const asked = page.getByRole("dialog", { name: "Your answer is empty" })
    await asked.waitFor()
    await accessible(wide, "the question whether to submit without an answer")
    await expect.poll(() => focused(page)).toBe("Write it first")
    await page.keyboard.press("Enter")
    // No waiting: whoever chose to write may type at once.
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("answer.md")
    await page.keyboard.press("Control+End")
    await page.keyboard.type("One partition for each user and day.")
    await page.keyboard.press("Shift+Control+Enter")
    await page.getByRole("heading", { name: /measured points/ }).waitFor()
    await page.getByRole("link", { name: "The whole report" }).click()
    await page.getByRole("heading", { name: "What was measured" }).waitFor()
    expect(await page.getByText("Attempt 1 of 1").count()).toBe(1)
    await accessible(wide, "a report")
    await page.getByLabel("Criteria that lost most first").check()
    await accessible(wide, "a report, sorted by loss")
  })

  it("improves it, and compares both", async () => {
    const { page } = wide
    await page.getByRole("link", { name: "Improve it" }).click()
    const editor = await editorOf(page, "access.ts")
    for (let n = 0; n < 5; n++) await page.keyboard.press("Backspace")
    expect(await editor.textContent()).not.toContain("weak")
    await page.getByRole("button", { name: /^Submit/ }).click()
    await page.getByRole("heading", { name: /^strong: / }).waitFor()
    expect(await said(page)).toMatch(/^strong: .* measured points$/)
    await page.getByRole("link", { name: "The whole report" }).click()
    await page.getByText("Attempt 2 of 2").waitFor()
    await page.getByRole("link", { name: "Compare with the attempt before" }).click()
    await page.getByRole("heading", { name: "What changed in the text" }).waitFor()
    await page.getByLabel("access.ts, what changed").waitFor()
    expect(await page.getByRole("row", { name: /^Measured/ }).textContent()).toMatch(/\+\d/)
    await accessible(wide, "two attempts compared")
  })

  it("finds the statements and a model answer after the attempt", async () => {
    const { page } = wide
    await page.goBack()
    await page.getByRole("link", { name: "The question, with a model answer" }).click()
    await expect.poll(() => focused(page)).toBe("A model answer")
    await page.getByRole("button", { name: "Show it" }).click()
    await page.getByRole("heading", { name: "schema.cql" }).waitFor()
    await accessible(wide, "a question with its model answer")
  })

  it("finds all of it in the history, and their own best in the catalogue", async () => {
    const { page } = wide
    await page.getByRole("link", { name: "History" }).click()
    await page.getByRole("img", { name: /Measured points over 2 attempts/ }).waitFor()
    await accessible(wide, "the history")
    await page.getByRole("link", { name: "Questions" }).click()
    await page.getByRole("cell", { name: /^strong/ }).waitFor()
    await accessible(wide, "the catalogue with a best attempt")
  })

  it("is shown a refusal at its line, and what was refused is said of the code", async () => {
    const { page } = wide
    await page.goto("/questions/clickstream/work/cassandra")
    await editorOf(page, "access.ts")
    await page.keyboard.type("\n// refuse me")
    await page.getByRole("button", { name: /^Run/ }).click()
    await page.getByRole("heading", { name: /could not be built at line 1/ }).waitFor()
    await page.getByRole("button", { name: "Go to line 1" }).click()
    await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toMatch(/^import type/)
    await accessible(wide, "a refusal")
  })

  it("goes back to the starter, once asked whether that is meant", async () => {
    const { page } = wide
    await page.getByRole("button", { name: "Begin again from the starter" }).click()
    await accessible(wide, "the question whether to begin again")
    await expect.poll(() => focused(page)).toBe("Keep what I wrote")
    await page.getByRole("button", { name: "Replace it" }).click()
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("answer.md")
    const editor = await editorOf(page, "access.ts")
    expect(await editor.textContent()).not.toContain("refuse me")
  })

  it("changes name and password, takes everything out, and deletes the account", async () => {
    const { page } = wide
    await page.getByRole("button", { name: "Ada" }).click()
    await page.getByRole("menuitem", { name: "Account" }).click()
    await page.getByRole("heading", { name: "Account", exact: true }).waitFor()
    await accessible(wide, "the account")
    const download = page.waitForEvent("download")
    await page.getByRole("button", { name: "Download everything" }).click()
    expect((await download).suggestedFilename()).toBe("proofrun-export.json")
    await page.getByRole("button", { name: "Delete my account" }).click()
    await accessible(wide, "deleting the account")
    await page.getByLabel(/Your password/).fill("wrong")
    await page.getByRole("button", { name: "Delete everything" }).click()
    await page.getByRole("alert").filter({ hasText: "not right" }).waitFor()
    await page.getByLabel(/Your password/).fill("a password of some length")
    await page.getByRole("button", { name: "Delete everything" }).click()
    await page.getByRole("link", { name: "Sign up" }).first().waitFor()
  })

  it("is told what to do where there is no such page", async () => {
    const { page } = wide
    await page.goto("/nowhere")
    await page.getByRole("heading", { name: "There is no such page" }).waitFor()
    await accessible(wide, "a page that is not there")
    await page.goto("/questions/nothing")
    await page.getByRole("heading", { name: "There is no such page" }).waitFor()
  })

  it("met no error of the pages' own on the way", () => expect(wide.problems).toEqual([]))
})
