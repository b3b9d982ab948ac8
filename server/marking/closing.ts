/** What is said when a marking ends: how many are marked, what they cost, and which a person has to look at. */
import type { MarkedAnswer } from "../../graders/agreement/marks.ts"
import { count, number, points } from "../../graders/figures.ts"
import { plainLine } from "../report/plain-text.ts"
import type { Stopped } from "./mark-answers.ts"
import { dollars } from "./progress.ts"

const MOST_LISTED = 10

const WHY_STOPPED: Record<NonNullable<Stopped>, string> = {
  interrupted: "Stopped.",
  "spend limit": "Stopped: the day's spend limit (JUDGE_DAILY_LIMIT_USD) is reached.",
  "no reply": "Stopped: the judge's endpoint has not replied for several answers. When it does again, add --again.",
}

export interface Closing {
  out: string
  /** How many answers there are. */
  all: number
  marks: readonly MarkedAnswer[]
  stopped: Stopped
}

export function closingLines({ out, all, marks, stopped }: Closing): string[] {
  const judged = marks.flatMap(({ points: given, outOf }) => (given === null ? [] : [{ given, outOf }]))
  const open = marks.filter((mark) => mark.points === null)
  const review = marks.filter(({ criteria }) => criteria.some((one) => one.verdict !== null && one.review !== null))
  const mean = judged.reduce((sum, { given }) => sum + given, 0) / judged.length
  const inTheMean = judged[0] ? `, ${points(mean)} of ${points(judged[0].outOf)} points in the mean` : ""
  return [
    ...(stopped
      ? [`${WHY_STOPPED[stopped]} ${marks.length} of ${all} are in ${out}; the same command goes on from there.`]
      : []),
    `${count(judged.length, "answer")} marked${inTheMean}. ${costOf(marks)}`,
    ...(open.length > 0
      ? [
          `${count(open.length, "answer has", "answers have")} no total, because a statement could not be judged:`,
          ...open.slice(0, MOST_LISTED).map(({ id, because }) => `  ${plainLine(id, 60)}: ${plainLine(because!, 200)}`),
          ...(open.length > MOST_LISTED ? [`  and ${open.length - MOST_LISTED} more in ${out}`] : []),
          "They are marked anew with --again.",
        ]
      : []),
    ...(review.length > 0 ? [`A person should look at ${namesOf(review)}: "review" in ${out} says why.`] : []),
  ]
}

/** 0: all are marked, 1: some are not, 130: interrupted, as a shell expects. */
export function exitCode({ all, marks, stopped }: Closing): number {
  if (stopped === "interrupted") return 130
  return marks.filter(({ points: given }) => given !== null).length === all ? 0 : 1
}

function namesOf(marks: readonly MarkedAnswer[]): string {
  const names = marks.slice(0, MOST_LISTED).map(({ id }) => plainLine(id, 60))
  const more = marks.length - names.length
  return `${names.join(", ")}${more > 0 ? ` and ${count(more, "other")}` : ""}`
}

/** Of everything in the file, whichever run paid for it. */
function costOf(marks: readonly MarkedAnswer[]): string {
  const tokens = marks.reduce((sum, mark) => sum + mark.tokens.prompt + mark.tokens.completion, 0)
  const usd = marks.reduce<number | null>((sum, one) => (sum === null || one.usd === null ? null : sum + one.usd), 0)
  return `They took ${number(tokens)} tokens: ${dollars(usd)}.`
}
