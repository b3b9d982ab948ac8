/** "Where between the references?": one line from strong to the anchor, with the candidate and its interval on it. */
import * as Plot from "@observablehq/plot"
import { milliseconds, number, percent } from "../../../graders/figures.ts"
import type { Position } from "../../../sandboxes/evidence.ts"
import { draw, INK, legend, swatchOf } from "./draw.ts"
import type { Drawn } from "./growth.ts"

export function drawLadder(position: Position, anchor: string): Drawn {
  const { ladder, midmeans } = position
  const base = position.baseMs ?? Math.sqrt(midmeans.strong * midmeans.control)
  const control = Math.log(midmeans.control / base) / Math.log(midmeans.anchor / base)
  const low = Math.min(-0.08, ladder.low - 0.04)
  const high = Math.max(1.08, ladder.high + 0.04)
  const alternative = `A call of ${position.operation} stands at ${percent(ladder.value)} of the way from strong (with its control ${milliseconds(base)}) to ${anchor} (${milliseconds(midmeans.anchor)}), with an interval of ${percent(ladder.low)} to ${percent(ladder.high)}.`
  return {
    picture: draw(
      {
        height: 130,
        marginLeft: 16,
        marginTop: 34,
        x: {
          domain: [low, high],
          label: "share of the way, in ln of time",
          ticks: [0, 0.25, 0.5, 0.75, 1],
          tickFormat: "%",
          labelAnchor: "center",
          labelArrow: "none",
        },
        y: { axis: null, domain: [-1, 1] },
        marks: [
          Plot.link([0], { x1: 0, x2: 1, y1: 0, y2: 0, stroke: INK.line, strokeWidth: 3 }),
          Plot.ruleX([0, control, 1], { y1: -0.5, y2: 0.5, stroke: INK.reference, strokeWidth: 2 }),
          Plot.text(
            [
              { x: 0, text: "strong" },
              { x: 1, text: anchor },
            ],
            { x: "x", y: 0, dy: -26, text: "text", fill: INK.text },
          ),
          Plot.link([ladder], {
            x1: "low",
            x2: "high",
            y1: 0,
            y2: 0,
            stroke: INK.candidate,
            strokeWidth: 7,
            strokeOpacity: 0.45,
          }),
          Plot.dot([ladder], { x: "value", y: 0, r: 6, fill: INK.candidate }),
        ],
      },
      alternative,
    ),
    legend: legend([swatchOf("this design, with its interval", 0), swatchOf("references and the control arm", 1)]),
    caption: `${alternative} In ln of time: ln(${number(midmeans.candidate)} / ${number(base)}) / ln(${number(midmeans.anchor)} / ${number(base)}). Midmeans of ${number(position.rounds)} rounds in balanced order; the control arm is the strong reference sent as if it were this design.`,
  }
}
