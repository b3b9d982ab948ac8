/** What a reader must know about a report's figures before believing them: what is missing, capped, near an edge, or beyond this machine. */
import { nearEdge } from "./bands.ts"
import { capital, count, list, milliseconds, percent, points } from "./figures.ts"
import { RULES } from "./findings/table.ts"
import { HOW_TO_JUDGE } from "./how-to-judge.ts"
import { stoppedAt } from "./measured.ts"
import type { Report } from "./report.ts"

export function remarksOn(report: Report, cappedBecause: string | null): string[] {
  const { evidence, measured, total, outOf, interval, measuredBand } = report
  const remarks: string[] = []
  if (report.quick) remarks.push("This was a quick run: it counts and finds, and gives no points and no band.")
  if (measuredBand && cappedBecause)
    remarks.push(
      measuredBand === "not yet working"
        ? `The band is "not yet working" because ${cappedBecause}.`
        : `The band can be no better than weak because ${cappedBecause}.`,
    )
  if (measured.points !== null && !cappedBecause) {
    const near = nearEdge(measured.points, measured.outOf, measured.interval, "The measured part with")
    if (near) remarks.push(near)
  }
  if (total !== null && !cappedBecause) {
    const near = nearEdge(total, outOf, interval, "The total of")
    if (near) remarks.push(near)
  }
  if (evidence) remarks.push(...remarksOnRun(evidence))
  if (!report.quick) remarks.push(...notJudgedYet(report))
  if (!report.judgement && report.written.points === null && report.written.outOf > 0) remarks.push(HOW_TO_JUDGE)
  if (report.judgement) remarks.push(...remarksOnJudgement(report.judgement))
  return remarks
}

function remarksOnRun(evidence: NonNullable<Report["evidence"]>): string[] {
  const remarks: string[] = []
  const stopped = stoppedAt(evidence)
  if (stopped) remarks.push(`Stopped at ${stopped.label}: ${stopped.stopped}.`)
  const { peak } = evidence
  if (peak?.rateShare !== undefined)
    remarks.push(
      `At the stated rates this design needs more than one core for the engine here: ${peak.skipped ? "none of the peak was" : `${percent(peak.rateShare)} of them were`} sent, so its budgets are not shown to hold.`,
    )
  else
    for (const one of peak?.operations ?? [])
      if (one.strong.p99 > one.budgetP99Ms)
        remarks.push(
          `Whether ${one.operation} holds its budget of ${milliseconds(one.budgetP99Ms)} at peak cannot be told: this machine is too slow to say, the strong reference took ${milliseconds(one.strong.p99)} as well.`,
        )
  for (const suspicion of evidence.suspicions)
    if (!RULES.some((rule) => rule.rule === suspicion.rule)) remarks.push(capital(suspicion.message))
  for (const fault of evidence.provenance.faults)
    remarks.push(`An earlier try failed on our side and does not count: ${fault}`)
  return remarks
}

/** What speaks to the judge instead of the reader, and what a person should look at although there is a verdict. */
function remarksOnJudgement({ steering, written }: NonNullable<Report["judgement"]>): string[] {
  const remarks: string[] = []
  if (steering.length > 0)
    remarks.push(
      `${count(steering.length, "place")} in the answer ${steering.length === 1 ? "looks" : "look"} as if meant for the judge (${list([...new Set(steering.map(({ family }) => family))])}). That changes no score by itself; it is shown with the answer.`,
    )
  const look = written.filter(({ verdict, review }) => verdict !== null && review !== null)
  if (look.length > 0)
    remarks.push(
      `A person should look at ${count(look.length, "verdict")}: ${list([...new Set(look.map(({ review }) => review!.because))])}.`,
    )
  return remarks
}

/** Criteria without points, grouped by reason. */
function notJudgedYet(report: Report): string[] {
  const byReason = Map.groupBy(
    report.scores.filter((score) => score.points === null),
    (score) => score.reason,
  )
  return [...byReason].map(([reason, scores]) => {
    const worth = scores.reduce((sum, score) => sum + score.outOf, 0)
    const names = scores.length > 3 ? `${scores.length} criteria` : list(scores.map((score) => `"${score.title}"`))
    return `Not judged yet: ${names}, worth ${points(worth)} points: ${lowered(reason)}`
  })
}

/** The reason as the end of a sentence. */
function lowered(reason: string): string {
  const bare = reason.replace(/^Not judged: /, "")
  return bare.slice(0, 1).toLowerCase() + bare.slice(1)
}
