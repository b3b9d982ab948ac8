import { parseHTML } from "linkedom"
import { describe, expect, it } from "vitest"
import { growthTables } from "../../../server/report/growth-tables.ts"
import { renderHtml } from "../../../server/report/html.ts"
import { phaseTables, visibilityText } from "../../../server/report/lag-tables.ts"
import { renderTerminal } from "../../../server/report/terminal.ts"
import { dearestTables, storedTable, tradeOf } from "../../../server/report/trade-tables.ts"
import { evidenceOf, gradeOf } from "../../graders/made-up.ts"
import { feedEvidence, gradeFeed, mutations } from "../../graders/made-up-feed.ts"

const report = gradeFeed(feedEvidence(mutations((n) => 1 + n)))
const terminal = renderTerminal(report, { columns: 100, colour: false })
const document = parseHTML(renderHtml(report)).document
const titled = (title: string) =>
  [...document.querySelectorAll("figure")].find((one) => one.querySelector("h3")!.textContent.includes(title))!

describe("the trade of write cost against read cost", () => {
  it("has one dot per design, references labelled, and its table behind it", () => {
    const figure = titled("What does a record cost, and what a lastDay?")
    const designs = ["this design", "strong", "adequate", "weak"]
    expect(figure.querySelectorAll("circle[r='4'], circle[r='5']").length - 2).toBe(designs.length)
    const labels = [...figure.querySelectorAll("svg[role=img] text")].map((text) => text.textContent)
    expect(labels).toEqual(expect.arrayContaining(["strong", "adequate", "weak"]))
    const names = [...figure.querySelectorAll("tbody th")].map((cell) => cell.textContent)
    expect(names.sort()).toEqual(designs.sort())
    expect(figure.querySelector("svg[role=img]")!.getAttribute("aria-label")).toMatch(
      /This design pays [\d.,]+ for a record/,
    )
  })

  it("is left out where the question trades nothing", () => {
    expect(tradeOf(gradeOf(evidenceOf("weak")))).toBeNull()
  })
})

describe("growth along an axis that varies from call to call", () => {
  it("has a curve for each design that was counted so, carried on to the statement's scale", () => {
    const table = growthTables(report).find(({ title }) => title.startsWith("Does record get dearer with followers"))!
    expect(table.rows.map(([n]) => n)).toEqual(["1", "60", "120", "1,000,000 (carried on)"])
    const [own, strong] = [table.rows.at(-1)![1], table.rows.at(-1)![table.head.indexOf("strong")]] as number[]
    expect(own).toBeGreaterThan(1e7)
    expect(strong).toBe(table.rows[0]![table.head.indexOf("strong")])
    expect(titled("Does record get dearer with followers").querySelectorAll("svg[role=img]")).toHaveLength(1)
  })

  it("is not drawn where no call says where it stands", () => {
    expect(
      growthTables(report)
        .map(({ title }) => title)
        .join(),
    ).not.toContain("authors followed")
  })
})

describe("what is shown and not scored", () => {
  it("tells the share of a second at peak that the dearest call takes", () => {
    const [table] = dearestTables(report)
    expect(table!.head.at(-1)).toBe("% of a second at peak")
    const [own, strong] = table!.rows
    expect([own![1], strong![1]]).toEqual([120, 120])
    expect(own![3] as number).toBeGreaterThan(10 * (strong![3] as number))
  })

  it("tells stored bytes per user", () => {
    const table = storedTable(report)!
    expect(table.head).toEqual(["design", "in all", "per user (600)"])
    for (const [, all, each] of table.rows) expect(each).toBe((all as number) / 600)
  })

  it("tells how long writes take to show, with n, and how many never did", () => {
    expect(terminal).toMatch(/How long until a record shows in a lastDay of the other process\? n = 40/)
    expect(terminal).toMatch(/this design +0\.4 +812 +900 +30 +1/)
    expect(visibilityText(report)).toMatch(/2,000 ms are allowed.*until 12 ms.*1 were not seen/)
  })

  it("tells how everybody else fared in each window, beside the time without", () => {
    const [table] = phaseTables(report)
    expect(table!.title).toBe("A burst: how does everybody else's lastDay fare?")
    expect(table!.rows).toHaveLength(8)
    expect(table!.rows.map(([whose]) => whose)).toContain("strong, while this design does so")
    expect(document.body.textContent).toContain("A burst: how does everybody else's lastDay fare?")
  })

  it("fits 80 columns", () => {
    const widest = Math.max(
      ...renderTerminal(report, { columns: 80, colour: false })
        .split("\n")
        .map(({ length }) => length),
    )
    expect(widest).toBeLessThanOrEqual(80)
  })
})
