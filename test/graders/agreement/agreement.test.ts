import { describe, expect, it } from "vitest"
import { agreementOf } from "../../../graders/agreement/agreement.ts"
import { type HumanMark, HumanMarkSchema, type JudgeMark, JudgeMarkSchema } from "../../../graders/agreement/marks.ts"

type Verdict = "met" | "not met" | null

const CRITERIA = ["key", "bound"] as const

/** The judge's mark: statements of one and of two points, `null` where it has no verdict. */
function judged(id: string, key: Verdict, bound: Verdict): JudgeMark {
  const verdicts = { key, bound }
  const points = key && bound ? (key === "met" ? 1 : 0) + (bound === "met" ? 2 : 0) : null
  return JudgeMarkSchema.parse({
    id,
    points,
    outOf: 3,
    because: points === null ? "refused" : null,
    answer: `Answer ${id}.`,
    criteria: CRITERIA.map((criterion, index) => ({ criterion, outOf: index + 1, verdict: verdicts[criterion] })),
  })
}

const byStatement = (id: string, by: string, key: Verdict, bound: Verdict): HumanMark =>
  HumanMarkSchema.parse({ id, by, criteria: { key, bound } })
const byPoints = (id: string, by: string, points: number | null): HumanMark => HumanMarkSchema.parse({ id, by, points })

const onlyPoints = (id: string, points: number | null): JudgeMark => JudgeMarkSchema.parse({ id, points, outOf: 10 })

describe("answers without marks", () => {
  it("are listed apart and are no zeros: figures are as if they were not there", () => {
    const people = ["a", "b", "c", "d"].map((id, index) => byPoints(id, "ann", index * 3))
    const with_ = agreementOf(
      [onlyPoints("a", 0), onlyPoints("b", 4), onlyPoints("c", 6), onlyPoints("d", null)],
      people,
    )
    const without = agreementOf([onlyPoints("a", 0), onlyPoints("b", 4), onlyPoints("c", 6)], people.slice(0, 3))
    expect(with_.totals).toEqual(without.totals)
    expect(with_.unjudged).toEqual([{ id: "d", because: "the marks do not say why" }])
  })

  it("are told apart by whose mark is missing", () => {
    const found = agreementOf(
      [onlyPoints("a", 1), onlyPoints("b", 2), onlyPoints("c", 3)],
      [byPoints("a", "ann", 1), byPoints("b", "ann", null), byPoints("x", "ann", 1)],
    )
    expect(found.onlyJudge).toEqual(["c"])
    expect(found.onlyPeople).toEqual(["x"])
    expect(found.withoutHumanPoints).toEqual(["b"])
    expect(found.totals.judge.answers).toBe(1)
  })

  it("count for nothing in the statement that has no verdict, and fully in the other", () => {
    const found = agreementOf(
      [judged("a", "met", null), judged("b", "not met", "met")],
      [byStatement("a", "ann", "met", "met"), byStatement("b", "ann", "not met", "met")],
    )
    const [key, bound] = found.criteria
    expect(key!.judge.pairs).toBe(2)
    expect(bound!.judge.pairs).toBe(1)
    expect(bound!.unjudged).toEqual(["a"])
    expect(bound!.judge.share.value).toBe(1)
  })
})

describe("totals", () => {
  it("of a person are added up from verdicts only where there is one on every statement", () => {
    const found = agreementOf(
      [judged("a", "met", "met"), judged("b", "met", "met")],
      [byStatement("a", "ann", "met", "not met"), byStatement("b", "ann", "met", null)],
    )
    expect(found.totals.points).toEqual([{ id: "a", judge: 3, people: 1 }])
    expect(found.withoutHumanPoints).toEqual(["b"])
  })

  it("hold the judge and each left-out person against the same mean of the others", () => {
    const found = agreementOf(
      [onlyPoints("a", 5), onlyPoints("b", 1)],
      [
        ...["ann", "ben", "cleo"].map((by, index) => byPoints("a", by, [4, 6, 8][index]!)),
        ...["ann", "ben", "cleo"].map((by, index) => byPoints("b", by, [0, 1, 2][index]!)),
      ],
    )
    const { person, judge } = found.totals.leftOut!
    // Answer a: 4 against 7, 6 against 6, 8 against 5; answer b: 0 against 1.5, 1 against 1, 2 against 0.5.
    expect(person.meanAbsoluteError.value).toBeCloseTo((3 + 0 + 3 + 1.5 + 0 + 1.5) / 6, 12)
    // The judge's 5 against 7, 6 and 5; its 1 against 1.5, 1 and 0.5.
    expect(judge.meanAbsoluteError.value).toBeCloseTo((2 + 1 + 0 + 0.5 + 0 + 0.5) / 6, 12)
    expect(found.totals.judge.meanAbsoluteError.value).toBeCloseTo(0.5, 12)
    expect(found.totals.eachPerson.map(({ by, against }) => [by, against.meanDifference.value])).toEqual([
      ["ann", -2.25],
      ["ben", 0],
      ["cleo", 2.25],
    ])
  })

  it("give a judge that copies one of the people that person's figures", () => {
    const ids = Array.from({ length: 30 }, (_, i) => `a${i}`)
    const points = (i: number, shift: number) => (i * 7 + shift * (i % 3)) % 11
    const people = ids.flatMap((id, i) => [byPoints(id, "ann", points(i, 0) % 11), byPoints(id, "ben", points(i, 1))])
    const copy = ids.map((id, i) => ({ ...onlyPoints(id, points(i, 0) % 11), outOf: 11 }))
    const { eachPerson, leftOut } = agreementOf(copy, people).totals
    const ann = eachPerson.find(({ by }) => by === "ann")!.against
    const onlyBen = agreementOf(
      copy,
      people.filter(({ by }) => by === "ben"),
    ).totals.judge
    expect(onlyBen.weightedKappa).toEqual(ann.weightedKappa)
    expect(leftOut!.kappaLead.low).not.toBeNull()
  })

  it.each([
    ["one answer", [3], [3], /one answer/],
    ["a judge that always gives the same", [5, 5, 5, 5, 5, 5], [1, 2, 3, 4, 5, 6], /same points every time/],
    ["people who always give the same", [1, 2, 3, 4, 5, 6], [5, 5, 5, 5, 5, 5], /same points every time/],
  ])("have no kappa, with the reason, but an error, for %s", (_, judge, people, reason) => {
    const { totals } = agreementOf(
      judge.map((points, i) => onlyPoints(`a${i}`, points)),
      people.map((points, i) => byPoints(`a${i}`, "ann", points)),
    )
    expect(totals.judge.weightedKappa.value).toBeNull()
    expect(totals.judge.weightedKappa.because).toMatch(reason)
    expect(totals.judge.meanAbsoluteError.value).not.toBeNull()
    expect(totals.leftOut).toBeNull()
  })

  it("of one answer with several people have no kappa either", () => {
    const { totals } = agreementOf(
      [onlyPoints("a", 5)],
      [4, 6, 8].map((points, i) => byPoints("a", `p${i}`, points)),
    )
    expect(totals.leftOut!.person.weightedKappa).toMatchObject({
      value: null,
      because: expect.stringContaining("one answer"),
    })
    expect(totals.leftOut!.kappaLead.value).toBeNull()
  })

  it("stand beside each other in a table, in classes where there are many", () => {
    const few = agreementOf(
      [onlyPoints("a", 1), onlyPoints("b", 2)],
      [byPoints("a", "ann", 2), byPoints("b", "ann", 2)],
    )
    expect(few.totals.confusion).toEqual({
      classes: ["1", "2"],
      counts: [
        [0, 1],
        [0, 1],
      ],
    })
    const ids = Array.from({ length: 40 }, (_, i) => i)
    const many = agreementOf(
      ids.map((i) => ({ ...onlyPoints(`a${i}`, i), outOf: 40 })),
      ids.map((i) => byPoints(`a${i}`, "ann", 39.5 - i)),
    ).totals.confusion
    expect(many.classes.length).toBeLessThanOrEqual(11)
    expect(many.classes[0]).toBe("0 to below 4")
    expect(many.counts.flat().reduce((sum, one) => sum + one, 0)).toBe(40)
  })
})

