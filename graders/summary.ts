/** Three plain sentences for the head of a report: what the design does well, what costs most, the next step worth most points. Adds no facts. */
import { type Cause, causesOf } from "./causes.ts"
import { capital, list, points } from "./figures.ts"
import type { Report } from "./report.ts"

/** From this share of its points a criterion counts as done well. */
const WELL = 0.9

export function summarise(report: Report): string[] {
  const wrong = wrongAnswers(report)
  if (wrong)
    return [wrong, report.quick ? (summariseQuick(report)[0] ?? null) : costsMost(report), MAKE_RIGHT].filter(
      (sentence) => sentence !== null,
    )
  if (report.quick) return summariseQuick(report)
  return [well(report), costsMost(report), nextStep(report)].filter((sentence) => sentence !== null)
}

export const MAKE_RIGHT =
  "Next step: make these answers right, beginning with the first example; as long as some are wrong, no design gets beyond weak."

/** What was answered wrongly comes before everything else; null where nothing was. */
function wrongAnswers({ evidence }: Report): string | null {
  const broken = evidence?.invariants.filter((one) => one.broken > 0).sort((a, b) => b.broken - a.broken) ?? []
  if (broken.length === 0) return null
  const which = broken.map((one) => `${quoted(one.invariant)} (${one.broken} of ${one.checked} checks)`)
  return `Some answers are wrong: ${list(which)}.`
}

function well({ scores }: Report): string {
  const judged = scores.filter((score) => score.points !== null)
  const good = judged.filter((score) => score.points! >= WELL * score.outOf)
  if (good.length === 0) return "No criterion comes near its full points yet."
  const best = good.toSorted((a, b) => b.outOf - a.outOf).slice(0, 3)
  const all = good.length === judged.length
  const what = list(best.map((score) => `"${score.title}" (${points(score.points!)} of ${points(score.outOf)})`))
  return all ? `It does well throughout, first of all in ${what}.` : `It does well in ${what}.`
}

function costsMost(report: Report): string | null {
  const worst = nextCause(report)
  if (!worst) return "Nothing in the measured part costs it half a point."
  const lost = `costs most: ${points(worst.pointsLost)} points`
  if (worst.finding) return `${quoted(worst.finding.title)} ${lost}. ${worst.finding.evidence}`
  const score = report.scores.find((one) => one.criterion === worst.criteria[0])!
  return `${quoted(worst.title)} ${lost}. ${score.reason}`
}

/** What the next step is taken from; null where the measured part has none worth half a point. */
export function nextCause(report: Report): Cause | null {
  const [worst] = causesOf(report)
  return worst && worst.pointsLost >= 0.5 ? worst : null
}

function nextStep(report: Report): string | null {
  const worst = nextCause(report)
  if (!worst) return nextInWriting(report)
  const worth = `worth up to ${points(worst.pointsLost)} points`
  if (worst.finding) return `Next step, ${worth}: ${worst.finding.remedy}`
  return `Next step, ${worth}: look at what "${capital(worst.title)}" was measured from.`
}

/** Where the design leaves nothing to gain, what the answer leaves. */
function nextInWriting({ written, scores }: Report): string {
  if (written.points === null && written.outOf > 0)
    return `What remains is the written answer: it is worth ${points(written.outOf)} points and not judged yet.`
  const missing = scores.filter(
    ({ kind, points: given, outOf }) =>
      (kind === "written" || kind === "claim") && given !== null && outOf - given >= 0.5,
  )
  if (missing.length === 0) return "No next step would be worth half a point."
  const worth = missing.reduce((sum, { outOf, points: given }) => sum + outOf - given!, 0)
  const first = missing.toSorted((a, b) => b.outOf - b.points! - (a.outOf - a.points!)).slice(0, 3)
  return `Next step, worth up to ${points(worth)} points: the written answer, first of all ${list(first.map(({ title }) => quoted(title)))}.`
}

function summariseQuick({ findings }: Report): string[] {
  if (findings.length === 0) return ["Nothing in the design stands out at these sizes."]
  return [
    `Found at these sizes: ${list([...new Set(findings.map((finding) => quoted(finding.title)))])}.`,
    `Look first at this: ${findings[0]!.remedy}`,
  ]
}

const quoted = (title: string) => `"${title}"`
