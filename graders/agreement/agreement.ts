/** How far the judge can be trusted, where people have marked the same answers. Pure; the same marks give the same figures, intervals included. */
import { type Disagreement, disagreementsOf } from "./disagreements.ts"
import { join } from "./join.ts"
import type { HumanMark, JudgeMark } from "./marks.ts"
import { type Totals, totalsOf } from "./totals.ts"
import { allVerdicts, type CriterionAgreement, verdictAgreement } from "./verdicts.ts"

export interface Agreement {
  answers: number
  people: string[]
  onlyJudge: string[]
  onlyPeople: string[]
  /** Answers without a total by the judge, with its reason: in no figure on totals. */
  unjudged: { id: string; because: string }[]
  /** Answers to which no person gave a total. */
  withoutHumanPoints: string[]
  totals: Totals
  criteria: CriterionAgreement[]
  /** All statements together; null: nobody marked by statements. */
  allCriteria: CriterionAgreement | null
  disagreements: Disagreement[]
}

export function agreementOf(judged: readonly JudgeMark[], human: readonly HumanMark[]): Agreement {
  const joined = join(judged, human)
  const { answers, people, onlyJudge, onlyPeople } = joined
  const byStatement = answers.some((answer) => answer.people.some(({ verdicts }) => verdicts.size > 0))
  return {
    answers: answers.length,
    people,
    onlyJudge,
    onlyPeople,
    unjudged: answers
      .filter(({ judge }) => judge.points === null)
      .map(({ id, judge }) => ({ id, because: judge.because ?? "the marks do not say why" })),
    withoutHumanPoints: answers
      .filter((answer) => answer.people.every(({ points }) => points === null))
      .map(({ id }) => id),
    totals: totalsOf(joined),
    criteria: byStatement ? verdictAgreement(joined) : [],
    allCriteria: byStatement ? allVerdicts(joined) : null,
    disagreements: disagreementsOf(joined),
  }
}
