import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { AxeBuilder } from "@axe-core/playwright"
import { parseHTML } from "linkedom"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { causesOf } from "../../../graders/causes.ts"
import type { Report } from "../../../graders/report.ts"
import { renderHtml } from "../../../server/report/html.ts"
import { breakInvariant, edited, evidenceOf, gradeOf } from "../../graders/made-up.ts"
import { asserted, figure, judgementOf, marked, quoteIn, verdictOf } from "../../graders/made-up-judgement.ts"
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

  it("leads from the next step to what it is taken from: a finding, or the criterion where none explains it", () => {
    const wayFrom = (page: Document) => page.querySelector(".summary li:last-child a")!.getAttribute("href")
    const report = gradeOf(evidenceOf("weak"))
    const found = parsed(report)
    expect(found.querySelector(`${wayFrom(found)} h3`)!.textContent).toBe(causesOf(report)[0]!.title)
    const unexplained = { ...report, findings: [], scores: report.scores.map((one) => ({ ...one, findings: [] })) }
    const page = parsed(unexplained)
    expect(page.querySelector(`${wayFrom(page)} th`)!.textContent).toContain(causesOf(unexplained)[0]!.title)
    // What remains is the written answer: a third of a point lost elsewhere is not where it is taken from.
    const strong = gradeOf(evidenceOf("strong"))
    const scores = strong.scores.map((one) => (one.kind === "work" ? { ...one, points: one.points! - 0.3 } : one))
    expect(causesOf({ ...strong, scores })).toHaveLength(1)
    expect(parsed({ ...strong, scores }).querySelector(".summary li:last-child a")).toBeNull()
  })

  it("tells criteria that nobody has judged in one line, each to be opened, and where the bands begin", () => {
    const graded = gradeOf(evidenceOf("strong"))
    const [first, ...unjudged] = graded.scores.map((one) => ({ ...one, reason: "Not judged: nobody is there." }))
    const report = { ...graded, scores: [first!, ...unjudged.map((one) => ({ ...one, points: null }))] }
    const page = parsed(report)
    expect(unjudged.length).toBeGreaterThan(2)
    expect(page.querySelectorAll(".unjudged tbody[id]")).toHaveLength(unjudged.length)
    expect(page.querySelector(".unjudged summary")!.textContent).toContain(`${unjudged.length} criteria, worth`)
    expect(page.querySelectorAll("#criteria tbody[id]")).toHaveLength(report.scores.length)
    expect(page.querySelector(".edges")!.textContent).toBe("strong from 67.5, adequate from 52.5")
  })

  it("leads back to the contents from the end of each section", () => {
    const page = parsed(gradeOf(evidenceOf("weak")))
    for (const section of page.querySelectorAll("main > section[id]"))
      expect(section.querySelector("a[href='#contents']")).not.toBeNull()
  })

  it("leads to each of its sections, by their own headings", () => {
    const page = parsed(
      gradeOf(
        edited("weak", (e) => {
          breakInvariant(e, "order")
          e.printed = [{ stage: "", pass: "connect", host: 0, text: `<section id="x"><h2>forged</h2>` }]
        }),
      ),
    )
    const links = [...page.querySelectorAll<HTMLAnchorElement>(".contents a")]
    expect(links.map((one) => page.querySelector(`${one.getAttribute("href")} > h2`)?.textContent)).toEqual(
      links.map((one) => one.textContent),
    )
    expect(links).toHaveLength(page.querySelectorAll("main > section").length)
    expect(page.querySelector("#printed pre")!.textContent).toBe(`<section id="x"><h2>forged</h2>`)
  })

  it("leads from what is said of wrong answers to them", () => {
    const page = parsed(gradeOf(edited("strong", (e) => breakInvariant(e, "order"))))
    const links = [...page.querySelectorAll(".summary li")].map((one) => one.querySelector("a")?.getAttribute("href"))
    expect(links).toEqual(["#wrong", "#causes", "#wrong"])
    expect(page.querySelector("#wrong h2")!.textContent).toBe("Wrong answers")
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

/** A report whose answer was judged, with whatever a model or a person can write hostile. */
function judgedReport(said = "It names the bound.") {
  const evidence = edited("weak", (e) => {
    e.submission.answer = `A partition holds one day of one user.\n\nIt reads 2 partitions. ${said}`
  })
  const { answer } = evidence.submission
  const quote = quoteIn(answer, "one day of one user")
  const judgement = judgementOf(
    [
      verdictOf("bounded", "met", {
        reason: said,
        quotes: [quote, quoteIn(answer, "day of one user.")],
        agreement: 2 / 3,
      }),
    ],
    [
      figure("partitions-per-read", 2, "partitions", {
        operation: "lastDay",
        quote: quoteIn(answer, "It reads 2 partitions."),
      }),
      asserted("availability", { word: said, quote: quoteIn(answer, "one user.") }),
    ],
    { steering: [{ family: said, quote: quoteIn(answer, said) }], model: said },
  )
  return gradeOf(evidence, {
    judgement,
    marks: [marked("claims", "met", { by: said, reason: said, quote: "It reads 2 partitions." })],
  })
}

describe("the answer on the page", () => {
  const document = parsed(judgedReport())
  const own = document.querySelector("#answer .answer")!

  it("stands there word for word between the marks", () => {
    for (const number of own.querySelectorAll("a.number")) number.remove()
    expect(own.textContent).toBe(judgedReport().submission.answer)
  })

  it("leads from each quote to its criterion or claim, and back", () => {
    const page = parsed(judgedReport())
    const links = [...page.querySelectorAll("#answer a.number, #criteria a, #claims a")]
    expect(links.length).toBeGreaterThanOrEqual(6)
    for (const link of links) {
      const target = link.getAttribute("href")!.slice(1)
      expect(page.getElementById(target), target).not.toBeNull()
    }
    const quote = page.querySelector("#criteria a[href='#quote-7-1']")!
    expect(quote.textContent).toBe("line 1 of the answer, for Says what bounds a partition")
    expect(page.querySelector("#criterion-7 q")!.textContent).toBe("one day of one user")
  })

  it("marks what overlaps with all that lies on it", () => {
    const both = [...document.querySelectorAll("mark")].find((mark) => mark.className === "claim written")!
    expect(both.textContent).toBe("one user")
    expect(own.querySelector("mark.steering")!.textContent).toBe("It names the bound.")
  })

  it("shows claims with both figures, marks by hand, and what the judging took", () => {
    const text = (selector: string) => document.querySelector(selector)!.textContent.replace(/\s+/g, " ")
    expect(text("#claims tbody")).toMatch(/contradicted.*Said: 2 partitions\. Counted of lastDay: 349 partitions/)
    expect(text("#marks li")).toMatch(/2026-11-04 Claims hold: met, says It names the bound\./)
    expect(text("#judged")).toMatch(/strict schema.*1, of which|1, 1,000 tokens.*0\.0002 US dollars/)
    expect(text("#criterion-7")).toContain("66.7% of 2 samples agree.")
  })

  it("is left alone where nobody judged it", () => {
    const page = parsed(gradeOf(evidenceOf("weak")))
    expect(page.querySelectorAll("#answer mark, #answer .answer a, #claims, #judged, #marks")).toHaveLength(0)
    expect(page.querySelector("header")!.textContent).toContain("OPENAI_BASE_URL")
  })

  it("shows what a model or a marker wrote as text", () => {
    const page = parsed(judgedReport(evil))
    expect(page.querySelectorAll("img, [onerror]")).toHaveLength(0)
    expect(page.querySelectorAll("script")).toHaveLength(1)
  })
})

describe.skipIf(!hasChromium)("the page in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "proofrun-page-"))
  const files = { hostile: join(folder, "hostile.html"), judged: join(folder, "judged.html") }
  beforeAll(() => {
    writeFileSync(files.hostile, renderHtml(hostile()))
    writeFileSync(files.judged, renderHtml(judgedReport(evil)))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    { what: "hostile", colorScheme: "light", width: 375 },
    { what: "hostile", colorScheme: "dark", width: 1440 },
    { what: "judged", colorScheme: "light", width: 375 },
    { what: "judged", colorScheme: "dark", width: 1440 },
  ] as const)(
    "has no axe violation, no sideways scrolling and no request: %o",
    async ({ what, ...options }) => {
      await withBrowser(options, async (context) => {
        const page = await context.newPage()
        const asked: string[] = []
        const said: string[] = []
        page.on("request", (request) => asked.push(request.url()))
        page.on("console", (message) => said.push(message.text()))
        page.on("dialog", (dialog) => said.push(dialog.message()))
        await page.goto(pathToFileURL(files[what]).href)
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
