import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { AxeBuilder } from "@axe-core/playwright"
import { parseHTML } from "linkedom"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Agreement, agreementOf } from "../../../graders/agreement/agreement.ts"
import { HumanMarkSchema, JudgeMarkSchema } from "../../../graders/agreement/marks.ts"
import { renderAgreementPage } from "../../../server/agreement/html.ts"
import { renderAgreement } from "../../../server/agreement/terminal.ts"
import { hasChromium, withBrowser } from "../report/browser.ts"
import { madeUpAgreement } from "./made-up-agreement.ts"

const evil = `<img src=x onerror="alert(1)"><script>alert(1)</script>\u202e\u001b[31m'"&`

/** Errs on every seventh answer's bound, refuses some, and everything that a person or an answer can write is hostile. */
function hostile(): Agreement {
  const agreement = madeUpAgreement((id, criterion) => {
    if (criterion === "bound" && Number(id.slice(1)) % 7 === 0) return "met"
    return criterion === "trade" && Number(id.slice(1)) % 50 === 0 ? "refused" : null
  })
  const [first] = agreement.disagreements
  first!.answer = first!.id = evil
  first!.people[0]!.by = evil
  if (first!.statements[0]) first!.statements[0].reason = evil
  agreement.people.push(evil)
  agreement.onlyPeople.push(evil)
  return agreement
}

const parsed = (agreement: Agreement) => parseHTML(renderAgreementPage(agreement)).document

const small = (judge: (number | null)[], people: number[]) =>
  agreementOf(
    judge.map((points, i) => JudgeMarkSchema.parse({ id: `a${i}`, points, outOf: 10 })),
    people.map((points, i) => HumanMarkSchema.parse({ id: `a${i}`, points })),
  )

describe("the page of agreement", () => {
  it("is one file without scripts that asks for nothing", () => {
    const document = parsed(hostile())
    expect(document.querySelectorAll("script, link, iframe, object, embed, img, [src], [onerror]")).toHaveLength(0)
    for (const link of document.querySelectorAll("[href]")) expect(link.getAttribute("href")).toMatch(/^#/)
    expect(renderAgreementPage(hostile())).not.toMatch(/@import|url\(/)
  })

  it("shows what people and answers say as text, hidden characters named", () => {
    const text = parsed(hostile()).querySelector("#answer-1")!.textContent
    expect(text).toContain("<script>alert(1)</script>\\u{202e}\\u{1b}")
  })

  it("tells each picture's finding in words and keeps its table behind it", () => {
    const figures = [...parsed(hostile()).querySelectorAll("figure")]
    expect(figures).toHaveLength(3)
    for (const figure of figures) {
      expect(figure.querySelector("svg[role=img]")!.getAttribute("aria-label")!.length).toBeGreaterThan(40)
      expect(figure.querySelectorAll("details table tbody tr").length).toBeGreaterThan(1)
    }
  })

  it("has every answer that is marked differently within two clicks: a statement's link, and the answer's text", () => {
    const agreement = hostile()
    const document = parsed(agreement)
    const links = [...document.querySelectorAll("main a[href^='#answer-']")]
    const differing = agreement.criteria.flatMap(({ differs }) => differs)
    // One id was made hostile after the lists had been drawn up.
    expect(links.length).toBeGreaterThanOrEqual(differing.length - 6)
    for (const link of links) expect(document.querySelector(`${link.getAttribute("href")} .answer`)).not.toBeNull()
    expect(document.querySelectorAll(".finding")).toHaveLength(agreement.disagreements.length)
  })

  it("names the answers that were not judged, and counts them for nothing", () => {
    const agreement = hostile()
    expect(agreement.unjudged.map(({ id }) => id)).toEqual(["a050", "a100", "a150", "a200"])
    expect(parsed(agreement).querySelector("header")!.textContent).toContain("4 answers have no total by the judge")
    expect(agreement.totals.judge.answers).toBe(196)
  })

  it.each([
    ["one answer", small([3], [4]), /one answer shows no spread/],
    ["a judge that always gives the same", small([5, 5, 5, 5, 5, 5], [1, 2, 3, 4, 5, 6]), /same points every time/],
    ["nothing judged", small([null, null], [1, 2]), /no totals are compared/],
    ["full agreement", small([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]), /None: the judge and people gave the same/],
  ])("is written for %s as well, and says what there is to say", (_, agreement, sentence) => {
    expect(parsed(agreement).body.textContent).toMatch(sentence)
    expect(parsed(agreement).body.textContent).not.toMatch(/NaN|Infinity|undefined|unknown/)
    expect(renderAgreement(agreement, { columns: 100, colour: false })).not.toMatch(/NaN|Infinity|undefined|unknown/)
  })
})

describe("the terminal", () => {
  const text = renderAgreement(hostile(), { columns: 100, colour: false })

  it("shows a human line beside the judge's, statements, confusion, and the worst with their texts", () => {
    expect(text).toMatch(/judge \/ all people +196 +0\.\d\d \(0\.\d\d to 0\.\d\d\)/)
    expect(text).toMatch(/person \/ the others +196 +0\.\d\d \(/)
    expect(text).toMatch(/bound +\d+ +\d\d% \(\d\d% to \d\d%\) +0\.\d\d \(/)
    expect(text).toContain("How often did the judge give this where a person gave that?")
    expect(text).toMatch(/the judge \d, people [\d.]+ \(.*ann/s)
    expect(text).toContain("“This is design")
  })

  it("lets no escape sequence through, and keeps within the width", () => {
    expect(text).not.toContain("\u001b")
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(120)
  })
})

describe.skipIf(!hasChromium)("the page in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "proofrun-agreement-"))
  const file = join(folder, "agreement.html")
  beforeAll(() => writeFileSync(file, renderAgreementPage(hostile())))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    { colorScheme: "light", width: 375 },
    { colorScheme: "dark", width: 375 },
    { colorScheme: "light", width: 1440 },
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
