/** The answer cut where quotes begin and end, so that quotes that overlap can be marked. Every character stands in one stretch, in order. */
import type { Quote } from "../../graders/judge/judgement.ts"
import type { Report } from "../../graders/report.ts"
import { quotesOf } from "./judgement-words.ts"

export interface Stretch {
  text: string
  /** What lies on it: none, or several. */
  kinds: ("written" | "claim" | "steering")[]
  /** Ids of the quotes that begin here. */
  anchors: string[]
  /** The ways out of the quotes that end here. */
  ends: { href: string; label: string; aloud: string }[]
}

interface Placed {
  kind: Stretch["kinds"][number]
  quote: Quote
  anchor: string
  end: Stretch["ends"][number] | null
}

/** The nth quote of a criterion, by its place in the table. */
export const quoteAnchor = (criterion: number, quote: number) => `quote-${criterion + 1}-${quote + 1}`
export const claimAnchor = (index: number) => `claim-${index + 1}`

export function stretchesOf(report: Report): Stretch[] {
  const { answer } = report.submission
  const placed = placedOn(report).filter(({ quote: { start, end } }) => start < end && end <= answer.length)
  const cuts = [...new Set([0, answer.length, ...placed.flatMap(({ quote }) => [quote.start, quote.end])])].sort(
    (a, b) => a - b,
  )
  return cuts.slice(0, -1).map((from, index) => {
    const to = cuts[index + 1]!
    const over = placed.filter(({ quote }) => quote.start <= from && quote.end >= to)
    return {
      text: answer.slice(from, to),
      kinds: [...new Set(over.map(({ kind }) => kind))].sort(),
      anchors: over.filter(({ quote }) => quote.start === from).map(({ anchor }) => anchor),
      ends: over.flatMap(({ quote, end }) => (quote.end === to && end ? [end] : [])),
    }
  })
}

function placedOn(report: Report): Placed[] {
  const written = report.scores.flatMap((score, index): Placed[] =>
    quotesOf(report, score.criterion).map((quote, at) => ({
      kind: "written",
      quote,
      anchor: quoteAnchor(index, at),
      end: { href: `criterion-${index + 1}`, label: `${index + 1}`, aloud: `: quoted for ${score.title}` },
    })),
  )
  const claims = report.claims.map(
    ({ assertion, verdict }, index): Placed => ({
      kind: "claim",
      quote: assertion.quote,
      anchor: `said-${index + 1}`,
      end: { href: claimAnchor(index), label: `c${index + 1}`, aloud: `: claim, ${verdict}` },
    }),
  )
  const steering = (report.judgement?.steering ?? []).map(
    ({ quote }, index): Placed => ({ kind: "steering", quote, anchor: `steering-${index + 1}`, end: null }),
  )
  return [...written, ...claims, ...steering]
}
