/** How costs and partitions grow along each axis, as curves to draw and as tables to read. */
import { candidateCallCurve, referenceCallCurve } from "../../graders/call-curve.ts"
import { endOfCalls } from "../../graders/call-growth.ts"
import type { Comparison, Design } from "../../graders/comparison.ts"
import { exponentAt, extrapolate, type Point } from "../../graders/curves.ts"
import type { GrowthCriterion } from "../../graders/figure.ts"
import { capital } from "../../graders/figures.ts"
import { candidateGrowth } from "../../graders/growth-fit.ts"
import type { Report } from "../../graders/report.ts"
import { wordsOf } from "../../graders/words.ts"
import { type Cell, costName, type Table } from "./tables.ts"

export interface Curve {
  name: string
  points: Point[]
  /** Carried on to the size that is judged. */
  beyond: Point | null
  /** By which power of the size it grows there. */
  exponent: number
  /** What a smaller piece comes to, carried on by itself, where that is more than this curve's own end. */
  overtakenBy?: number
  /** The table whose pieces came only between the last two sizes, in many alike: the step between them is no growth. */
  cameLater?: string
}

export interface GrowthPicture {
  axis: Comparison["question"]["axes"][number]
  title: string
  /** What is on the upright axis, with its unit. */
  measure: string
  unit?: "bytes"
  /** The candidate first. */
  curves: Curve[]
}

type Figure = Pick<GrowthCriterion, "measure" | "operation">
type Size = Design["sizes"][number]

/** Curves worth drawing: cost per call of each operation, and the largest partition, along each axis with two sizes or more. */
export function growthPictures(report: Report): GrowthPicture[] {
  const { comparison, evidence } = report
  if (!comparison || !evidence) return []
  const { partition } = wordsOf(evidence)
  return comparison.question.axes.flatMap((axis) => {
    if (axis.callsOf) return [callPicture(report, axis, axis.callsOf)].filter(isWorthDrawing)
    const costs = comparison.question.operations.map(
      ({ name }): GrowthPicture => ({
        axis,
        title: `Does ${name} get dearer with ${axis.title}?`,
        measure: `${costName(evidence, name)} per call, ${comparison.weights.unit}`,
        curves: curvesOf(
          report,
          axis,
          { measure: "cost", operation: name },
          (size) => size.operations.find((one) => one.operation === name)?.cost,
        ),
      }),
    )
    const partitions: GrowthPicture = {
      axis,
      title: `Does the largest ${partition} grow with ${axis.title}?`,
      measure: `largest ${partition}`,
      unit: "bytes",
      curves: curvesOf(report, axis, { measure: "largest-partition-bytes" }, (size) => size.largestPartitionBytes),
    }
    return [...costs, partitions].filter(isWorthDrawing)
  })
}

const isWorthDrawing = ({ curves }: GrowthPicture) => (curves[0]?.points.length ?? 0) > 1

/** Along an axis that varies from call to call: what a call costs at each place that was counted. */
function callPicture({ comparison, evidence }: Report, axis: GrowthPicture["axis"], operation: string): GrowthPicture {
  const { question, references, weights, designs } = comparison!
  const measured = { question, evidence: evidence!, references, weights }
  const figure = { measure: "cost", operation } as const
  return {
    axis,
    title: `Does ${operation} get dearer with ${axis.title}?`,
    measure: `${costName(evidence!, operation)} per call, ${weights.unit}`,
    curves: designs.map(({ name }, index) => {
      const points =
        index === 0 ? candidateCallCurve(measured, axis, figure) : referenceCallCurve(measured, axis, figure, name)
      // By the same line as the points.
      const target = axis.boundedAt ?? axis.scale
      const end = endOfCalls(points, target)
      return end
        ? { name, points, beyond: { n: target, value: end.carriedOn }, exponent: end.power }
        : { name, points, beyond: null, exponent: 0 }
    }),
  }
}

function carriedOn(name: string, points: Point[], target: number): Curve {
  const [small, large] = points.slice(-2)
  if (!small || !large) return { name, points, beyond: null, exponent: 0 }
  const beyond = { n: target, value: extrapolate(small, large, target) }
  return { name, points, beyond, exponent: exponentAt(small, large, beyond) }
}

function curvesOf(
  report: Report,
  axis: GrowthPicture["axis"],
  figure: Figure,
  read: (size: Size) => number | null | undefined,
): Curve[] {
  const { comparison, evidence } = report
  if (!comparison || !evidence) return []
  const stages = (comparison.axes[axis.id] ?? [])
    .map((id) => evidence.stages.find((stage) => stage.id === id)!)
    .filter((stage) => !stage.stopped)
  const { question, references, weights } = comparison
  const own = candidateGrowth({ question, evidence, references, weights }, axis, figure)
  return comparison.designs.map((design, index) => {
    const points = stages.flatMap((stage): Point[] => {
      const size = design.sizes.find((one) => one.stage === stage.id)
      const value = size ? read(size) : null
      return value === null || value === undefined ? [] : [{ n: stage.at[axis.id]!, value }]
    })
    if (index > 0 || !own || points.length < 2) return carriedOn(design.name, points, axis.scale)
    const judged = { name: design.name, points, beyond: { n: own.target, value: own.carriedOn }, exponent: own.power }
    if (figure.measure !== "largest-partition-bytes") return judged
    // The figure that is judged is the worst of all pieces, each carried on by itself: it need not be the end of the line that is drawn.
    const drawn = carriedOn(design.name, points, own.target)
    if (own.carriedOn > drawn.beyond!.value) return { ...drawn, overtakenBy: own.carriedOn }
    return { ...judged, ...(own.cameLater && { cameLater: own.cameLater }) }
  })
}

/** The same curves as tables: a row per size, a column per design; the last row is carried on. */
export const growthTables = (report: Report): Table[] => growthPictures(report).map(growthTable)

export function growthTable({ axis, title, measure, unit, curves }: GrowthPicture): Table {
  const row = (label: string, cell: (curve: Curve) => number | undefined): Cell[] => [
    label,
    ...curves.map((curve) => cell(curve) ?? null),
  ]
  const sizes = curves[0]!.points.map(({ n }) =>
    row(n.toLocaleString("en-US"), (curve) => curve.points.find((point) => point.n === n)?.value),
  )
  const targets = [...new Set(curves.flatMap((curve) => (curve.beyond ? [curve.beyond.n] : [])))]
  const beyond = targets.map((n) =>
    row(`${n.toLocaleString("en-US")} (carried on)`, (curve) =>
      curve.beyond?.n === n ? curve.beyond.value : undefined,
    ),
  )
  return {
    title: `${title} (${measure})`,
    head: [capital(axis.unit), ...curves.map((curve) => curve.name)],
    rows: [...sizes, ...beyond],
    ...(unit ? { unit } : {}),
  }
}
