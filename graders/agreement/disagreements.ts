/** The answers on which the judge and people differ, the worst first, with all that is needed to see who is right. */
import type { Joined, MarkedTwice, Verdict } from "./join.ts"
import { judgeVerdict } from "./verdicts.ts"

export interface Disagreement {
  id: string
  /** null: the marks do not carry the text. */
  answer: string | null
  judge: number | null
  /** Mean of the people's points; null: nobody gave any. */
  peopleMean: number | null
  people: { by: string; points: number | null }[]
  /** The judge's points less the people's mean; null where one of them is missing. */
  difference: number | null
  /** Statements on which the judge is of another mind than most people who marked them. */
  statements: {
    criterion: string
    judge: Verdict
    reason: string
    quotes: string[]
    people: { by: string; verdict: Verdict }[]
  }[]
}

/** Everything on which there is any difference; by the difference in points, then by the number of statements. */
export function disagreementsOf({ answers, criteria }: Joined): Disagreement[] {
  return answers
    .map((answer) =>
      disagreementOn(
        answer,
        criteria.map(({ id }) => id),
      ),
    )
    .filter(({ difference, statements }) => Math.abs(difference ?? 0) > 1e-9 || statements.length > 0)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || b.statements.length - a.statements.length || compareIds(a.id, b.id))
}

function disagreementOn(answer: MarkedTwice, criteria: string[]): Disagreement {
  const given = answer.people.flatMap(({ points }) => points ?? [])
  const peopleMean = given.length > 0 ? given.reduce((sum, points) => sum + points, 0) / given.length : null
  const judge = answer.judge.points
  return {
    id: answer.id,
    answer: answer.judge.answer ?? null,
    judge,
    peopleMean,
    people: answer.people.map(({ by, points }) => ({ by, points })),
    difference: judge === null || peopleMean === null ? null : judge - peopleMean,
    statements: criteria.flatMap((criterion) => {
      const verdict = judgeVerdict(answer, criterion)
      const people = answer.people.flatMap(({ by, verdicts }) => {
        const said = verdicts.get(criterion)
        return said ? [{ by, verdict: said }] : []
      })
      const against = people.filter((one) => one.verdict !== verdict).length
      if (!verdict || against * 2 <= people.length) return []
      const { reason, quotes } = answer.judge.criteria.find((one) => one.criterion === criterion)!
      return [{ criterion, judge: verdict, reason: reason ?? "", quotes: quotes.map(({ text }) => text), people }]
    }),
  }
}

const sizeOf = ({ difference }: Disagreement) => Math.abs(difference ?? 0)

const compareIds = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
