/** Claims about what one call does: partitions or rows read, round trips, writes. Held against the counts of its calls at the largest finished size. */
import type { StageEvidence } from "../../sandboxes/evidence.ts"
import { number } from "../figures.ts"
import type { Assertion } from "../judge/judgement.ts"
import { lastStage, lostShare, type Measured, workOf } from "../measured.ts"
import { wordsOf } from "../words.ts"
import type { Held } from "./claim.ts"
import { placesNamed } from "./named-places.ts"
import { said } from "./said.ts"
import { type Fit, fits, type Range } from "./tolerances.ts"

type CountedKind = "partitions-per-read" | "rows-per-read" | "round-trips" | "writes-per-call"
type Counts = Record<string, number>

/** The counts that a claim of this kind may mean. It is right if one of them bears it out: which of them was meant is not said. */
const FIGURES: Record<CountedKind, (stage: StageEvidence) => { name: string; of: (counts: Counts) => number }[]> = {
  "partitions-per-read": (stage) => [{ name: "partition", of: partitionsRead(stage) }],
  "rows-per-read": () => [{ name: "row", of: ({ rows = 0 }) => rows }],
  // Sent one after the other, or all that are sent: both are called round trips.
  "round-trips": () => [
    { name: "request", of: ({ roundTrips = 0 }) => roundTrips },
    { name: "dependent round trip", of: ({ waves = 0 }) => waves },
  ],
  // A row that is written, and a command that writes (an expiry, say, writes no row).
  "writes-per-call": () => [
    { name: "written row", of: ({ rowsWritten = 0 }) => rowsWritten },
    { name: "write", of: ({ mutations = 0 }) => mutations },
  ],
}

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
  const figures = FIGURES[kind](stage)
  const cases = casesOf(assertion, work.counts, work.along ?? [], measured, operation)
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
 * The calls that the claim may be about. Where calls differ along an axis: those with the number that the quote names; those of the greatest for
 * "worst"; those of the lower half for "ordinary"; and where it is not said, the mean of the mix or the greatest, or all of them for a range.
 */
function casesOf(
  assertion: Assertion,
  mean: Counts,
  along: { at: Record<string, number>; counts: Counts }[],
  { question }: Measured,
  operation: string,
): Case[] {
  const average: Case = { where: "on average", range: (of) => all([of(mean)]) }
  const axis = question.axes.find((one) => one.callsOf === operation)
  const places = axis
    ? along
        .flatMap(({ at, counts }) => (at[axis.id] === undefined ? [] : [{ n: at[axis.id]!, counts }]))
        .sort((a, b) => a.n - b.n)
    : []
  if (!axis || places.length < 2) return [average]
  const greatest = places.at(-1)!
  const least = places[0]!
  const worst: Case = { where: `with ${number(greatest.n)} ${axis.unit}`, range: (of) => all([of(greatest.counts)]) }
  const named = placesNamed(assertion.quote.text, axis).filter((n) => n >= least.n && n <= greatest.n)
  const at = (n: number): Case => ({
    where: `with ${number(n)} ${axis.unit}`,
    range: (of) => all([between(places, n, of)]),
  })
  if (assertion.about === "worst") return [worst]
  if (named.length > 0) return named.map(at)
  if (assertion.about === "ordinary") {
    const lower = places.slice(0, Math.ceil(places.length / 2))
    const among = (of: (counts: Counts) => number) => {
      const seen = all(lower.map(({ counts }) => of(counts)))
      // Any of them is an ordinary one: the figure nearest to what is said stands for them.
      const claimed = assertion.high ?? assertion.low!
      return all([Math.min(seen.high, Math.max(seen.low, claimed))])
    }
    return [{ where: `with ${number(least.n)} to ${number(lower.at(-1)!.n)} ${axis.unit}`, range: among }, average]
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
  return assertion.hedge === "at most" ? [worst] : [average, worst]
}

/** On the line between the two counted places that `n` lies between. */
function between(places: { n: number; counts: Counts }[], n: number, of: (counts: Counts) => number): number {
  const above = places.findIndex((one) => one.n >= n)
  const right = places[above]!
  const left = places[Math.max(0, above - 1)]!
  if (right.n === left.n) return of(right.counts)
  const share = (n - left.n) / (right.n - left.n)
  return of(left.counts) + share * (of(right.counts) - of(left.counts))
}

function inWords(name: string, of: (counts: Counts) => number, cases: Case[], { evidence }: Measured): string {
  const { partition, row } = wordsOf(evidence)
  const unit = name.replace("partition", partition).replace("row", row)
  const parts = cases.map(({ where, range }) => {
    const { low, high } = range(of)
    const figure = low === high ? number(low) : `${number(low)} to ${number(high)}`
    return `${figure} ${low === high && low === 1 ? unit : `${unit}s`} ${where}`
  })
  return parts.join(", ")
}
