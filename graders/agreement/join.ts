/** Brings the judge's marks and people's marks of the same answers together. What has no mark is listed apart, never counted as nothing. */
import type { HumanMark, JudgeMark } from "./marks.ts"

export type Verdict = "met" | "not met"

export interface Criterion {
  id: string
  title: string
  outOf: number
}

export interface PersonMark {
  by: string
  /** Given, or added up from verdicts where all are there; null: none. */
  points: number | null
  verdicts: Map<string, Verdict>
}

export interface MarkedTwice {
  id: string
  judge: JudgeMark
  people: PersonMark[]
}

export interface Joined {
  /** In the order in which statements are first seen. */
  criteria: Criterion[]
  /** Who marked, sorted. */
  people: string[]
  /** Answers that the judge and at least one person have marked. */
  answers: MarkedTwice[]
  /** Ids that only one side has. */
  onlyJudge: string[]
  onlyPeople: string[]
}

export function join(judged: readonly JudgeMark[], human: readonly HumanMark[]): Joined {
  const criteria = criteriaOf(judged)
  const byAnswer = Map.groupBy(human, ({ id }) => id)
  const known = new Set(judged.map(({ id }) => id))
  return {
    criteria,
    people: [...new Set(human.map(({ by }) => by))].sort(),
    answers: judged.flatMap((judge) => {
      const marks = byAnswer.get(judge.id)
      return marks ? [{ id: judge.id, judge, people: marks.map((mark) => personMark(mark, judge)) }] : []
    }),
    onlyJudge: judged.filter(({ id }) => !byAnswer.has(id)).map(({ id }) => id),
    onlyPeople: [...byAnswer.keys()].filter((id) => !known.has(id)),
  }
}

function criteriaOf(judged: readonly JudgeMark[]): Criterion[] {
  const found = new Map<string, Criterion>()
  for (const { criteria } of judged)
    for (const { criterion, title, outOf } of criteria)
      if (!found.has(criterion)) found.set(criterion, { id: criterion, title: title ?? criterion, outOf })
  return [...found.values()]
}

function personMark({ by, points, criteria }: HumanMark, judge: JudgeMark): PersonMark {
  const verdicts = new Map<string, Verdict>()
  for (const [criterion, said] of Object.entries(criteria ?? {}))
    if (said !== null) verdicts.set(criterion, said === false || said === "not met" || said === 0 ? "not met" : "met")
  return { by, points: points === undefined ? addedUp(verdicts, judge) : points, verdicts }
}

/** A total out of some of the statements would be lower than the person meant. */
function addedUp(verdicts: Map<string, Verdict>, { criteria }: JudgeMark): number | null {
  if (criteria.length === 0 || criteria.some(({ criterion }) => !verdicts.has(criterion))) return null
  return criteria.reduce((sum, { criterion, outOf }) => sum + (verdicts.get(criterion) === "met" ? outOf : 0), 0)
}
