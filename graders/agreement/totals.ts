/**
 * How far totals agree. Points have a mean, so the yardstick is the mean of people: it is nearer to what the answer deserves than any one of them.
 * So that the judge and people are measured with the same rod, each person in turn is left out, and both that person and the judge are held against
 * the mean of the others.
 */
import { type Figure, figuresOf, noFigure, type Rule } from "./figure.ts"
import type { Joined, MarkedTwice } from "./join.ts"
import { MEAN_ABSOLUTE_ERROR, MEAN_DIFFERENCE, type Pair, sumsOf, WEIGHTED_KAPPA } from "./quadratic-weighted-kappa.ts"

export interface TotalAgreement {
  answers: number
  pairs: number
  weightedKappa: Figure
  /** In points. */
  meanAbsoluteError: Figure
  /** In points; above 0: milder than the yardstick. */
  meanDifference: Figure
}

export interface Totals {
  /** The judge against the mean of all people of an answer. */
  judge: TotalAgreement
  /** The human line, and the judge on the same pairs. null: no answer has points by two people. */
  leftOut: { person: TotalAgreement; judge: TotalAgreement; kappaLead: Figure } | null
  /** Every person against the mean of the others, by name; empty where nobody marked beside others. */
  eachPerson: { by: string; against: TotalAgreement }[]
  /** What the judge and people gave for each answer. */
  points: { id: string; judge: number; people: number }[]
  confusion: TotalsTable
}

/** How often the judge gave this (row) where a person gave that (column). */
export interface TotalsTable {
  classes: string[]
  counts: number[][]
}

const RULES = {
  weightedKappa: WEIGHTED_KAPPA,
  meanAbsoluteError: MEAN_ABSOLUTE_ERROR,
  meanDifference: MEAN_DIFFERENCE,
}

export function totalsOf({ answers, people }: Joined): Totals {
  const marked = answers.map((answer) => ({ id: answer.id, judge: answer.judge.points, people: pointsBy(answer) }))
  const judged = marked.flatMap(({ id, judge, people }) => (judge === null ? [] : [{ id, judge, people }]))
  const points = judged
    .filter(({ people }) => people.length > 0)
    .map(({ id, judge, people }) => ({ id, judge, people: meanOf(people.map((one) => one.points)) }))
  return {
    judge: agreementOf(points.map(({ judge, people }) => [{ first: judge, second: people }])),
    leftOut: leftOutOf(judged),
    eachPerson: people.flatMap((by) => {
      const pairs = marked.map((answer) => againstOthers(answer.people, by)).filter((list) => list.length > 0)
      return pairs.length > 0 && people.length > 1 ? [{ by, against: agreementOf(pairs) }] : []
    }),
    points,
    confusion: confusionOf(judged.flatMap(({ judge, people }) => people.map((one) => [judge, one.points] as const))),
  }
}

interface Points {
  by: string
  points: number
}

const pointsBy = ({ people }: MarkedTwice): Points[] =>
  people.flatMap(({ by, points }) => (points === null ? [] : [{ by, points }]))

/** This person's points (there may be none) against the mean of the other people's. */
function againstOthers(people: Points[], by: string): Pair[] {
  const others = people.filter((one) => one.by !== by).map(({ points }) => points)
  if (others.length === 0) return []
  return people.filter((one) => one.by === by).map(({ points }) => ({ first: points, second: meanOf(others) }))
}

function leftOutOf(judged: { judge: number; people: Points[] }[]): Totals["leftOut"] {
  const shared = judged.filter(({ people }) => people.length > 1)
  if (shared.length === 0) return null
  const person = shared.map(({ people }) => people.flatMap(({ by }) => againstOthers(people, by)))
  const judge = shared.map(({ judge: first }, index) => person[index]!.map(({ second }) => ({ first, second })))
  return { person: agreementOf(person), judge: agreementOf(judge), kappaLead: kappaLead(judge, person) }
}

/** How much higher the judge's kappa is than a person's, with an interval of its own: both are drawn again together. */
function kappaLead(judge: Pair[][], person: Pair[][]): Figure {
  const size = sumsOf([]).length
  const both = judge.map((pairs, index) => [...sumsOf(pairs), ...sumsOf(person[index]!)])
  const halves = (sums: ArrayLike<number>) => [Array.from(sums).slice(0, size), Array.from(sums).slice(size)] as const
  const lead: Rule = {
    value(sums) {
      const [ofJudge, ofPerson] = halves(sums)
      return WEIGHTED_KAPPA.value(ofJudge) - WEIGHTED_KAPPA.value(ofPerson)
    },
    whyNone(sums) {
      const [ofJudge, ofPerson] = halves(sums)
      return WEIGHTED_KAPPA.whyNone(ofJudge) ?? WEIGHTED_KAPPA.whyNone(ofPerson)
    },
  }
  return figuresOf(both, { lead }).lead
}

function agreementOf(pairsPerAnswer: Pair[][]): TotalAgreement {
  const pairs = pairsPerAnswer.reduce((sum, list) => sum + list.length, 0)
  const figures = figuresOf(
    pairsPerAnswer.map((list) => sumsOf(list)),
    RULES,
  )
  // Several pairs of one answer are still one answer.
  if (pairsPerAnswer.length === 1) figures.weightedKappa = noFigure("one answer shows no spread of points")
  return { answers: pairsPerAnswer.length, pairs, ...figures }
}

/** More different totals than this are put into classes of equal width: a table is to be read. */
const MOST_CLASSES = 11

function confusionOf(pairs: (readonly [number, number])[]): TotalsTable {
  const values = [...new Set(pairs.flat())].sort((a, b) => a - b)
  const { classes, classOf } = values.length <= MOST_CLASSES ? eachItsOwn(values) : ofEqualWidth(values)
  const counts = classes.map(() => classes.map(() => 0))
  for (const [judge, person] of pairs) counts[classOf(judge)]![classOf(person)]!++
  return { classes, counts }
}

const eachItsOwn = (values: number[]) => ({
  classes: values.map(String),
  classOf: (value: number) => values.indexOf(value),
})

function ofEqualWidth(values: number[]) {
  const least = Math.floor(values[0]!)
  const width = Math.ceil((Math.floor(values.at(-1)!) - least + 1) / MOST_CLASSES)
  const classOf = (value: number) => Math.floor((Math.floor(value) - least) / width)
  const classes = Array.from({ length: classOf(values.at(-1)!) + 1 }, (_, index) => {
    const from = least + index * width
    return `${from} to below ${from + width}`
  })
  return { classes, classOf }
}

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
