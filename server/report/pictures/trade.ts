/** "What does a write cost, and what a read?": one dot per design, both axes logarithmic. Cheap in both is the lower left corner. */
import * as Plot from "@observablehq/plot"
import { number } from "../../../graders/figures.ts"
import type { Trade } from "../trade-tables.ts"
import { draw, INK, legend, logAxisX, logAxisY, logTicks, swatchOf, tick } from "./draw.ts"
import type { Drawn } from "./growth.ts"

export function drawTrade(trade: Trade): Drawn {
  const { write, read, unit, designs } = trade
  const x = logTicks(designs.map((design) => design.read))
  const y = logTicks(designs.map((design) => design.write))
  const alternative = saying(trade)
  const dots = designs.map((design, index) => ({ ...design, own: index === 0 }))
  return {
    picture: draw(
      {
        marginTop: 28,
        marginRight: 40,
        x: { type: "log", axis: null, domain: x.domain },
        y: { type: "log", axis: null, domain: y.domain },
        marks: [
          Plot.gridX(x.ticks, { strokeOpacity: 0.12 }),
          logAxisX(x.ticks, `cost of a ${read}, ${unit}`),
          logAxisY(y.ticks, `cost of a ${write}`, tick),
          Plot.dot(
            dots.filter(({ own }) => !own),
            { x: "read", y: "write", r: 5, fill: "none", stroke: INK.reference, strokeWidth: 2 },
          ),
          Plot.text(
            dots.filter(({ own }) => !own),
            { x: "read", y: "write", text: "name", dy: -13, fill: INK.text },
          ),
          Plot.dot(
            dots.filter(({ own }) => own),
            { x: "read", y: "write", r: 4, fill: INK.candidate },
          ),
        ],
      },
      alternative,
    ),
    legend: legend([
      { ...swatchOf("this design", 0), shape: '<circle cx="14" cy="5" r="4" fill="var(--accent)"/>' },
      {
        ...swatchOf("references", 1),
        shape: '<circle cx="14" cy="5" r="4" fill="none" stroke="var(--muted)" stroke-width="2"/>',
      },
    ]),
    caption: `${alternative} Counted call by call at ${trade.at}; the lower left corner is cheap in both.`,
  }
}

function saying({ write, read, unit, designs }: Trade): string {
  const [own, ...others] = designs
  const costs = ({ write: w, read: r }: { write: number; read: number }) =>
    `${number(w)} for a ${write} and ${number(r)} for a ${read}`
  const beside = others.map((design) => `${design.name} ${costs(design)}`).join("; ")
  return `This design pays ${costs(own!)} (${unit})${beside ? `; ${beside}` : ""}.`
}
