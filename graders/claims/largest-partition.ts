/** Claims about the largest partition (or key): its bytes, its rows, and whether it goes on growing. Held against storage, size by size. */
import type { Axis } from "../../prompts/question.ts"
import type { Point } from "../curves.ts"
import { bytes, list, number } from "../figures.ts"
import { candidateGrowth, type Growth } from "../growth-fit.ts"
import type { Assertion } from "../judge/judgement.ts"
import { finished, lastStage, type Measured } from "../measured.ts"
import { wordsOf } from "../words.ts"
import type { Held } from "./claim.ts"
import { placesNamed } from "./named-places.ts"
import { said } from "./said.ts"
import { BOUNDED_GROWTH, BYTES_FACTOR, type Fit, fitsWithin, POWER, ROWS_FACTOR } from "./tolerances.ts"

export function holdLargestPartition(assertion: Assertion, measured: Measured): Held {
  const stages = finished(measured.evidence).filter(({ storage }) => storage !== null)
  if (stages.length === 0) return { verdict: "not measured", sentence: "The run holds no sizes of what is stored." }
  if (assertion.about === "ordinary")
    return {
      verdict: "not measured",
      sentence: `Said: ${said(assertion)} for an ordinary one. Only the largest is measured.`,
      answers: false,
    }
  if (assertion.low === null && assertion.high === null) return holdBound(assertion, measured)
  if (assertion.unit === "ms")
    return { verdict: "not measured", sentence: `Said: ${said(assertion)}. That is no size.`, answers: false }
  const inBytes = assertion.unit === "bytes"
  const each = inBytes ? 1 : bytesPerRow(measured)
  if (each === null)
    return {
      verdict: "not measured",
      sentence: "No read went through rows, so how many lie in a partition is not known.",
    }
  return holdSize(assertion, measured, each)
}

/** Rows are reckoned from bytes, so the claim is held against bytes in both cases. `each`: bytes of a row; 1 where bytes are claimed. */
function holdSize(assertion: Assertion, measured: Measured, each: number): Held {
  const { evidence, question } = measured
  const { partition, row } = wordsOf(evidence)
  const factor = assertion.unit === "bytes" ? BYTES_FACTOR : ROWS_FACTOR
  const shown = (value: number) =>
    each === 1 ? bytes(value) : `${bytes(value)}, about ${number(value / each)} ${row}s`
  const stage = finished(evidence)
    .filter(({ storage }) => storage !== null)
    .reduce((most, one) => (one.storage!.largestPartitionBytes > most.storage!.largestPartitionBytes ? one : most))
  const largest = stage.storage!.largestPartitionBytes
  const lines = question.axes.flatMap((axis) => {
    const growth = growthAlong(measured, axis)
    return growth ? [{ axis, growth }] : []
  })
  const fit = (value: number) => fitsWithin(assertion, value / each, factor)
  // Where the quote says at which size, that size counts alone.
  for (const { axis, growth } of lines)
    for (const n of placesNamed(assertion.quote.text, axis)) {
      const there = at(growth, n)
      // A bucket of "one day" is no size of the data: the line is asked only where it was measured or leads to.
      if (there === null) continue
      if (fit(there) === "holds" && fit(largest) !== "holds")
        return outcome("holds", `the largest ${partition} comes to ${shown(there)} at ${number(n)} ${axis.unit}`)
    }
  const today = `the largest ${partition} has ${shown(largest)} at ${stage.label}`
  const further = lines
    .filter(({ growth }) => growth.carriedOn > BOUNDED_GROWTH * largest)
    .map(
      ({ axis, growth }) =>
        `carried on to ${number(growth.target)} ${axis.unit} it comes to ${shown(growth.carriedOn)}`,
    )
  const measuredText = list([today, ...further])
  const ends = [largest, ...lines.map(({ growth }) => growth.carriedOn)]
  const fitting = ends.map(fit)
  if (fitting.includes("holds")) return outcome("holds", measuredText)
  if (fitting.includes("too loose")) return outcome("too loose", measuredText)
  const claimed = (assertion.high ?? assertion.low)! * each
  if (claimed > largest && claimed < Math.max(...ends))
    return {
      verdict: "not measured",
      measured: measuredText,
      sentence: `Said: ${said(assertion)}, but not at which size. Measured: ${measuredText}.`,
      answers: false,
    }
  return outcome("does not hold", measuredText)

  function outcome(how: Fit, text: string): Held {
    const both = `Said: ${said(assertion)}. Measured: ${text}.`
    if (how === "holds") return { verdict: "confirmed", measured: text, sentence: both }
    if (how === "does not hold") return { verdict: "contradicted", measured: text, sentence: both }
    const loose = `${both} It holds, but reaches so far beyond what was measured that it says nothing.`
    return { verdict: "confirmed", measured: text, sentence: loose, answers: false }
  }
}

