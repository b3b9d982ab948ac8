/** Written: one yes/no statement about the prose. Waits for a judge of prose; null with the reason, never zero. */
import { type Judge, NO_JUDGE, notJudged } from "../judged.ts"

export const written: Judge<"written"> = (criterion) => notJudged(NO_JUDGE, { statement: criterion.statement })
