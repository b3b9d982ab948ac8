/**
 * Takes the README's pictures of a running Proofrun: the workbench after a graded attempt, and that attempt's report.
 *
 *     ./proofrun up                                             in one terminal
 *     node docs/take-pictures.ts http://localhost:8600          in another, with the address that it printed
 *
 * Signs up somebody new, hands in the starter of the feed for Redis with a few words of answer, and waits until it is graded. Needs Chromium.
 */
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { CHROMIUM } from "../server/commands/test.ts"

const GRADED_WITHIN_MS = 300_000
const ANSWER =
  "\nPosts are pushed to the feeds of followers; of authors with very many followers they are pulled when a feed is read.\n"

const [address] = process.argv.slice(2)
if (address === undefined) throw new Error("Which Proofrun? node docs/take-pictures.ts ADDRESS")
const pictureOf = (name: string) => fileURLToPath(new URL(`${name}.png`, import.meta.url))

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] })
try {
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
  })
  const page = await context.newPage()
  await page.goto(`/sign-up?back=${encodeURIComponent("/questions/fan-out-feed/work/redis")}`)
  await page.getByLabel("Name").fill("Ada")
  await page.getByLabel("E-mail address").fill(`ada-${crypto.randomUUID().slice(0, 8)}@example.com`)
  await page.getByLabel("Password").first().fill("a password of some length")
  await page.getByRole("button", { name: "Sign up" }).click()
  await page.getByRole("textbox", { name: "answer.md" }).click()
  await page.keyboard.press("Control+End")
  await page.keyboard.type(ANSWER)
  await page.getByText(/^saved /).waitFor()
  await page.getByRole("button", { name: /^Submit/ }).click()
  await page.getByRole("heading", { name: /measured points/ }).waitFor({ timeout: GRADED_WITHIN_MS })
  await page.getByRole("tab", { name: /^access\.ts/ }).click()
  await page.screenshot({ path: pictureOf("workbench") })
  await page.getByRole("link", { name: "The whole report" }).click()
  await page.getByRole("heading", { name: "What was measured" }).waitFor()
  await page.setViewportSize({ width: 1280, height: 1600 })
  await page.screenshot({ path: pictureOf("report") })
} finally {
  await browser.close()
}
