/** A real browser on a whole platform with the web app, for tests of what people see. The engine is made up; everything else is as it runs. */
import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AxeBuilder } from "@axe-core/playwright"
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core"
import { expect } from "vitest"
import { CHROMIUM } from "../../server/commands/test.ts"
import { builtPages } from "../../server/web/build-pages.ts"
import { type Platform, startPlatform } from "./platform.ts"

/** Where the pages of these sources are kept from one test file to the next. */
const PAGES = join(tmpdir(), `proofrun-pages-${process.getuid?.() ?? 0}`)

/** Nothing that a test waits for takes so long. */
const ANSWER_MS = 15_000

export const hasBrowser = existsSync(CHROMIUM)

export interface Site {
  platform: Platform
  browser: Browser
  /** Where people reach it. */
  address: string
  /** A window of its own: no cookies, no memory. What goes wrong in its scripts is in `problems`. */
  open(how?: { width?: number; height?: number; dark?: boolean; phone?: boolean }): Promise<Window>
  stop(): Promise<void>
}

export interface Window {
  context: BrowserContext
  page: Page
  /** Errors of scripts and of the console since it was opened. */
  problems: string[]
}

export async function openSite({ milliseconds = 300 }: { milliseconds?: number } = {}): Promise<Site> {
  const pages = builtPages(PAGES)
  await pages
  const platform = await startPlatform({ pages })
  await platform.addWorker({ milliseconds })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] })
  const { address } = platform.server
  return {
    platform,
    browser,
    address,
    async open({ width = 1280, height = 800, dark = false, phone = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? "dark" : "light",
        baseURL: address,
        reducedMotion: "reduce",
        hasTouch: phone,
        isMobile: phone,
      })
      context.setDefaultTimeout(ANSWER_MS)
      const page = await context.newPage()
      const problems: string[] = []
      page.on("pageerror", ({ message }) => problems.push(message))
      page.on("console", (message) => {
        // That a request failed is told by what the page does about it.
        if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text()))
          problems.push(message.text())
      })
      return { context, page, problems }
    },
    async stop() {
      await browser.close()
      await platform.stop()
    },
  }
}

/** Submits what still has the starter's empty answer; who does that is asked once more. */
export async function submitWithoutWords(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Submit/ }).click()
  await page.getByRole("button", { name: "Submit without it" }).click()
}

/** As a person does it, by the form. */
export async function signUpIn(
  page: Page,
  { back = "/" }: { back?: string } = {},
): Promise<{ email: string; password: string }> {
  const email = `person-${crypto.randomUUID().slice(0, 8)}@example.com`
  const password = "a password of some length"
  await page.goto(`/sign-up?back=${encodeURIComponent(back)}`)
  await page.getByLabel("Name").fill("Ada")
  await page.getByLabel("E-mail address").fill(email)
  await page.getByLabel("Password").first().fill(password)
  await page.getByRole("button", { name: "Sign up" }).click()
  await page.getByRole("button", { name: "Ada" }).waitFor()
  return { email, password }
}

/** The editor of a file in the workbench, shown and with its cursor at the end. */
export async function editorOf(page: Page, file: string) {
  await page.getByRole("tab", { name: new RegExp(`^${file.replace(".", "\\.")}`) }).click()
  const editor = page.getByRole("tabpanel").getByRole("textbox", { name: file })
  await editor.click()
  await page.keyboard.press("Control+End")
  return editor
}

/** Nothing that axe finds, by WCAG 2.2 AA; `where` is named where it does. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze()
  // The journey goes on: what else is wrong is told with it.
  expect
    .soft(
      violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`,
      ),
      where,
    )
    .toEqual([])
}
