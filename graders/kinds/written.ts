/** Written: one yes/no statement about the prose. All of its points where it is met, none where it is not, null where nobody could tell. */
import { list } from "../figures.ts"
import { type Judged, type JudgeProse, NO_JUDGE, nothing, notJudged, type Prose } from "../judged.ts"
import { markedText, markOn, marksOf } from "../marks.ts"
import { NEEDS_A_PERSON } from "../needs-a-person.ts"

export const written: JudgeProse<"written"> = (criterion, prose) => {
  const own = prose.judgement?.written.find((one) => one.criterion === criterion.id)
  const marks = marksOf(prose.marks, criterion.id)
  const contradictions = contradictionsOf(criterion.contradictedBy, prose)
  const evidence: Judged["evidence"] = {
    statement: criterion.statement,
    ...(own
      ? {
          verdict: own.verdict,
          said: own.reason,
          quotes: own.quotes.map(({ text }) => text),
          agreement: own.agreement,
          samples: own.samples.map(({ verdict, failed }) => verdict ?? failed ?? "none"),
          review: own.review?.because ?? null,
          detail: own.review?.detail ?? null,
        }
      : {}),
    ...(contradictions.length > 0 ? { contradictedBy: contradictions } : {}),
    ...(marks.length > 0 ? { marks } : {}),
  }
  const mark = markOn(prose.marks, criterion.id)
  // A person has seen the finding as well, and is the last to speak.
  if (mark) return { points: mark.verdict === "met" ? criterion.points : 0, reason: markedText(mark), evidence }
  if (prose.judgement === null) return notJudged(NO_JUDGE, { statement: criterion.statement })
  if (!own) return notJudged(NOT_ASKED, evidence)
  if (own.verdict === null) return notJudged(NEEDS_A_PERSON[own.review?.because ?? "not understood"], evidence)
  if (own.verdict === "not met") return nothing(`Not met. ${own.reason}`.trim(), evidence)
  if (contradictions.length > 0)
    return nothing(`Said, but the submission does otherwise: ${list(contradictions)}. Said: ${own.reason}`, evidence)
  const look = own.review ? ` A person should look at it: ${own.review.because}.` : ""
  return { points: criterion.points, reason: `Met. ${own.reason}${look}`.trim(), evidence }
}

const NOT_ASKED = "Not judged: the judge was not asked about this yet; ./proofrun regrade asks."

/** What fired on this very submission of the findings and claim slots that the criterion names. */
const contradictionsOf = (names: string[], { findings, contradictedSlots }: Prose): string[] =>
  names.flatMap((name) => findings.get(name) ?? contradictedSlots.get(name) ?? [])
