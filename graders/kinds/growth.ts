/** Growth: a figure carried on along its axis to the real scale, in ln between the strong and the weak reference's. */
import { fallingInLn, inWords } from "../curves.ts"
import type { GrowthCriterion } from "../figure.ts"
import { bytes, count, list, number } from "../figures.ts"
import { candidateGrowth, type Ends, ends, type Growth, PLAIN_SPAN } from "../growth-fit.ts"
import { type Judge, nothing, notJudged } from "../judged.ts"
import { alongAxis, type Measured, NO_REFERENCES } from "../measured.ts"
import { wordsOf } from "../words.ts"

/** Share of the points: all at strong's figure or below, none at weak's, in ln between. */
export const growthShare = (figure: number, strong: number, weak: number) => fallingInLn(figure, strong, weak)

/** A design is as bounded as it is along its worst axis. */
export const growth: Judge<"growth"> = ({ alsoAlong = [], ...criterion }, measured) => {
  const judged = [criterion, ...alsoAlong.map((along) => ({ ...criterion, ...along }))].map((one) =>
    along(one, measured),
  )
  return (
    judged.find(({ points }) => points === null) ??
    judged.reduce((worst, one) => (one.points! < worst.points! ? one : worst))
  )
}

const along: Judge<"growth"> = (criterion, measured) => {
  const axis = measured.question.axes.find((one) => one.id === criterion.axis)
  if (!axis) return notJudged(`The question has no growth axis "${criterion.axis}".`)
  // Where the axis varies from call to call, its calls are counted at the largest size.
  const stages = axis.callsOf ? measured.evidence.stages : alongAxis(measured.evidence, axis.id)
  const stopped = stages.find((stage) => stage.stopped)
  if (stopped)
    return nothing(
      `The run stopped at ${stopped.label} (${stopped.stopped}); a size that cannot be finished counts as the weak reference's.`,
    )
  // A run that stopped before it came to this axis shows one size of it, or none.
  if (!axis.callsOf && stages.length < 2 && measured.evidence.stages.some((stage) => stage.stopped))
    return nothing(`The run stopped before "${axis.title}" was tried; that counts as the weak reference's.`)
  if (!measured.references) return notJudged(`Not judged: ${NO_REFERENCES}.`)
  const own = candidateGrowth(measured, axis, criterion)
  if (!own)
    return notJudged(`The run holds counts at fewer than two ${axis.callsOf ? "places" : "sizes"} of "${axis.title}".`)
  const between = ends(measured, axis, criterion, own.target)
  if (!between) return notJudged(`Not judged: ${NO_REFERENCES}.`)
  return {
    points: criterion.points * growthShare(own.carriedOn, between.strong, between.weak),
    reason: sentence(criterion, measured, own, between),
    evidence: {
      axis: axis.id,
      unit: axis.unit,
      measure: criterion.measure,
      operation: criterion.operation ?? null,
      curve: own.curve.map(({ n, value }) => ({ n, value })),
      judgedAt: own.target,
      bound: own.bound,
      carriedOn: own.carriedOn,
      strong: between.strong,
      weak: between.weak,
      weakOf: between.weakOf,
      weakAt: axis.scale,
      through: own.through.map(({ n, value }) => ({ n, value })),
      power: own.power,
      cameLater: own.cameLater ?? null,
    },
  }
}

function sentence(
  criterion: GrowthCriterion,
  { question, weights, evidence }: Measured,
  own: Growth,
  between: Ends,
): string {
  const axis = question.axes.find((one) => one.id === criterion.axis)!
  const { partition, row } = wordsOf(evidence)
  const figure = (value: number) =>
    criterion.measure === "largest-partition-bytes"
      ? bytes(value)
      : criterion.measure === "rows"
        ? count(value, row)
        : `${number(value)} ${weights.unit}`
  const what = {
    "largest-partition-bytes": `The largest ${partition}`,
    rows: `The ${row}s read per call of ${criterion.operation}`,
    cost: criterion.operation ? `The cost of ${criterion.operation}` : "The cost of the stated mix",
  }[criterion.measure]
  const shape = inWords(own.power).replace(/s\b/, criterion.measure === "rows" ? "" : "s")
  const bound = own.bound ? ` (${own.bound})` : ""
  const later = own.cameLater
    ? ` ${own.cameLater} came only after the smaller of the last two sizes, in several ${partition}s alike, none of which grew as the run went on, so it is taken to have been there.`
    : ""
  const here = `${number(own.target)} ${axis.unit}`
  const line = own.through.map(({ n, value }) => `${figure(value)} at ${number(n)}`)
  const nothingFrom = between.weakOf
    ? `what "${between.weakOf}" comes to at ${number(axis.scale)} ${axis.unit}`
    : `${PLAIN_SPAN} times strong's`
  return `${what} ${shape} with ${axis.title}: carried on to ${here} by a line through ${list(line)} it comes to ${figure(own.carriedOn)}${bound}, strong to ${figure(between.strong)}; no points are left at ${figure(between.weak)}, ${nothingFrom}.${later}`
}
