/** Claim: one slot for what the prose says against what was counted. All of its points or none; contradicted is 0, never below. */

import type { Criterion } from "../../prompts/question.ts"
import type { Claim } from "../claims/claim.ts"
import { list } from "../figures.ts"
import type { AssertionKind, LostClaim } from "../judge/judgement.ts"
import { type JudgeProse, NO_JUDGE, nothing, notJudged } from "../judged.ts"
import { markedText, markOn, marksOf } from "../marks.ts"
import { NEEDS_A_PERSON } from "../needs-a-person.ts"
import type { Score } from "../report.ts"

type Slot = Extract<Criterion, { kind: "claim" }>

/** What may answer a slot besides its own kind: a complexity is a growth class by another name. */
const ALSO: Partial<Record<Slot["claim"], AssertionKind>> = { "growth-class": "complexity" }

/** Assertions that are about what a slot asks for. One of no operation may be about any. */
export const inSlot = (slot: Slot, claims: Claim[]): Claim[] =>
  claims.filter(({ assertion }) => isAbout(slot, assertion))

/** A kind that nobody could tell, and no operation, may be any. */
const isAbout = ({ claim, operation }: Slot, said: Pick<LostClaim, "kind" | "operation">): boolean =>
  (said.kind === null || said.kind === claim || said.kind === ALSO[claim]) &&
  (operation === undefined || said.operation === null || said.operation === operation)

const lostWords = ({ quoted, because }: LostClaim): string =>
  because === "the list is full, and the answer may say more"
    ? `of the judge's claims, ${because}`
    : `what the judge lists as "${quoted}" could not be taken, because ${because}`

/** Whether a slot is open because part of the judge's list was lost: a person has to look. */
export const lacksClaims = ({ kind, points, evidence }: Pick<Score, "kind" | "points" | "evidence">): boolean =>
  kind === "claim" && points === null && typeof evidence === "object" && evidence !== null && "lost" in evidence

export const claim: JudgeProse<"claim"> = (criterion, prose) => {
  const marks = marksOf(prose.marks, criterion.id)
  const slot = prose.claims === null ? [] : inSlot(criterion, prose.claims)
  const evidence = {
    statement: criterion.statement,
    ...(slot.length > 0
      ? { claims: slot.map(({ assertion, verdict, sentence }) => ({ said: assertion.quote.text, verdict, sentence })) }
      : {}),
    ...(marks.length > 0 ? { marks } : {}),
  }
  const mark = markOn(prose.marks, criterion.id)
  if (mark) return { points: mark.verdict === "met" ? criterion.points : 0, reason: markedText(mark), evidence }
  if (prose.judgement === null) return notJudged(NO_JUDGE, evidence)
  if (prose.claims === null)
    return notJudged(prose.judgement.claimsReview ? NEEDS_A_PERSON[prose.judgement.claimsReview.because] : NO_JUDGE, {
      ...evidence,
      ...(prose.judgement.claimsReview ? { detail: prose.judgement.claimsReview.detail } : {}),
    })
  const contradicted = slot.filter(({ verdict }) => verdict === "contradicted")
  const confirmed = slot.filter(({ verdict, answers }) => verdict === "confirmed" && answers)
  const waiting = slot.filter(({ verdict, answers }) => verdict === "not measured" && answers)
  if (prose.unscored !== null && slot.length > 0) return notJudged(prose.unscored, evidence)
  if (contradicted.length > 0) {
    const [first] = contradicted
    // A right figure beside a wrong one for the same thing leaves the reader with neither.
    const beside =
      confirmed.length > 0 ? " Another statement of the same is confirmed, and they cannot both stand." : ""
    return nothing(`Contradicted. ${first!.sentence}${beside}`, evidence)
  }
  if (confirmed.length > 0)
    return { points: criterion.points, reason: `Confirmed. ${confirmed[0]!.sentence}`, evidence }
  if (waiting.length > 0) return notJudged(`Not measured. ${waiting[0]!.sentence}`, evidence)
  const lost = prose.judgement.lostClaims.filter((one) => isAbout(criterion, one))
  if (lost.length > 0)
    return notJudged(`Not judged: ${lostWords(lost[0]!)}; a person has to decide (./proofrun mark).`, {
      ...evidence,
      lost,
    })
  if (slot.length === 0) return nothing("The answer does not say.", evidence)
  return nothing(
    `The answer does not say so that it could be checked: ${list([...new Set(slot.map(({ sentence }) => sentence))].slice(0, 2))}`,
    evidence,
  )
}
