/**
 * The whole of it as a newcomer meets it: `./proofrun up`, a real browser, a real Redis. A starter is run and handed in, watched live, and its report read. With
 * --full alone: `up` itself, the browser's way on a tiny engine and the API's on a real one are in every run, each by itself.
 */

import { type ChildProcess, spawn } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Browser, chromium } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { CHROMIUM } from "../../server/commands/test.ts"
import { settings } from "../../server/settings.ts"
import { expectAccessible, hasBrowser, signUpIn, submitWithoutWords } from "../support/browser.ts"
import { freePort } from "../support/free-port.ts"
import { leftovers, ROOT } from "../support/grading.ts"

const RUNS = settings().full && hasBrowser
const state = mkdtempSync(join(tmpdir(), "proofrun-newcomer-"))
chmodSync(state, 0o755)
let up: ChildProcess
let browser: Browser
let address: string

beforeAll(async () => {
  if (!RUNS) return
  await leftovers()
  const port = await freePort()
  address = `http://localhost:${port}`
  up = spawn(join(ROOT, "proofrun"), ["up"], {
    env: { ...process.env, PROOFRUN_STATE: state, PROOFRUN_PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  })
  await new Promise<void>((resolve, reject) => {
    up.stdout!.on("data", (chunk: Buffer) => chunk.includes("First login") && resolve())
    up.once("exit", (code) => reject(new Error(`It ended with ${code}.`)))
  })
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] })
})
afterAll(async () => {
  await browser?.close()
  if (up) {
    const exited = new Promise((resolve) => up.once("exit", resolve))
    up.kill("SIGINT")
    await exited
  }
  rmSync(state, { recursive: true, force: true })
})

/** A run may wait for the images, for the samples, and for its own turn. */
const RUN_MS = 240_000

describe.runIf(RUNS)("a newcomer", () => {
  it.each(["clickstream", "fan-out-feed"])(
    "answers %s on Redis from the starter, live to its report",
    async (question) => {
      const context = await browser.newContext({ baseURL: address, reducedMotion: "reduce" })
      const page = await context.newPage()
      // Pages of a new version are built while the server answers already.
      await page.goto("/")
      await page.getByRole("heading", { name: "Questions" }).waitFor({ timeout: 60_000 })
      await signUpIn(page, { back: `/questions/${question}/work/redis` })
      await page.getByRole("tab", { name: "access.ts" }).click()
      await page.getByRole("button", { name: /^Run/ }).click()
      await page.getByRole("heading", { name: "Every answer was right, at two sizes." }).waitFor({ timeout: RUN_MS })
      await submitWithoutWords(page)
      const outcome = page.getByRole("region", { name: "Outcome" })
      await outcome
        .getByText(/^loading, /)
        .first()
        .waitFor({ timeout: RUN_MS })
      await expectAccessible(page, "a real run under way")
      await outcome.getByRole("heading", { name: /measured points/ }).waitFor({ timeout: RUN_MS })
      await outcome.getByRole("link", { name: "The whole report" }).click()
      await page.getByRole("heading", { name: "What was measured" }).waitFor()
      await expectAccessible(page, "a real report")
      expect(await page.getByRole("img").count()).toBeGreaterThan(4)
      await context.close()
    },
  )

  it("finds a sample report, really graded on the first start", async () => {
    const page = await browser.newPage({ baseURL: address })
    const link = page.getByRole("link", { name: "a finished report" })
    await expect
      .poll(
        async () => {
          await page.goto("/")
          await page.getByRole("heading", { name: "How it goes" }).waitFor()
          return link.waitFor({ timeout: 3_000 }).then(
            () => true,
            () => false,
          )
        },
        { timeout: RUN_MS },
      )
      .toBe(true)
    await link.click()
    await page.getByText("A sample: a first design of nobody's").waitFor()
    await page.getByRole("heading", { name: "What was measured" }).waitFor()
    await page.close()
  })
})
