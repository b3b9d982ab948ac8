/** Claims about what one call does: partitions or rows read, round trips, writes. Held against the counts of its calls at the largest finished size. */
import type { OperationWork, StageEvidence } from "../../sandboxes/evidence.ts"
import { number } from "../figures.ts"
import type { Assertion } from "../judge/judgement.ts"
import { lastStage, lostShare, type Measured, statementsOf, workOf } from "../measured.ts"
import { wordsOf } from "../words.ts"
import type { Held } from "./claim.ts"
import { placesNamed } from "./named-places.ts"
import { said } from "./said.ts"
import { type Fit, fits, type Range } from "./tolerances.ts"

type CountedKind = "partitions-per-read" | "rows-per-read" | "round-trips" | "writes-per-call"
type Counts = Record<string, number>

/** The counts that a claim of this kind may mean. It is right if one of them bears it out: which of them was meant is not said. */
const FIGURES: Record<
  CountedKind,
  (stage: StageEvidence, expiries: number) => { name: string; of: (counts: Counts) => number }[]
> = {
  "partitions-per-read": (stage) => [{ name: "partition", of: partitionsRead(stage) }],
  "rows-per-read": () => [{ name: "row", of: ({ rows = 0 }) => rows }],
  // Sent one after the other, or all that are sent: both are called round trips.
  "round-trips": () => [
    { name: "request", of: ({ roundTrips = 0 }) => roundTrips },
    { name: "dependent round trip", of: ({ waves = 0 }) => waves },
  ],
  // A row that is written, and a command that writes. An expiry that is set is both to Redis, and to a writer it may be neither.
  "writes-per-call": (_, expiries) => [
    { name: "written row", of: ({ rowsWritten = 0 }) => rowsWritten },
    { name: "write", of: ({ mutations = 0 }) => mutations },
    ...(expiries > 0
      ? [{ name: "written row without expiries", of: ({ rowsWritten = 0 }: Counts) => rowsWritten - expiries }]
      : []),
  ],
}

/** Commands of an operation that only set when a key expires. */
const expiriesOf = ({ evidence }: Measured, operation: string): number =>
  statementsOf(evidence, operation).filter(({ text }) => /^P?EXPIRE(?:AT)?\b/i.test(text)).length

/** A read over all partitions looks none up by name, and goes through each of them. */
const partitionsRead =
  (stage: StageEvidence) =>
  ({ lookups = 0, ranges = 0, scans = 0 }: Counts): number =>
    ranges + scans > 0 && lookups === 0
      ? (stage.storage?.tables.reduce((sum, { partitions }) => sum + partitions, 0) ?? 0)
      : lookups

export function holdCounted(kind: CountedKind, assertion: Assertion, measured: Measured): Held {
  const operation = assertion.operation ?? onlyOne(kind, measured)
  if (operation === null)
    return { verdict: "not measured", sentence: "It is not said of which operation.", answers: false }
  if (assertion.low === null && assertion.high === null)
    return { verdict: "not measured", sentence: "It names no figure.", answers: false }
  if (assertion.unit === "bytes" || assertion.unit === "ms")
    return {
      verdict: "not measured",
      sentence: `Said: ${said(assertion)}. That is no number of calls, rows or partitions.`,
      answers: false,
    }
  const stage = lastStage(measured.evidence)
  const work = workOf(stage, operation)
  if (!stage || !work || work.calls === 0)
    return { verdict: "not measured", sentence: `The run holds no counted call of ${operation}.` }
  if (lostShare(measured.evidence, work) > 0.5)
    return {
      verdict: "not measured",
      sentence: `Most calls of ${operation} failed or came back wrong, so their counts say nothing.`,
    }
  const figures = FIGURES[kind](stage, expiriesOf(measured, operation))
  const cases = casesOf(assertion, work, measured, operation)
  let best: { fit: Fit; where: string } | null = null
  for (const one of cases)
    for (const { of } of figures) {
      const fit = fits(assertion, one.range(of))
      if (best === null || RANK[fit] > RANK[best.fit]) best = { fit, where: one.where }
    }
  const shown = figures.map(({ name, of }) => inWords(name, of, cases, measured)).join(", ")
  return sentenceOf(assertion, best!.fit, `${shown} at ${stage.label}`, operation)
}

const RANK: Record<Fit, number> = { "does not hold": 0, "too loose": 1, holds: 2 }

function sentenceOf(assertion: Assertion, fit: Fit, measured: string, operation: string): Held {
  const both = `Said: ${said(assertion)}. Counted of ${operation}: ${measured}.`
  if (fit === "holds") return { verdict: "confirmed", measured, sentence: both }
  if (fit === "does not hold") return { verdict: "contradicted", measured, sentence: both }
  return {
    verdict: "confirmed",
    measured,
    sentence: `${both} It holds, but reaches so far beyond what was counted that it says nothing.`,
    answers: false,
  }
}

/** Where the question has one operation of that sort, it is meant. */
function onlyOne(kind: CountedKind, { question }: Measured): string | null {
  if (kind === "round-trips") return null
  const sort = kind === "writes-per-call" ? "write" : "read"
  const names = question.operations.filter((one) => one.kind === sort).map(({ name }) => name)
  return names.length === 1 ? names[0]! : null
}

interface Case {
  where: string
  range(figure: (counts: Counts) => number): Range
}