/** "bounded" and "unbounded", and the classes of growth, against where the largest is carried on to along each axis. */
function holdBound(assertion: Assertion, measured: Measured): Held {
  const { word } = assertion
  const bounded = word === "bounded" || word === "constant"
  const unbounded = word === "unbounded" || word === "linear" || word === "quadratic"
  if (!bounded && !unbounded) return { verdict: "not measured", sentence: "It names no figure.", answers: false }
  const lines = measured.question.axes.flatMap((axis) => {
    const growth = growthAlong(measured, axis)
    return growth ? [{ axis, growth }] : []
  })
  if (lines.length === 0)
    return { verdict: "not measured", sentence: "The run holds fewer than two sizes, so no growth is known." }
  const growing = lines.filter(({ growth }) => grows(growth))
  const { partition } = wordsOf(measured.evidence)
  const along = ({ axis, growth }: (typeof lines)[number]) =>
    `from ${bytes(growth.curve.at(-1)!.value)} at ${number(growth.curve.at(-1)!.n)} to ${bytes(growth.carriedOn)} at ${number(growth.target)} ${axis.unit}`
  const text =
    growing.length > 0
      ? `the largest ${partition} grows ${list(growing.map(along))}`
      : `the largest ${partition} stays at ${bytes(lastStage(measured.evidence)?.storage?.largestPartitionBytes ?? 0)} along ${list(lines.map(({ axis }) => axis.title))}`
  const holds = bounded === (growing.length === 0)
  return {
    verdict: holds ? "confirmed" : "contradicted",
    measured: text,
    sentence: `Said: ${word}. Measured: ${text}.`,
  }
}

const growthAlong = (measured: Measured, axis: Axis): Growth | null =>
  axis.callsOf ? null : candidateGrowth(measured, axis, { measure: "largest-partition-bytes" })

/** What expires, or is ended by the statement, grows up to there and no further: that is a bound. */
function grows({ curve, carriedOn, power, bound }: Growth): boolean {
  return bound === null && power > POWER && carriedOn > BOUNDED_GROWTH * Math.max(1, smallest(curve))
}

const smallest = (curve: Point[]) => Math.min(...curve.map(({ value }) => value))

/** The figure at `n`: measured, or on the line that is carried on; null below the first size, where nothing is known. */
function at({ curve, carriedOn, target }: Growth, n: number): number | null {
  const first = curve[0]
  if (!first || n < first.n || n > target) return null
  const exact = curve.find((point) => point.n === n)
  if (exact) return exact.value
  const line = [...curve, { n: target, value: carriedOn }]
  const above = line.findIndex((point) => point.n > n)
  if (above < 0) return carriedOn
  const [left, right] = [line[above - 1]!, line[above]!]
  return left.value + ((right.value - left.value) * (n - left.n)) / (right.n - left.n)
}

/** As rows are read: data in the rows gone through, over all reads of the largest size. */
function bytesPerRow({ evidence, question }: Measured): number | null {
  const reads = new Set(question.operations.filter(({ kind }) => kind === "read").map(({ name }) => name))
  let [rows, kib] = [0, 0]
  for (const work of lastStage(evidence)?.work ?? [])
    if (reads.has(work.operation)) {
      rows += work.counts.rows ?? 0
      kib += work.counts.readKiB ?? 0
    }
  return rows > 0 && kib > 0 ? (kib * 1024) / rows : null
}
