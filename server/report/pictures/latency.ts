/** "Does it hold the budget at peak?": the share of calls answered within a time, beside the strong reference's, with the budget's line. */
import * as Plot from "@observablehq/plot"
import { milliseconds, number } from "../../../graders/figures.ts"
import type { Latency, Peak } from "../../../sandboxes/evidence.ts"
import { ratesOf } from "../words.ts"
import { draw, INK, legend, logAxisX, logTicks, swatchOf } from "./draw.ts"
import type { Drawn } from "./growth.ts"

type AtPeak = Peak["operations"][number]

export function drawLatency(one: AtPeak, peak: Pick<Peak, "seconds" | "rateShare">): Drawn {
  const swatches = ["this design", "strong", "budget"].map(swatchOf)
  swatches[2] = { ...swatches[2]!, colour: INK.warning }
  const x = logTicks([
    one.candidate.quantiles[2]!,
    one.candidate.max,
    one.strong.quantiles[2]!,
    one.strong.max,
    one.budgetP99Ms,
  ])
  const curve = (latency: Latency, index: number) =>
    Plot.line(distribution(latency), {
      x: "ms",
      y: "share",
      stroke: swatches[index]!.colour,
      strokeWidth: swatches[index]!.thick ? 2.5 : 1.5,
    })
  const marksAt = (latency: Latency, index: number) =>
    Plot.dot(
      [
        { ms: latency.p50, share: 0.5 },
        { ms: latency.p95, share: 0.95 },
        { ms: latency.p99, share: 0.99 },
      ],
      { x: "ms", y: "share", r: index === 0 ? 4 : 2.5, fill: swatches[index]!.colour },
    )
  const alternative = saying(one, peak)
  return {
    picture: draw(
      {
        x: { type: "log", axis: null, domain: x.domain },
        y: {
          domain: [0, 1],
          label: "calls answered",
          ticks: [0, 0.25, 0.5, 0.75, 0.95],
          tickFormat: "%",
          grid: true,
          labelArrow: "none",
          insetTop: 4,
        },
        marks: [
          logAxisX(x.ticks, "milliseconds from the intended time"),
          Plot.ruleX([one.budgetP99Ms], { stroke: INK.warning, strokeWidth: 1.5, strokeDasharray: "6 3" }),
          curve(one.strong, 1),
          marksAt(one.strong, 1),
          curve(one.candidate, 0),
          marksAt(one.candidate, 0),
        ],
      },
      alternative,
    ),
    legend: legend(swatches),
    caption: `${alternative} Dots mark p50, p95 and p99. ${number(one.candidate.count)} calls of this design and ${number(one.strong.count)} of the strong reference within ${number(peak.seconds)} s${ratesOf(peak)}, each arrival given to one of them by lot.`,
  }
}

/** The zeroth quantile is the one lucky call; the line starts just above it. */
const distribution = (latency: Latency) =>
  latency.quantiles
    .map((ms, index, all) => ({ ms, share: index / (all.length - 1) }))
    .filter((point, index) => index > 0 && point.ms > 0)

function saying(
  { operation, candidate, strong, budgetP99Ms, p99 }: AtPeak,
  { rateShare }: Pick<Peak, "rateShare">,
): string {
  const verdict =
    strong.p99 > budgetP99Ms
      ? "this machine is too slow to say whether it holds the budget"
      : p99.low > budgetP99Ms
        ? "it misses the budget"
        : rateShare !== undefined
          ? "that says nothing of the budget, which is for the stated rates"
          : p99.high <= budgetP99Ms
            ? "it holds the budget"
            : "it is too close to the budget to say"
  return `p99 of ${operation} is ${milliseconds(candidate.p99)} (${milliseconds(p99.low)} to ${milliseconds(p99.high)}) beside the strong reference's ${milliseconds(strong.p99)} and a budget of ${milliseconds(budgetP99Ms)}: ${verdict}.`
}
