/** The words and tables that the terminal and the page share when they show how far the judge and people agree. Computes nothing. */
import type { Agreement } from "../../graders/agreement/agreement.ts"
import type { Disagreement } from "../../graders/agreement/disagreements.ts"
import type { Figure } from "../../graders/agreement/figure.ts"
import type { TotalAgreement } from "../../graders/agreement/totals.ts"
import type { CriterionAgreement, VerdictAgreement } from "../../graders/agreement/verdicts.ts"
import { count, list, points } from "../../graders/figures.ts"
import { plainLine } from "../report/plain-text.ts"
import type { Cell, Table } from "../report/tables.ts"

/** "0.79 (0.71 to 0.85)"; a dash where there is none, whose reason `whyMissing` gives. */
export function figureText({ value, low, high }: Figure, write = decimals): string {
  if (value === null) return "–"
  return low === null || high === null ? write(value) : `${write(value)} (${write(low)} to ${write(high)})`
}

const decimals = (value: number) => value.toFixed(2).replace(/^-(0\.00)$/, "$1")

const signed = (value: number) => (decimals(value).startsWith("-") ? decimals(value) : `+${decimals(value)}`)

const share = (value: number) => `${Math.round(value * 100)}%`

const MOST_NAMES = 6

/** What was compared, in a sentence or two. */
export function comparedText({ answers, people }: Agreement): string {
  const names =
    people.length > MOST_NAMES ? `${people.slice(0, MOST_NAMES).join(", ")} and others` : list(people.map(oneLine))
  return `${count(answers, "answer")} marked by the judge and by ${people.length === 1 ? names : `${count(people.length, "person", "people")}: ${names}`}.`
}

/** What is in no figure, and why: one sentence each. */
export function apartText({ unjudged, withoutHumanPoints, onlyJudge, onlyPeople, criteria }: Agreement): string[] {
  const some = (ids: string[]) =>
    `${ids.slice(0, MOST_IDS).map(oneLine).join(", ")}${ids.length > MOST_IDS ? ", …" : ""}`
  const open = criteria.filter((one) => one.unjudged.length > 0)
  return [
    ...(unjudged.length > 0
      ? [
          `${count(unjudged.length, "answer has", "answers have")} no total by the judge and count for nothing in the totals: ${unjudged
            .slice(0, MOST_IDS)
            .map(({ id, because }) => `${oneLine(id)} (${plainLine(because, 120)})`)
            .join(", ")}${unjudged.length > MOST_IDS ? ", …" : ""}.`,
        ]
      : []),
    ...open.map(
      (one) =>
        `No verdict by the judge on ${one.criterion!.id} for ${count(one.unjudged.length, "answer")}: ${some(one.unjudged)}.`,
    ),
    ...(withoutHumanPoints.length > 0
      ? [`No person gave a total to ${count(withoutHumanPoints.length, "answer")}: ${some(withoutHumanPoints)}.`]
      : []),
    ...(onlyJudge.length > 0
      ? [`Only the judge has marked ${count(onlyJudge.length, "answer")}: ${some(onlyJudge)}.`]
      : []),
    ...(onlyPeople.length > 0
      ? [`Only people have marked ${count(onlyPeople.length, "answer")}: ${some(onlyPeople)}.`]
      : []),
  ]
}

const MOST_IDS = 8

export function totalsTable({ totals }: Agreement): Table {
  const row = (name: string, one: TotalAgreement): Cell[] => [
    name,
    one.answers,
    figureText(one.weightedKappa),
    figureText(one.meanAbsoluteError),
    figureText(one.meanDifference, signed),
  ]
  const { leftOut } = totals
  return {
    title: "Do the totals agree?",
    head: ["who / mean of whom", "answers", "weighted kappa", "mean error", "mean difference"],
    rows: [
      row("judge / all people", totals.judge),
      ...(leftOut
        ? [
            row("judge / the others", leftOut.judge),
            // Of everybody in turn it is nothing, whatever they gave.
            [...row("person / the others", leftOut.person).slice(0, -1), null],
            ...totals.eachPerson.map(({ by, against }) => row(`  ${oneLine(by)} / the others`, against)),
          ]
        : []),
    ],
  }
}

/** How the totals were compared, and what comes of it. */
export function totalsText({ totals, people }: Agreement): string[] {
  const { leftOut, judge } = totals
  const none =
    judge.answers === 0 ? ["No answer has points by the judge and by a person, so no totals are compared."] : []
  if (!leftOut) {
    const why = people.length > 1 ? "no answer has points by two people" : "only one person marked"
    return [...none, `There is no human line: ${why}.`]
  }
  const { value, low, high } = leftOut.kappaLead
  const lead =
    value === null
      ? []
      : [
          low === null || high === null
            ? `The judge's kappa less a person's is ${signed(value)}.`
            : `The judge's kappa less a person's is ${signed(value)} (${signed(low)} to ${signed(high)}): ${verdictOn(low, high)}`,
        ]
  return [
    ...none,
    "Each person in turn is left out, and both that person and the judge are held against the mean of the others, so that both are measured with the same rod.",
    ...lead,
  ]
}

