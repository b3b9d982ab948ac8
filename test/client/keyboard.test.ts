/** From signing in to a report with the keyboard alone: no pointer is touched, and what has the focus can be seen. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hasBrowser, openSite, type Site, signUpIn } from "../support/browser.ts"

let site: Site
beforeAll(async () => {
  if (hasBrowser) site = await openSite({ milliseconds: 100 })
})
afterAll(() => site?.stop())

const MOST_TABS = 80

describe.skipIf(!hasBrowser)("the keyboard alone", () => {
  it("goes from signing in to a report", async () => {
    const first = await site.open()
    const { email, password } = await signUpIn(first.page)
    const { page, problems } = await site.open()

    const focusIsSeen = () =>
      page.evaluate(() => {
        const one = document.activeElement
        if (!one) return false
        const { outlineStyle, boxShadow } = getComputedStyle(one.closest(".cm-editor") ?? one)
        return outlineStyle !== "none" || boxShadow !== "none"
      })

    const focused = () => page.evaluate(() => document.activeElement?.textContent)

    /** Presses Tab until this has the focus; throws where it cannot be reached. */
    async function tabTo(wanted: RegExp): Promise<void> {
      for (let n = 0; n < MOST_TABS; n++) {
        await page.keyboard.press("Tab")
        const name = await page.evaluate(() => {
          const one = document.activeElement
          const field = one instanceof HTMLInputElement ? (one.labels?.[0]?.textContent ?? "") : ""
          return `${field}${one?.getAttribute("aria-label") ?? one?.textContent ?? ""}`.trim()
        })
        if (!wanted.test(name)) continue
        await expect.poll(focusIsSeen, { message: `the focus on ${wanted} can be seen` }).toBe(true)
        return
      }
      throw new Error(`${wanted} cannot be reached by Tab.`)
    }

    await page.goto("/")
    await page.getByRole("heading", { name: "Questions" }).waitFor()
    await page.keyboard.press("Tab")
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("To the page")
    await tabTo(/^Sign in$/)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Sign in" }).waitFor()
    await tabTo(/^E-mail address/)
    await page.keyboard.type(email)
    await tabTo(/^Password/)
    await page.keyboard.type(password)
    await tabTo(/^Show the password$/)
    await page.keyboard.press("Enter")
    expect(await page.getByLabel("Password").first().getAttribute("type")).toBe("text")
    await tabTo(/^Sign in$/)
    await page.keyboard.press("Enter")
    await page.getByRole("button", { name: "Ada" }).waitFor()
    await tabTo(/^Ada/)
    await page.keyboard.press("Enter")
    await expect.poll(focused).toBe("Account")
    expect(await focusIsSeen()).toBe(true)
    await page.keyboard.press("Escape")
    await tabTo(/^A clickstream's last day$/)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "The brief" }).waitFor()
    await tabTo(/^Answer on Redis$/)
    await page.keyboard.press("Enter")
    await tabTo(/^answer\.md$/)
    // From tab to tab by arrows, into the editor by Tab, and out of it again.
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("access.ts")
    await tabTo(/^access\.ts$/)
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("// by keyboard\n")
    // With a completion open as well, and with a selection, and a minute later.
    await page.keyboard.type("new Da")
    await expect
      .poll(
        async () => {
          await page.keyboard.press("Control+Space")
          return page.locator(".cm-tooltip-autocomplete").count()
        },
        { interval: 500, timeout: 30_000 },
      )
      .toBe(1)
    await page.keyboard.press("Escape")
    await tabTo(/^Start a timer$/)
    await page.keyboard.press("Alt+3")
    await page.keyboard.press("Shift+Home")
    await page.keyboard.press("Escape")
    await page.evaluate(() => {
      const { now } = Date
      Date.now = () => now() + 60_000
    })
    await tabTo(/^Start a timer$/)
    await page.keyboard.press("Enter")
    // The clock's one button stays where the focus is.
    await expect.poll(focused).toBe("Stop the timer")
    await page.keyboard.press("Enter")
    await expect.poll(focused).toBe("Start a timer")
    await page.keyboard.press("?")
    await page.getByRole("dialog", { name: "Shortcuts" }).waitFor()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Alt+1")
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\nOne hash for each user.")
    // That it was saved is told to whoever asks.
    const aloud = page.locator(".work-foot").getByRole("status")
    await page.getByText(/^saved /).waitFor()
    expect(await aloud.textContent()).toBe("")
    await page.keyboard.press("Control+s")
    await expect.poll(() => aloud.textContent()).toMatch(/^saved /)
    await page.keyboard.press("Shift+Control+Enter")
    await page.getByRole("link", { name: "The whole report" }).waitFor()
    await page.keyboard.press("Escape")
    await tabTo(/^The whole report$/)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "What was measured" }).waitFor()
    expect(await page.locator(".answer").first().textContent()).toContain("One hash for each user.")
    expect(await page.locator("#code").textContent()).toContain("// by keyboard")
    expect(problems).toEqual([])
  })
})
