/**
 * How soon a report can be read: from the moment its data has arrived in the browser to its words, and to its pictures, on the largest evidence kept in test/fixtures.
 * Options: --rounds N (10)
 */
import { parseArgs } from "node:util"
import { ascending, quantile } from "../../sandboxes/measurement/statistics.ts"
import { openSite, signUpIn } from "../support/browser.ts"
import { WORK } from "../support/platform.ts"
import { publish, round } from "./results.ts"

const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } })
const site = await openSite({ milliseconds: 30 })
const { page } = await site.open()
await signUpIn(page)
const work = { ...WORK, files: { "access.ts": `${WORK.files["access.ts"]}// weak\n` } }
const { id } = await page.evaluate(async (body) => {
  const response = await fetch("/api/submissions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  })
  return (await response.json()) as { id: string }
}, work)
await page.goto(`/submissions/${id}`)
await page.getByRole("heading", { name: "What was measured" }).waitFor()

// Seen by the page itself: when the answer was read, when the criteria stood there, when the last picture did.
await page.addInitScript(() => {
  const marks: Record<string, number> = {}
  Object.assign(window, { marks })
  const json = Response.prototype.text
  Response.prototype.text = async function () {
    const text = await json.call(this)
    if (this.url.endsWith("/report")) marks.arrived = performance.now()
    return text
  }
  new MutationObserver(() => {
    if (marks.words === undefined && document.querySelector("#criteria")) marks.words = performance.now()
    if (marks.pictures === undefined && document.querySelector("#pictures figure svg"))
      marks.pictures = performance.now()
  }).observe(document, { childList: true, subtree: true })
})
const words: number[] = []
const pictures: number[] = []
let bytes = 0
page.on("response", async (response) => {
  if (response.url().endsWith("/report")) bytes = (await response.body().catch(() => Buffer.alloc(0))).length
})
for (let n = 0; n < Number(values.rounds); n++) {
  await page.reload()
  await page.locator("#pictures figure svg").first().waitFor()
  const marks = await page.evaluate(() => (window as unknown as { marks: Record<string, number> }).marks)
  words.push(marks.words! - marks.arrived!)
  pictures.push(marks.pictures! - marks.arrived!)
}
const row = (what: string, ms: number[]) => ({
  what,
  n: ms.length,
  "p50 ms": round(quantile(ascending(ms), 0.5), 0),
  "max ms": round(Math.max(...ms), 0),
})
publish("pages", { words, pictures, bytes }, [
  row("from the data to head and criteria", words),
  row("from the data to all pictures", pictures),
])
console.log(`the report's data: ${round(bytes / 1000, 0)} kB of JSON`)
await site.stop()
process.exit(0)
