/** The workbench under a thumb: what is pressed is large enough and in sight, and an open keyboard leaves room for what is being written. */
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
let phone: Window
beforeAll(async () => {
  if (!hasBrowser) return
  site = await openSite({ milliseconds: 100 })
  phone = await site.open({ width: 390, height: 844, phone: true })
  await signUpIn(phone.page, { back: "/questions/clickstream/work/cassandra" })
  await phone.page.getByRole("tab", { name: "access.ts" }).waitFor()
})
afterAll(() => site?.stop())

const THUMB_PX = 44
/** Of an editor's line where letters are large enough to be typed. */
const LINE_PX = 24

async function boxOf(locator: ReturnType<Window["page"]["locator"]>) {
  const box = await locator.boundingBox()
  if (!box) throw new Error("It is not shown.")
  return { ...box, bottom: box.y + box.height, right: box.x + box.width }
}

describe.skipIf(!hasBrowser)("on a phone", () => {
  it.each(["Brief", "Work", "Outcome"])(
    "Run and Submit are in sight beside %s, apart, and as large as a thumb",
    async (part) => {
      const { page } = phone
      await page.getByRole("button", { name: part, exact: true }).tap()
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2))
      const [run, submit, parts] = await Promise.all([
        boxOf(page.getByRole("button", { name: "Run for free" })),
        boxOf(page.getByRole("button", { name: "Submit" })),
        boxOf(page.getByRole("navigation", { name: "What to show" })),
      ])
      for (const one of [run, submit]) {
        expect(one.height).toBeGreaterThanOrEqual(THUMB_PX)
        expect(one.bottom).toBeLessThanOrEqual(844)
      }
      expect(submit.x - run.right).toBeGreaterThanOrEqual(16)
      expect(parts.y).toBeGreaterThanOrEqual(0)
      await expectAccessible(page, `${part} on a phone`)
    },
  )

  it.each([
    ["upright", 390, 420, 9],
    ["on its side", 844, 200, 3],
  ])(
    "%s, its keyboard leaves the line of the cursor in sight and most of the room to the editor",
    async (_, width, height, lines) => {
      const { page } = phone
      await page.setViewportSize({ width: 390, height: 844 })
      await page.getByRole("button", { name: "Work", exact: true }).tap()
      await editorOf(page, "access.ts")
      await page.setViewportSize({ width, height })
      const panel = page.getByRole("tabpanel")
      await expect.poll(async () => (await boxOf(panel)).height).toBeGreaterThan(lines * LINE_PX)
      const submit = await boxOf(page.getByRole("button", { name: "Submit" }))
      expect(submit.bottom).toBeLessThanOrEqual(height)
      await expect
        .poll(async () => {
          const [cursor, room] = await Promise.all([boxOf(panel.locator(".cm-cursor-primary")), boxOf(panel)])
          return cursor.y >= room.y && cursor.bottom <= room.bottom && cursor.bottom <= submit.y
        })
        .toBe(true)
    },
  )

  it("whether it is saved is read whole, before and after one types, and beside a clock", async () => {
    const { page } = phone
    await page.setViewportSize({ width: 390, height: 844 })
    const stamp = page.locator(".work-foot .stamp")
    const isWhole = () => stamp.evaluate((one) => one.scrollWidth <= one.clientWidth)
    expect([await stamp.textContent(), await isWhole()]).toEqual(["nothing typed yet", true])
    await page.getByRole("button", { name: "Start a timer" }).tap()
    await editorOf(page, "answer.md")
    await page.keyboard.type("One partition for each user and day.")
    await stamp.filter({ hasText: /^saved \d/ }).waitFor()
    expect(await isWhole()).toBe(true)
    await page.getByRole("button", { name: "Stop the timer" }).tap()
  })

  it("met no error of the pages' own", () => expect(phone.problems).toEqual([]))
})