const all = (values: number[]): Range => ({ low: Math.min(...values), high: Math.max(...values) })

/**
 * The calls that the claim may be about. Where calls differ along an axis: those with the number that the quote names; those of the greatest, or the
 * dearest, for "worst"; those of the lower half for "ordinary"; and where it is not said, the mean of the mix or the greatest, or all of them for a range.
 */
function casesOf(
  assertion: Assertion,
  { counts: mean, usual: middle, along = [] }: OperationWork,
  { question }: Measured,
  operation: string,
): Case[] {
  const average: Case = { where: "on average", range: (of) => all([of(mean)]) }
  // "Reads one partition" is said of a design that asks a second one for the few who need it.
  const isFigure = assertion.low === assertion.high && assertion.hedge !== "at most" && assertion.about !== "worst"
  const usual: Case[] = middle && isFigure ? [{ where: "in a usual call", range: (of) => all([of(middle)]) }] : []
  const axis = question.axes.find((one) => one.callsOf === operation)
  const places = axis
    ? along
        .flatMap(({ at, counts }) => (at[axis.id] === undefined ? [] : [{ n: at[axis.id]!, counts }]))
        .sort((a, b) => a.n - b.n)
    : []
  if (!axis || places.length < 2) return [average, ...usual]
  const greatest = places.at(-1)!
  const least = places[0]!
  const worst: Case = { where: `with ${number(greatest.n)} ${axis.unit}`, range: (of) => all([of(greatest.counts)]) }
  // A design that stops copying for its greatest authors writes most for those just below.
  const dearest: Case = {
    where: "where most was counted",
    range: (of) => all([Math.max(...places.map(({ counts }) => of(counts)))]),
  }
  const named = placesNamed(assertion.quote.text, axis).filter((n) => n >= least.n && n <= greatest.n)
  if (named.length > 0) return named.flatMap((n) => casesAt(places, n, axis.unit))
  if (assertion.hedge === "at most" && assertion.about !== "ordinary") return [dearest]
  if (assertion.about === "worst") return [worst, dearest]
  if (assertion.about === "ordinary") {
    const lower = places.slice(0, Math.ceil(places.length / 2))
    const among = (of: (counts: Counts) => number) => {
      const seen = all(lower.map(({ counts }) => of(counts)))
      // Any of them is an ordinary one: the figure nearest to what is said stands for them.
      const claimed = assertion.high ?? assertion.low!
      return all([Math.min(seen.high, Math.max(seen.low, claimed))])
    }
    return [
      { where: `with ${number(least.n)} to ${number(lower.at(-1)!.n)} ${axis.unit}`, range: among },
      average,
      ...usual,
    ]
  }
  if (assertion.low !== assertion.high)
    return [
      {
        where: `with ${number(least.n)} to ${number(greatest.n)} ${axis.unit}`,
        range: (of) => all([of(mean), ...places.map(({ counts }) => of(counts))]),
      },
      // "About five to ten" is one figure, of which the writer is not sure.
      ...(assertion.hedge === "about" ? [average] : []),
    ]
  return [average, worst, ...usual]
}

interface Place {
  n: number
  counts: Counts
}

/**
 * What is done at `n`, which lies within what was counted: as there, or on the line between its neighbours. Where less is done from one of them to the next, the design
 * changes its way somewhere between, and nobody saw where: it may do at `n` what it does below, or what it does above.
 */
function casesAt(places: Place[], n: number, unit: string): Case[] {
  const above = places.findIndex((one) => one.n >= n)
  const right = places[above]!
  const where = `with ${number(n)} ${unit}`
  if (right.n === n || above === 0) return [{ where, range: (of) => all([of(right.counts)]) }]
  const left = places[above - 1]!
  const before = places[above - 2]
  const falls = (of: (counts: Counts) => number) => of(right.counts) < of(left.counts)
  return [
    {
      where,
      range: (of) => {
        if (!falls(of)) return all([onLine(left, right, n, of)])
        return all([before && of(before.counts) <= of(left.counts) ? onLine(before, left, n, of) : of(left.counts)])
      },
    },
    {
      where: `${where}, if it is treated as one with ${number(right.n)}`,
      range: (of) => all([falls(of) ? of(right.counts) : onLine(left, right, n, of)]),
    },
  ]
}

/** At `n` on the line through two counted places. */
function onLine(a: Place, b: Place, n: number, of: (counts: Counts) => number): number {
  const share = (n - a.n) / (b.n - a.n)
  return of(a.counts) + share * (of(b.counts) - of(a.counts))
}

function inWords(name: string, of: (counts: Counts) => number, cases: Case[], { evidence }: Measured): string {
  const { partition, row } = wordsOf(evidence)
  const unit = name.replace("partition", partition).replace("row", row)
  const parts = cases.map(({ where, range }) => {
    const { low, high } = range(of)
    const figure = low === high ? number(low) : `${number(low)} to ${number(high)}`
    const counted = `${figure} ${low === high && low === 1 ? unit : unit.replace(/^(.*?)( without .*)?$/, "$1s$2")}`
    return { counted, where }
  })
  // What comes to the same under a condition is said once.
  return parts
    .filter(
      ({ counted }, index) =>
        index === 0 || counted !== parts[index - 1]!.counted || !parts[index]!.where.includes(", if "),
    )
    .map(({ counted, where }) => `${counted} ${where}`)
    .join(", ")
}
