/** Pictures of agreement: totals beside each other, how far apart they are, and which statements the judge can be trusted with. */
import * as Plot from "@observablehq/plot"
import type { Agreement } from "../../graders/agreement/agreement.ts"
import type { Figure } from "../../graders/agreement/figure.ts"
import { count, points } from "../../graders/figures.ts"
import { draw, INK, legend, swatchOf } from "../report/pictures/draw.ts"
import type { Drawn } from "../report/pictures/growth.ts"
import type { Table } from "../report/tables.ts"

export interface Pictured {
  title: string
  drawn: Drawn
  table: Table
}

/** Those for which there are figures. */
export function picturesOf(agreement: Agreement): Pictured[] {
  const totals = agreement.totals.points.length > 1 ? [besideEachOther(agreement), differences(agreement)] : []
  const withKappa = agreement.criteria.some(({ judge }) => judge.kappa.value !== null)
  return [...totals, ...(withKappa ? [kappas(agreement)] : [])]
}

function besideEachOther({ totals }: Agreement): Pictured {
  const places = [...Map.groupBy(totals.points, ({ judge, people }) => `${judge} ${people.toFixed(3)}`).values()].map(
    (list) => ({ judge: list[0]!.judge, people: list[0]!.people, answers: list.length }),
  )
  const most = Math.max(1, ...places.flatMap(({ judge, people }) => [judge, people]))
  const higher = totals.points.filter(({ judge, people }) => judge > people + 1e-9).length
  const lower = totals.points.filter(({ judge, people }) => judge < people - 1e-9).length
  const alternative = `Of ${count(totals.points.length, "answer")} the judge gave more than the people's mean to ${higher}, less to ${lower}, and the same to ${totals.points.length - higher - lower}.`
  const largest = Math.max(...places.map(({ answers }) => answers))
  return {
    title: "Does the judge give what people give?",
    drawn: {
      picture: draw(
        {
          height: 320,
          // Room for the dots at the ends of the scale.
          inset: 12,
          x: {
            domain: [0, most],
            label: "points by people, mean",
            labelAnchor: "center",
            labelArrow: "none",
            ticks: 6,
          },
          y: { domain: [0, most], label: "points by the judge", labelArrow: "none", ticks: 6 },
          r: { domain: [0, largest], range: [0, Math.min(12, 3 + largest)] },
          marks: [
            Plot.gridX({ strokeOpacity: 0.12 }),
            Plot.gridY({ strokeOpacity: 0.12 }),
            Plot.line(
              [
                [0, 0],
                [most, most],
              ],
              { stroke: INK.reference, strokeDasharray: "6 3" },
            ),
            Plot.dot(places, { x: "people", y: "judge", r: "answers", fill: INK.candidate, fillOpacity: 0.55 }),
          ],
        },
        alternative,
      ),
      legend: legend([
        { ...swatchOf("answers; larger: several", 0), shape: '<circle cx="14" cy="5" r="4" fill="var(--accent)"/>' },
        { ...swatchOf("the same points", 2), dash: "6 3" },
      ]),
      caption: `${alternative} On the dashed line they gave the same.`,
    },
    table: {
      title: "points by people and by the judge",
      head: ["people's mean", "the judge", "answers"],
      rows: places
        .sort((a, b) => a.people - b.people || a.judge - b.judge)
        .map(({ people, judge, answers }) => [points(people), points(judge), answers]),
    },
  }
}

