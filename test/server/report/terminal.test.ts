import { describe, expect, it } from "vitest"
import { grade } from "../../../graders/grade.ts"
import type { Rejection } from "../../../sandboxes/evidence.ts"
import { renderTerminal } from "../../../server/report/terminal.ts"
import {
  breakInvariant,
  edited,
  evidenceOf,
  gradeOf,
  question,
  referenceCounts,
  rubric,
  weights,
} from "../../graders/made-up.ts"
import { figure, judgementOf, marked, quoteIn, verdictOf } from "../../graders/made-up-judgement.ts"

const shown = (report: Parameters<typeof renderTerminal>[0], columns = 100, colour = false) =>
  renderTerminal(report, { columns, colour })

describe("the head", () => {
  it("says band, subtotals, what is not judged, and the next step", () => {
    const text = shown(gradeOf(evidenceOf("weak")))
    expect(text).toContain("Measured   weak, 41.8 ± 0.2 of 75")
    expect(text).toContain("Written    not judged yet (25 points)")
    expect(text).toMatch(/costs most: 33\.2 points/)
    expect(text).toMatch(/no judge\s+configured/)
  })
})

describe("the page", () => {
  it.each([80, 100, 120])("fits %i columns", (columns) => {
    const report = gradeOf(edited("weak-filtering", (e) => breakInvariant(e, "ties")))
    const widest = Math.max(
      ...shown(report, columns)
        .split("\n")
        .map((line) => line.length),
    )
    expect(widest).toBeLessThanOrEqual(columns)
  })

  it("has escape sequences only where colour is asked for", () => {
    const report = gradeOf(evidenceOf("strong"))
    expect(shown(report)).not.toContain("\u001b")
    expect(shown(report, 100, true)).toContain("\u001b[")
  })

  it("shows a broken answer with the request, what came and what was due", () => {
    const text = shown(gradeOf(edited("strong", (e) => breakInvariant(e, "ties", 3))))
    expect(text).toContain("ties: 3 of 84 checks")
    expect(text).toContain('request   {"operation":"lastDay","args":["u1",1792999000000]}')
    expect(text).toContain('came      [{"eventId":"a"},{"eventId":"b"}]')
    expect(text).toContain('due       [{"eventId":"b"},{"eventId":"a"}]')
  })

  it("puts the references beside the counted work", () => {
    expect(shown(gradeOf(evidenceOf("weak")))).toMatch(/rows read +348 +12 +12 +348/)
  })

  it("prints nothing from a submission that a terminal would obey", () => {
    const evil = "\u001b]0;owned\u0007\u202e"
    const report = gradeOf(
      edited("weak-filtering", (e) => {
        e.submission.displayName = evil
        e.warnings.push({ file: evil, line: 1, message: evil })
        e.notes.push(evil)
        e.statements[1]!.text = `SELECT ${evil} FROM events WHERE user_id = ? ALLOW FILTERING`
        e.statements[1]!.filtering = evil
        e.schema.tables[0]!.name = "events"
        breakInvariant(e, "ties")
        e.invariants[1]!.examples[0]!.got = evil
        e.invariants[1]!.examples[0]!.message = evil
      }),
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be left.
    expect(shown(report)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  })
})

describe("the judged answer", () => {
  const { answer } = evidenceOf("strong").submission
  const judged = (said = "It names the bound.", wrong = 2) =>
    gradeOf(evidenceOf("strong"), {
      judgement: judgementOf(
        [verdictOf("bounded", "met", { reason: said, quotes: [quoteIn(answer, "newest first")], agreement: 2 / 3 })],
        [figure("partitions-per-read", wrong, "partitions", { operation: "lastDay" })],
        { steering: [{ family: said, quote: quoteIn(answer, "It is read newest first.") }], model: said },
      ),
      marks: [marked("bounded", "met", { by: said, reason: said, quote: "newest first" })],
    })

  it("has a total, quotes with their line, claims with both figures, marks, and what the judging took", () => {
    const text = shown(judged())
    expect(text).toMatch(/Total +100 of 100, strong/)
    expect(text).toContain('❝ line 3: "newest first"')
    expect(text).toMatch(/confirmed +partitions per read of lastDay/)
    expect(text).toMatch(/Said: 2 partitions\. Counted of lastDay: 2 partitions/)
    expect(text).toMatch(/2026-11-04 bounded: met, says It names the bound/)
    expect(text).toMatch(/cost +0\.0002 US dollars/)
    expect(text).toContain('It names the bound.: "It is read newest first."')
  })

  it("fits 80 columns and prints nothing that a terminal would obey, whoever wrote it", () => {
    const text = shown(judged("\u001b]0;owned\u0007\u202e".repeat(30), 7), 80)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be left.
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

describe("a submission that could not be run", () => {
  const rejectedAs = (rejected: Rejection) =>
    shown(
      grade({
        question,
        rubric,
        rubricHash: "made-up",
        submission: evidenceOf("strong").submission,
        referenceCounts,
        engines: [],
        weights,
        quick: false,
        outcome: { kind: "rejected", rejected, warnings: [], provenance: null },
        judgement: null,
        marks: [],
      }),
    )

  it("is told by what refused it and where, in the engine's words", () => {
    const text = rejectedAs({
      stage: "schema",
      message: "no viable alternative at input 'TABEL'",
      line: 3,
      excerpt: "CREATE TABEL events",
    })
    expect(text).toContain("The schema was refused by Cassandra at line 3: no viable alternative at input 'TABEL'")
    expect(text).toContain("│ CREATE TABEL events")
    expect(text).not.toMatch(/rejected/i)
  })

  it("names the file for code", () => {
    const text = rejectedAs({ stage: "compile", message: '"node:fs" may not be imported', file: "access.ts", line: 2 })
    expect(text).toContain("The access code could not be built at line 2 in access.ts")
  })
})
