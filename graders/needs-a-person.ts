/** Why a verdict is missing and a person has to look, in one sentence for each reason. */
import type { ReviewReason } from "./judge/judgement.ts"

export const NEEDS_A_PERSON: Record<ReviewReason, string> = {
  "split verdicts": "Not judged: the judge's samples do not agree; a person has to decide (./proofrun mark).",
  "cannot tell": "Not judged: the judge cannot tell; a person has to decide (./proofrun mark).",
  "quote not found":
    "Not judged: what the judge quotes does not stand in the answer; a person has to decide (./proofrun mark).",
  refused: "Not judged: the judge refused to answer; a person has to decide (./proofrun mark).",
  "cut off": "Not judged: the judge's reply was cut off; ./proofrun regrade asks again.",
  "not understood":
    "Not judged: the judge's reply is not of the form that was asked for; ./proofrun regrade asks again.",
  "no reply": "Not judged: the judge did not reply in time; ./proofrun regrade asks again.",
  "spend limit": "Not judged: the day's limit for the judge is reached; ./proofrun regrade asks again.",
  "suspected steering": "Not judged: what it rests on speaks to the judge; a person has to decide (./proofrun mark).",
}
