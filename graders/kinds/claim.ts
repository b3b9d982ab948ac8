/** Claim: what the prose says against what was counted. Waits for a judge of prose; null with the reason, never zero. */
import { type Judge, NO_JUDGE, notJudged } from "../judged.ts"

export const claim: Judge<"claim"> = (criterion) => notJudged(NO_JUDGE, { statement: criterion.statement })