function verdictOn(low: number, high: number): string {
  if (high < 0) return "people agree with each other better than the judge agrees with them."
  if (low > 0) return "the judge agrees with people better than they agree with each other."
  return "these answers cannot tell the judge from one more person."
}

export function criteriaTable({ criteria, allCriteria }: Agreement): Table {
  const side = (one: VerdictAgreement | null): Cell[] =>
    one ? [figureText(one.share, share), figureText(one.kappa)] : ["–", "–"]
  const row = (name: string, one: CriterionAgreement): Cell[] => [
    name,
    one.judge.pairs,
    ...side(one.judge),
    ...side(one.people),
  ]
  return {
    title: "Do the verdicts agree, statement by statement?",
    head: ["statement", "pairs", "judge agrees", "kappa", "people agree", "kappa"],
    rows: [
      ...criteria.map((one) => row(one.criterion!.id, one)),
      ...(allCriteria && criteria.length > 1 ? [row("all together", allCriteria)] : []),
    ],
  }
}

export const CRITERIA_TEXT =
  "The judge is paired with each person, and people with each other: a mean of yes and no is no verdict, and a majority of two ties. Kappa is what agreement is left beyond chance."

export function verdictTable({ criteria }: Agreement): Table {
  return {
    title: "Who says met? Pairs of the judge and a person",
    head: ["statement", "both", "only the judge", "only the person", "neither"],
    rows: criteria.map(({ criterion, confusion }) => [
      criterion!.id,
      confusion.bothMet,
      confusion.onlyJudge,
      confusion.onlyPerson,
      confusion.neither,
    ]),
  }
}

export function confusionTable({ totals }: Agreement): Table {
  const { classes, counts } = totals.confusion
  return {
    title: "How often did the judge give this where a person gave that?",
    head: ["the judge ↓ a person →", ...classes],
    rows: classes.map((name, index): Cell[] => [name, ...counts[index]!.map((one) => (one === 0 ? "" : one))]),
  }
}

/** Why figures are missing, each reason once with what it concerns. */
export function whyMissing(agreement: Agreement): string[] {
  const { totals, criteria } = agreement
  const found: [string, Figure][] = [
    ...ofTotal("the judge against the mean of the people", totals.judge),
    ...(totals.leftOut
      ? [
          ...ofTotal("the judge against the mean of the others", totals.leftOut.judge),
          ...ofTotal("a person against the mean of the others", totals.leftOut.person),
        ]
      : []),
    ...totals.eachPerson.flatMap(({ by, against }) => ofTotal(oneLine(by), against)),
    ...criteria.flatMap(({ criterion, judge, people }): [string, Figure][] => [
      [`${criterion!.id} (judge and person)`, judge.kappa],
      ...(people ? [[`${criterion!.id} (two people)`, people.kappa] as [string, Figure]] : []),
    ]),
  ]
  const byReason = Map.groupBy(
    found.filter(([, { because }]) => because !== null),
    ([, figure]) => `${figure.value === null ? "No figure" : "No interval"}: ${figure.because}`,
  )
  return [...byReason].map(
    ([reason, items]) => `${reason}. This concerns ${list([...new Set(items.map(([name]) => name))])}.`,
  )
}

const ofTotal = (name: string, one: TotalAgreement): [string, Figure][] => [
  [name, one.weightedKappa],
  [name, one.meanAbsoluteError],
]

/** "the judge 2, people 6.3 (ann 6, ben 7)". */
export function disagreementText({ judge, peopleMean, people }: Disagreement): string {
  const given = people.map(({ by, points: one }) => `${oneLine(by)} ${one === null ? "–" : points(one)}`)
  const mean = peopleMean === null ? "people gave no points" : `people ${points(peopleMean)}`
  return `the judge ${judge === null ? "–" : points(judge)}, ${mean}${people.length > 1 ? ` (${given.join(", ")})` : ""}`
}

/** "The judge: met. ann: not met, ben: not met". */
export const statementText = ({ judge, people }: Disagreement["statements"][number]): string =>
  `the judge: ${judge}; ${people.map(({ by, verdict }) => `${oneLine(by)}: ${verdict}`).join(", ")}`

export const oneLine = (text: string) => plainLine(text, 60)
