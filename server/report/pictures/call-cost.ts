/** "What does one call cost?": every count of an operation as a dot on one log axis, the references' beside it. */
import * as Plot from "@observablehq/plot"
import { number } from "../../../graders/figures.ts"
import type { Table } from "../tables.ts"
import { draw, INK, legend, logAxisX, logTicks, type Swatch, swatchOf } from "./draw.ts"
import type { Drawn } from "./growth.ts"

/** Shapes tell the designs apart where colour does not; open ones, so that equal figures show one within the other. */
const SYMBOLS = ["circle", "square", "triangle", "diamond", "times", "plus"] as const
/** The same shapes in the legend. */
const SHAPES = [
  '<circle cx="14" cy="5" r="3.5" fill="var(--accent)"/>',
  '<rect x="10" y="1" width="8" height="8" fill="none" stroke="var(--muted)" stroke-width="1.6"/>',
  '<path d="M14 1 L18.5 9 L9.5 9 Z" fill="none" stroke="var(--muted)" stroke-width="1.6"/>',
  '<path d="M14 .5 L18.5 5 L14 9.5 L9.5 5 Z" fill="none" stroke="var(--muted)" stroke-width="1.6"/>',
  '<path d="M10.5 1.5 L17.5 8.5 M17.5 1.5 L10.5 8.5" stroke="var(--muted)" stroke-width="1.6"/>',
  '<path d="M14 .5 V9.5 M9.5 5 H18.5" stroke="var(--muted)" stroke-width="1.6"/>',
]
const ROW = 24

export function drawCallCost(table: Table): Drawn {
  const designs = table.head.slice(1)
  const dots = table.rows.flatMap(([count, ...cells]) =>
    cells.flatMap((value, index) =>
      typeof value === "number" && value > 0 ? [{ count: labelOf(count), index, value }] : [],
    ),
  )
  const counts = table.rows.map(([count]) => labelOf(count))
  const swatches = designs.map(swatchOf)
  const alternative = saying(table)
  const x = logTicks(dots.map((dot) => dot.value))
  return {
    picture: draw(
      {
        height: 66 + ROW * counts.length,
        marginLeft: 172,
        x: { type: "log", axis: null, domain: x.domain },
        y: { type: "point", domain: counts, label: null, grid: true, padding: 0.6 },
        marks: [
          Plot.gridX(x.ticks, { strokeOpacity: 0.12 }),
          logAxisX(x.ticks, "per call"),
          ...designs
            .map((_, index) =>
              Plot.dot(
                dots.filter((dot) => dot.index === index),
                {
                  x: "value",
                  y: "count",
                  symbol: SYMBOLS[index % SYMBOLS.length]!,
                  r: index === 0 ? 3 : 5,
                  stroke: swatches[index]!.colour,
                  strokeWidth: 1.5,
                  fill: index === 0 ? INK.candidate : "none",
                },
              ),
            )
            .toReversed(),
        ],
      },
      alternative,
    ),
    legend: legend(swatches.map((swatch, index): Swatch => ({ ...swatch, shape: SHAPES[index % SHAPES.length]! }))),
    caption: `${alternative} What is none is left out of the picture and stands in the table.`,
  }
}

/** What fits beside the picture; the unit stands below it. */
const labelOf = (count: Table["rows"][number][number] | undefined) => String(count).split(/,| \(/)[0]!

function saying({ rows, head }: Table): string {
  const cost = rows.at(-1)!
  const strong = head.indexOf("strong")
  const beside =
    strong > 0 && typeof cost[strong] === "number" ? `, the strong reference's ${number(cost[strong])}` : ""
  const [name, unit] = String(cost[0]).split(", ")
  const charged = name === "cost" ? "" : `, ${name!.replace(/^cost /, "")}`
  return `One call of this design costs ${number(Number(cost[1]))} ${unit}${charged}${beside}.`
}
