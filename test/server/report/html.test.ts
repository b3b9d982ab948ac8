import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { AxeBuilder } from "@axe-core/playwright"
import { parseHTML } from "linkedom"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Report } from "../../../graders/report.ts"
import { renderHtml } from "../../../server/report/html.ts"
import { breakInvariant, edited, evidenceOf, gradeOf } from "../../graders/made-up.ts"
import { hasChromium, withBrowser } from "./browser.ts"

const parsed = (report: Report) => parseHTML(renderHtml(report)).document

const evil = `<img src=x onerror="alert(1)"><script>alert(1)</script>'"&`

/** A report in which everything that a candidate or an engine can write is hostile. */
const hostile = () =>
  gradeOf(
    edited("weak-filtering", (e) => {
      e.submission.displayName = evil
      e.submission.answer = evil
      e.submission.schema = `CREATE TABLE events (${evil});`
      e.submission.files = { [`${evil}.ts`]: evil }
      e.warnings.push({ file: `${evil}.ts`, line: 1, message: evil })
      e.notes.push(evil)
      e.statements[1]!.text = `SELECT ${evil} FROM events`
      e.statements[1]!.filtering = evil
      e.schema.tables[0]!.partitionKey[0]!.name = evil
      e.stages.at(-1)!.label = evil
      e.provenance.engine.version = evil
      breakInvariant(e, "ties")
      e.invariants[1]!.examples[0]!.got = evil
      e.invariants[1]!.examples[0]!.message = evil
      e.stages.at(-1)!.work[1]!.counts[evil] = 7
    }),
  )

describe("the page", () => {
  it("is one file that asks for nothing from anywhere", () => {
    const document = parsed(gradeOf(evidenceOf("weak")))
    for (const attribute of ["src", "srcset", "data", "action"])
      expect(document.querySelectorAll(`[${attribute}]`)).toHaveLength(0)
    expect(document.querySelectorAll("link, iframe, object, embed, img")).toHaveLength(0)
    for (const link of document.querySelectorAll("[href]")) expect(link.getAttribute("href")).toMatch(/^#/)
    expect(renderHtml(gradeOf(evidenceOf("weak")))).not.toMatch(/@import|url\(/)
  })

  it("shows all that came from the submission as text", () => {
    const document = parsed(hostile())
    expect(document.querySelectorAll("script")).toHaveLength(1)
    expect(document.querySelectorAll("img, [onerror]")).toHaveLength(0)
    expect(document.querySelector("#answer .answer")!.textContent).toBe(evil)
  })

  it("tells each picture's finding in words and keeps its table behind it", () => {
    const document = parsed(gradeOf(evidenceOf("weak")))
    const figures = [...document.querySelectorAll("figure")]
    expect(figures.length).toBeGreaterThanOrEqual(9)
    for (const figure of figures) {
      expect(figure.querySelector("svg[role=img]")!.getAttribute("aria-label")!.length).toBeGreaterThan(40)
      expect(figure.querySelectorAll("details table tbody tr").length).toBeGreaterThan(1)
      expect(figure.querySelector("figcaption")!.textContent).not.toBe("")
    }
  })

  it("draws the candidate on the ladder and the budget's line at peak", () => {
    const document = parsed(gradeOf(evidenceOf("weak")))
    const titled = (title: string) =>
      [...document.querySelectorAll("figure")].find((one) => one.querySelector("h3")!.textContent.includes(title))!
    expect(
      titled("Where between").querySelectorAll("circle[fill='var(--accent)'], g[fill='var(--accent)'] circle").length,
    ).toBe(1)
    expect(
      titled("lastDay hold its budget").querySelectorAll(
        "[stroke='var(--warning)'] line, line[stroke='var(--warning)']",
      ).length,
    ).toBeGreaterThan(0)
  })

  it("links a finding to its line in the schema, where it stands as well", () => {
    const document = parsed(gradeOf(evidenceOf("weak")))
    expect(document.querySelector("#finding-1 a")!.getAttribute("href")).toBe("#schema-2")
    expect(document.querySelector("#schema-2 .note")!.textContent).toContain("secondary index")
  })

  it("draws a run without position, peak and references as well", () => {
    const report = gradeOf(
      edited("strong", (e) => {
        e.position = e.peak = null
        e.stages.splice(1)
      }),
      { referenceCounts: null },
    )
    expect(parsed(report).querySelector("#criteria")).not.toBeNull()
  })
})

describe.skipIf(!hasChromium)("the page in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "proofrun-page-"))
  const file = join(folder, "report.html")
  beforeAll(() => writeFileSync(file, renderHtml(hostile())))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    { colorScheme: "light", width: 375 },
    { colorScheme: "light", width: 1440 },
    { colorScheme: "dark", width: 375 },
    { colorScheme: "dark", width: 1440 },
  ] as const)(
    "has no axe violation, no sideways scrolling and no request: %o",
    async (options) => {
      await withBrowser(options, async (context) => {
        const page = await context.newPage()
        const asked: string[] = []
        const said: string[] = []
        page.on("request", (request) => asked.push(request.url()))
        page.on("console", (message) => said.push(message.text()))
        page.on("dialog", (dialog) => said.push(dialog.message()))
        await page.goto(pathToFileURL(file).href)
        await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0)
        expect(asked).toHaveLength(1)
        expect(said).toEqual([])
      })
    },
    120_000,
  )
})
