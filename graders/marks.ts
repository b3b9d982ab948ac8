/** People's verdicts beside the model's: the last on a criterion counts, and those before it stay in sight. */
import type { Mark } from "./judge/judgement.ts"

export const marksOf = (marks: Mark[], criterion: string): Mark[] => marks.filter((one) => one.criterion === criterion)

/** In the order in which they were appended, whatever their clocks said. */
export const markOn = (marks: Mark[], criterion: string): Mark | undefined => marksOf(marks, criterion).at(-1)

export const markedText = ({ verdict, by, reason }: Mark): string =>
  `${verdict === "met" ? "Met" : "Not met"}, says ${by}: ${reason}`