describe("verdicts", () => {
  const judge = [judged("a", "met", "met"), judged("b", "not met", "met"), judged("c", "met", "not met")]

  it("are compared with each person, and people with each other, pair by pair", () => {
    const found = agreementOf(judge, [
      byStatement("a", "ann", "met", "met"),
      byStatement("a", "ben", "not met", "met"),
      byStatement("b", "ann", "not met", "not met"),
      byStatement("c", "ann", "met", "not met"),
    ])
    const [key] = found.criteria
    expect(key!.judge).toMatchObject({ answers: 3, pairs: 4 })
    expect(key!.judge.share.value).toBe(0.75)
    expect(key!.confusion).toEqual({ bothMet: 2, onlyJudge: 1, onlyPerson: 0, neither: 1 })
    expect(key!.people).toMatchObject({ answers: 1, pairs: 1 })
    expect(key!.people!.share.value).toBe(0)
    expect(found.allCriteria!.judge.pairs).toBe(8)
  })

  it("have no human line where one person marked, and none at all where people gave points", () => {
    expect(agreementOf(judge, [byStatement("a", "ann", "met", "met")]).criteria[0]!.people).toBeNull()
    const byWhole = agreementOf(judge, [byPoints("a", "ann", 3)])
    expect(byWhole.criteria).toEqual([])
    expect(byWhole.allCriteria).toBeNull()
  })

  it.each([
    { key: "met", bound: "not met" },
    { key: true, bound: false },
    { key: 1, bound: 0 },
  ])("may be given as %j", (criteria) => {
    const human = HumanMarkSchema.parse({ id: "a", criteria })
    expect(agreementOf(judge, [human]).criteria.map((one) => one.judge.share.value)).toEqual([1, 0])
  })
})

describe("disagreements", () => {
  it("come the worst first, with text and verdicts, and leave out what is marked alike", () => {
    const found = agreementOf(
      [judged("same", "met", "met"), judged("near", "met", "not met"), judged("far", "met", "met")],
      [
        byStatement("same", "ann", "met", "met"),
        byStatement("near", "ann", "not met", "not met"),
        byStatement("far", "ann", "not met", "not met"),
      ],
    ).disagreements
    expect(found.map(({ id, difference }) => [id, difference])).toEqual([
      ["far", 3],
      ["near", 1],
    ])
    expect(found[0]!.answer).toBe("Answer far.")
    expect(found[0]!.statements.map(({ criterion, judge }) => [criterion, judge])).toEqual([
      ["key", "met"],
      ["bound", "met"],
    ])
  })

  it("name a statement only where most of the people are against the judge", () => {
    const marks = (others: Verdict[]) => others.map((key, i) => byStatement("a", `p${i}`, key, "met"))
    const named = (others: Verdict[]) => {
      const { disagreements, criteria } = agreementOf([judged("a", "met", "met")], marks(others))
      const statements = disagreements[0]?.statements.map((one) => one.criterion) ?? []
      expect(criteria.filter(({ differs }) => differs.includes("a")).map((one) => one.criterion!.id)).toEqual(
        statements,
      )
      return statements
    }
    expect(named(["not met", "not met", "met"])).toEqual(["key"])
    expect(named(["not met", "met"])).toEqual([])
  })
})