function differences({ totals }: Agreement): Pictured {
  const rounded = totals.points.map(({ judge, people }) => Math.round(judge - people))
  const least = Math.min(0, ...rounded)
  const bars = Array.from({ length: Math.max(0, ...rounded) - least + 1 }, (_, index) => ({
    difference: least + index,
    answers: rounded.filter((one) => one === least + index).length,
  }))
  const within = rounded.filter((one) => Math.abs(one) <= 1).length
  const alternative = `The judge is within about one point of people's mean for ${within} of ${count(rounded.length, "answer")}.`
  const mostTicks = 12
  const step = Math.ceil(bars.length / mostTicks)
  return {
    title: "By how many points do they differ?",
    drawn: {
      picture: draw(
        {
          x: {
            type: "band",
            label: "points by the judge less those by people, rounded",
            labelAnchor: "center",
            labelArrow: "none",
            ticks: bars.map(({ difference }) => difference).filter((one) => one % step === 0),
            tickFormat: (value: number) => (value > 0 ? `+${value}` : String(value)),
          },
          y: { label: "answers", labelArrow: "none", ticks: 5 },
          marks: [
            Plot.gridY({ strokeOpacity: 0.12 }),
            Plot.barY(bars, {
              x: "difference",
              y: "answers",
              fill: ({ difference }: { difference: number }) => (difference === 0 ? INK.candidate : INK.reference),
            }),
            Plot.ruleY([0], { stroke: INK.line }),
          ],
        },
        alternative,
      ),
      legend: legend([
        { ...swatchOf("the same", 0), shape: '<rect x="8" y="0" width="12" height="10" fill="var(--accent)"/>' },
        { ...swatchOf("different", 1), shape: '<rect x="8" y="0" width="12" height="10" fill="var(--muted)"/>' },
      ]),
      caption: `${alternative} To the right the judge is milder than people, to the left stricter.`,
    },
    table: {
      title: "differences in points",
      head: ["difference", "answers"],
      rows: bars.map(({ difference, answers }) => [difference > 0 ? `+${difference}` : String(difference), answers]),
    },
  }
}

interface Spot {
  name: string
  value: number
  low: number
  high: number
}

function kappas({ criteria }: Agreement): Pictured {
  const named = criteria.map(({ criterion, judge, people }) => ({
    name: criterion!.id,
    judge: judge.kappa,
    people: people?.kappa ?? null,
  }))
  const judge = named.flatMap(({ name, judge }) => spotOf(name, judge))
  const people = named.flatMap(({ name, people }) => spotOf(name, people))
  const worst = judge.toSorted((a, b) => a.value - b.value)[0]!
  const beside = people.find(({ name }) => name === worst.name)
  const alternative = `The judge agrees least with people on ${worst.name}: kappa ${worst.value.toFixed(2)}${beside ? `, where two people come to ${beside.value.toFixed(2)}` : ""}.`
  const longest = Math.max(...named.map(({ name }) => name.length))
  const interval = (spots: Spot[], stroke: string, dy: number) =>
    Plot.ruleY(spots, { y: "name", x1: "low", x2: "high", stroke, strokeWidth: 2, dy })
  return {
    title: "Which statements can the judge be trusted with?",
    drawn: {
      picture: draw(
        {
          height: 56 + 30 * named.length,
          marginTop: 12,
          marginLeft: Math.min(190, 16 + longest * 7.5),
          x: {
            domain: [Math.min(0, ...[...judge, ...people].map(({ low }) => low)), 1],
            label: "kappa",
            labelAnchor: "center",
            labelArrow: "none",
            ticks: 6,
          },
          y: { type: "point", domain: named.map(({ name }) => name), label: null, tickSize: 0, padding: 0.6 },
          marks: [
            Plot.gridX({ strokeOpacity: 0.12 }),
            Plot.ruleX([0], { stroke: INK.line }),
            interval(judge, INK.candidate, -5),
            interval(people, INK.reference, 5),
            Plot.dot(judge, { x: "value", y: "name", r: 4.5, fill: INK.candidate, dy: -5 }),
            Plot.dot(people, {
              x: "value",
              y: "name",
              r: 4.5,
              fill: "var(--paper)",
              stroke: INK.reference,
              strokeWidth: 2,
              dy: 5,
            }),
          ],
        },
        alternative,
      ),
      legend: legend([
        {
          ...swatchOf("the judge and a person", 0),
          shape: '<circle cx="14" cy="5" r="4" fill="var(--accent)"/>',
        },
        ...(people.length > 0
          ? [
              {
                ...swatchOf("two people", 1),
                shape: '<circle cx="14" cy="5" r="4" fill="none" stroke="var(--muted)" stroke-width="2"/>',
              },
            ]
          : []),
      ]),
      caption: `${alternative} Lines are 95% intervals; 0 is what chance gives.`,
    },
    table: {
      title: "kappa by statement",
      head: ["statement", "judge and person", "from", "to", "two people", "from", "to"],
      rows: named.map(({ name, judge, people }) => [name, ...cellsOf(judge), ...cellsOf(people)]),
    },
  }
}

function spotOf(name: string, figure: Figure | null): Spot[] {
  if (figure === null || figure.value === null) return []
  const { value, low, high } = figure
  return [{ name, value, low: low ?? value, high: high ?? value }]
}

const cellsOf = (figure: Figure | null) =>
  [figure?.value, figure?.low, figure?.high].map((one) => (one == null ? null : one.toFixed(2)))
