import { expect, it } from "vitest"
import type { Report } from "../../graders/report.ts"
import { waitsForPerson } from "../../server/store/reports.ts"

type Asked = Parameters<typeof waitsForPerson>[0]

/** A report whose written statement is judged and whose two claims are not, with these marks. */
const report = (claimsReview: object | null, marked: string[] = []): Asked =>
  ({
    judgement: { written: [{ criterion: "reason", verdict: "met", review: null }], claimsReview },
    marks: marked.map((criterion) => ({ criterion })) as Report["marks"],
    scores: [
      { criterion: "reason", kind: "written", points: 5 },
      { criterion: "claim-rows", kind: "claim", points: null, evidence: null },
      { criterion: "claim-size", kind: "claim", points: null, evidence: {} },
    ],
  }) as unknown as Asked

const REFUSED = { because: "refused", detail: "" }

it("claims that no judge could read wait for a person, until each has a mark", () => {
  expect(waitsForPerson(report(REFUSED))).toBe(true)
  expect(waitsForPerson(report(REFUSED, ["claim-rows"]))).toBe(true)
  expect(waitsForPerson(report(REFUSED, ["claim-rows", "claim-size"]))).toBe(false)
})

it("a verdict that rests on text which seems to speak to the judge waits for a person's eye", () => {
  const met = { criterion: "reason", verdict: "met", review: { because: "suspected steering", detail: "" } }
  const steered = (marked: string[] = []): Asked =>
    ({ ...report(null, marked), judgement: { written: [met], claimsReview: null } }) as unknown as Asked
  expect(waitsForPerson(steered())).toBe(true)
  expect(waitsForPerson(steered(["reason"]))).toBe(false)
})

it("a claim that was lost of the judge's list waits, until it has a mark", () => {
  const lost = (marked: string[] = []): Asked => {
    const whole = report(null, marked)
    const [first, second, third] = whole.scores
    return { ...whole, scores: [first!, { ...second!, evidence: { lost: [{ quoted: "two days" }] } }, third!] }
  }
  expect(waitsForPerson(lost())).toBe(true)
  expect(waitsForPerson(lost(["claim-rows"]))).toBe(false)
})

it("claims that were read, or that nobody was asked about, wait for nobody", () => {
  expect(waitsForPerson(report(null))).toBe(false)
  expect(waitsForPerson({ ...report(null), judgement: null })).toBe(false)
})
