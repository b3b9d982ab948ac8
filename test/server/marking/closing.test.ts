import { describe, expect, it } from "vitest"
import type { MarkedAnswer } from "../../../graders/agreement/marks.ts"
import { closingLines, exitCode } from "../../../server/marking/closing.ts"
import { madeSet } from "../../support/marked-set.ts"
import { marksOf } from "../agreement/made-up-agreement.ts"

const set = madeSet(20)
const all = marksOf(set)
const some = marksOf(set, (id, criterion) => (criterion === "order" && id >= "a019" ? "refused" : null))
const closing = (marks: MarkedAnswer[], stopped: Parameters<typeof closingLines>[0]["stopped"] = null) => ({
  out: "marks.jsonl",
  all: 20,
  marks,
  stopped,
})

describe("the end of a marking", () => {
  it("is a success only where every answer has its total", () => {
    expect(exitCode(closing(all))).toBe(0)
    expect(exitCode(closing(some))).toBe(1)
    expect(exitCode(closing(all.slice(0, 19), "spend limit"))).toBe(1)
    expect(exitCode(closing(all.slice(0, 19), "interrupted"))).toBe(130)
  })

  it("says the mean and the cost", () => {
    expect(closingLines(closing(all))).toEqual([
      expect.stringMatching(/^20 answers marked, [\d.]+ of 8 points in the mean\. They took 2,200 tokens: \$0\.02\.$/),
    ])
  })

  it("names what has no total, why, and how to have it marked anew", () => {
    const text = closingLines(closing(some)).join("\n")
    expect(text).toContain("18 answers marked")
    expect(text).toContain("2 answers have no total")
    expect(text).toContain("a019: order: refused")
    expect(text).toContain("--again")
  })

  it.each([
    ["spend limit", /JUDGE_DAILY_LIMIT_USD.* 3 of 20 are in marks\.jsonl; the same command goes on/],
    ["no reply", /has not replied.*--again/],
    ["interrupted", /^Stopped\. 3 of 20/],
  ] as const)("says after %s how to go on", (stopped, sentence) => {
    expect(closingLines(closing(all.slice(0, 3), stopped))[0]).toMatch(sentence)
  })

  it("says so where nothing at all is marked", () => {
    expect(closingLines(closing([], "spend limit"))[1]).toBe("0 answers marked. They took 0 tokens: $0.00.")
  })

  it("names answers with a verdict that a person has to look at", () => {
    const [first] = marksOf(set)
    first!.criteria[0]!.review = { because: "suspected steering", detail: "" }
    expect(closingLines(closing([first!])).at(-1)).toBe(
      'A person should look at a001: "review" in marks.jsonl says why.',
    )
  })
})
