/** Lost points grouped by what cost them: wrong answers, each finding, and what no finding explains. Every lost point of the measured part stands once. */
import { MEASURED_KINDS } from "../prompts/measured-kinds.ts"
import { capital } from "./figures.ts"
import { NOTICEABLE } from "./findings/noticeable.ts"
import type { Finding, Report, Score } from "./report.ts"

export interface Cause {
  title: string
  pointsLost: number
  /** Criteria that lost points by it. */
  criteria: string[]
  finding: Finding | null
}

/** Points that the design lost by itself, without what wrong answers took from it. */
export const ownLoss = (score: Score): number =>
  score.points === null || score.kind === "correctness" ? 0 : score.outOf - (score.beforeScaling ?? score.points)

const isMeasured = (score: Score) => (MEASURED_KINDS as readonly string[]).includes(score.kind)

/** Causes, dearest first; none where no points were given. */
export function causesOf({ scores, findings }: Pick<Report, "scores" | "findings">): Cause[] {
  const judged = scores.filter((score) => isMeasured(score) && score.points !== null)
  const causes: Cause[] = []
  const wrong = judged.filter((score) => score.outOf - score.points! - ownLoss(score) > NOTICEABLE)
  if (wrong.length > 0)
    causes.push({
      title: "Wrong answers",
      pointsLost: wrong.reduce((sum, score) => sum + score.outOf - score.points! - ownLoss(score), 0),
      criteria: wrong.map((score) => score.criterion),
      finding: null,
    })
  for (const finding of findings)
    if (finding.pointsLost > 0)
      causes.push({ title: finding.title, pointsLost: finding.pointsLost, criteria: finding.explains, finding })
  for (const score of judged)
    if (score.findings.length === 0 && ownLoss(score) > NOTICEABLE)
      causes.push({
        title: capital(score.title),
        pointsLost: ownLoss(score),
        criteria: [score.criterion],
        finding: null,
      })
  return causes.sort((a, b) => b.pointsLost - a.pointsLost)
}
