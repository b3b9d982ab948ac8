/**
 * A report as its own author may read it. What the judge was sent holds the mentor's notes (what counts, examples that meet a statement), which are for nobody
 * who is marked by them; and as long as somebody sits an interview on the question, or wherever it is kept for interviews, the statements are closed as well:
 * else the next attempt's answer would be written from them.
 */
import type { Report, Score } from "../../graders/report.ts"

export type Statements = "open" | "closed"

export const CLOSED =
  "What the answer is marked by is not shown where the question is kept for interviews, nor while one on it is being sat."

export function forCandidate(report: Report, statements: Statements): Report {
  const { judgement } = report
  if (statements === "open")
    return {
      ...report,
      judgement: judgement && { ...judgement, calls: judgement.calls.map((call) => ({ ...call, messages: [] })) },
    }
  return {
    ...report,
    scores: report.scores.map(closed),
    judgement: judgement && {
      ...judgement,
      ...{ written: [], assertions: null, lostClaims: [], claimsReview: null, steering: [], calls: [] },
    },
    claims: [],
    marks: [],
  }
}

const closed = (score: Score): Score =>
  score.kind === "written" || score.kind === "claim" ? { ...score, reason: CLOSED, evidence: null } : score
