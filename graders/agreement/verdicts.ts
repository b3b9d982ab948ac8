/**
 * How far verdicts on a statement agree: the judge with each person, and beside it people with each other. Pairwise, because a mean of yes and no
 * is no verdict and a majority of two ties; so both lines are held against one person at a time.
 */
import { KAPPA, SHARE } from "./cohen-kappa.ts"
import { type Figure, figuresOf, sumOf } from "./figure.ts"
import type { Criterion, Joined, MarkedTwice, Verdict } from "./join.ts"

export interface VerdictAgreement {
  /** Answers and pairs of verdicts compared. */
  answers: number
  pairs: number
  share: Figure
  kappa: Figure
}

/** Pairs of verdicts, the judge's first. */
export interface Confusion {
  bothMet: number
  onlyJudge: number
  onlyPerson: number
  neither: number
}

export interface CriterionAgreement {
  /** null: all statements together. */
  criterion: Criterion | null
  judge: VerdictAgreement
  /** null: no answer has been marked on this statement by two people. */
  people: VerdictAgreement | null
  confusion: Confusion
  /** Answers on which the judge has no verdict while people have. */
  unjudged: string[]
  /** Answers on which the judge is of another mind than most of the people who marked. */
  differs: string[]
}

/** Counts of a square table of two verdicts: met-met, met-not, not-met, not-not. */
type Table = [number, number, number, number]

export function verdictAgreement(joined: Joined): CriterionAgreement[] {
  return joined.criteria.map((criterion) => ofCriteria(joined.answers, [criterion], criterion))
}

/** Over all statements: one answer brings as many pairs as it has statements, and is drawn again as a whole. */
export function allVerdicts({ answers, criteria }: Joined): CriterionAgreement {
  return ofCriteria(answers, criteria, null)
}

function ofCriteria(
  answers: readonly MarkedTwice[],
  criteria: readonly Criterion[],
  criterion: Criterion | null,
): CriterionAgreement {
  const withJudge: Table[] = []
  const among: Table[] = []
  const unjudged: string[] = []
  const differs: string[] = []
  for (const answer of answers) {
    const judgeTable: Table = [0, 0, 0, 0]
    const peopleTable: Table = [0, 0, 0, 0]
    for (const { id } of criteria) {
      const judge = judgeVerdict(answer, id)
      const people = answer.people.flatMap(({ verdicts }) => verdicts.get(id) ?? [])
      for (const [index, one] of people.entries()) {
        if (judge) judgeTable[cell(judge, one)]!++
        // Who of two people stands first is chance: each pair stands both ways round.
        for (const [other, another] of people.entries()) if (other !== index) peopleTable[cell(one, another)]!++
      }
      if (!judge && people.length > 0 && unjudged.at(-1) !== answer.id) unjudged.push(answer.id)
      const against = people.filter((one) => one !== judge).length
      if (judge && against * 2 > people.length && differs.at(-1) !== answer.id) differs.push(answer.id)
    }
    if (countOf(judgeTable) > 0) withJudge.push(judgeTable)
    if (countOf(peopleTable) > 0) among.push(peopleTable)
  }
  const [bothMet = 0, onlyJudge = 0, onlyPerson = 0, neither = 0] = sumOf(withJudge)
  return {
    criterion,
    judge: agreementOf(withJudge, 1),
    people: among.length > 0 ? agreementOf(among, 2) : null,
    confusion: { bothMet, onlyJudge, onlyPerson, neither },
    unjudged,
    differs,
  }
}

export const judgeVerdict = ({ judge }: MarkedTwice, criterion: string): Verdict | null =>
  judge.criteria.find((one) => one.criterion === criterion)?.verdict ?? null

function agreementOf(tables: Table[], timesCounted: number): VerdictAgreement {
  const pairs = tables.reduce((sum, table) => sum + countOf(table), 0) / timesCounted
  return { answers: tables.length, pairs, ...figuresOf(tables, { share: SHARE, kappa: KAPPA }) }
}

const cell = (first: Verdict, second: Verdict) => (first === "met" ? 0 : 2) + (second === "met" ? 0 : 1)

const countOf = (table: Table) => table[0] + table[1] + table[2] + table[3]
