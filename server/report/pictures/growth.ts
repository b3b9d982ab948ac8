/** "Does a read get dearer as data grows?": a figure against the size, both axes logarithmic, references in grey, carried on dashed. */
import * as Plot from "@observablehq/plot"
import { inWords } from "../../../graders/curves.ts"
import { bytes, number } from "../../../graders/figures.ts"
import type { GrowthPicture } from "../growth-tables.ts"
import type { Markup } from "../markup.ts"
import { byteTicks, draw, INK, legend, logAxisX, logAxisY, logTicks, type Swatch, swatchOf, tick } from "./draw.ts"

export interface Drawn {
  picture: Markup
  legend: Markup
  caption: string
}

export function drawGrowth(picture: GrowthPicture): Drawn {
  const { axis, curves, unit } = picture
  const swatches = curves.map((curve, index) => swatchOf(curve.name, index))
  const all = curves.flatMap((curve) => [...curve.points, ...(curve.beyond ? [curve.beyond] : [])])
  const y = (unit === "bytes" ? byteTicks : logTicks)(all.map((point) => point.value))
  const sizes = [...new Set(curves[0]!.points.map((point) => point.n))]
  const ends = [...new Set(curves.flatMap((curve) => (curve.beyond ? [curve.beyond.n] : [])))]
  const alternative = saying(picture)
  const marks = curves.map((curve, index) => marksOf(curve, swatches[index]!)).toReversed()
  return {
    picture: draw(
      {
        x: { type: "log", axis: null },
        y: { type: "log", axis: null, domain: y.domain },
        marginLeft: unit === "bytes" ? 68 : 52,
        marks: [
          logAxisX(spaced([...sizes, ...ends]), axis.unit),
          logAxisY(y.ticks, picture.measure, unit === "bytes" ? bytes : tick),
          ...marks.flat(),
        ],
      },
      alternative,
    ),
    legend: legend(swatches),
    caption: `${alternative} Counted call by call at ${sizes.length} sizes; dashes run on to the size that is judged.`,
  }
}

function marksOf({ points, beyond }: GrowthPicture["curves"][number], swatch: Swatch): Plot.Markish[] {
  const shown = points.filter((point) => point.value > 0)
  const last = shown.at(-1)
  const stroke = { stroke: swatch.colour, strokeWidth: swatch.thick ? 2.5 : 1.5 }
  const onward = last && beyond && beyond.n > last.n ? [last, beyond] : []
  return [
    Plot.line(onward, { x: "n", y: "value", ...stroke, strokeDasharray: "1 4", strokeLinecap: "round" }),
    Plot.line(shown, { x: "n", y: "value", ...stroke, strokeDasharray: swatch.dash }),
    Plot.dot(shown, {
      x: "n",
      y: "value",
      r: swatch.thick ? 4 : 2.5,
      fill: swatch.thick ? swatch.colour : INK.reference,
    }),
  ]
}

/** Ticks that would touch each other on a log axis are left out, the last one kept. */
function spaced(sizes: number[]): number[] {
  const sorted = sizes.toSorted((a, b) => b - a)
  const span = Math.log(sorted[0]! / sorted.at(-1)!)
  const kept: number[] = []
  for (const size of sorted) if (!kept.length || Math.log(kept.at(-1)! / size) > span * 0.07) kept.push(size)
  return kept
}

function saying({ curves, unit, axis }: GrowthPicture): string {
  const [own, other] = curves
  const write = (value: number) => (unit === "bytes" ? bytes(value) : number(value))
  const first = own!.points[0]!
  const last = own!.points.at(-1)!
  const end = own!.beyond ? `, and to ${write(own!.beyond.value)} at ${number(own!.beyond.n)} ${axis.unit}` : ""
  const beside = other?.points.length
    ? `; ${other.name} comes to ${write(other.points.at(-1)!.value)} at ${number(other.points.at(-1)!.n)}`
    : ""
  const overtaken = own!.overtakenBy
    ? ` One that is smaller so far still grows, and comes to ${write(own!.overtakenBy)} if it goes on so.`
    : ""
  const later = own!.cameLater ? ` Its ${own!.cameLater} came only between the last two sizes.` : ""
  return `This design ${inWords(own!.exponent)}: from ${write(first.value)} at ${number(first.n)} ${axis.unit} to ${write(last.value)} at ${number(last.n)}${end}${beside}.${overtaken}${later}`
}
