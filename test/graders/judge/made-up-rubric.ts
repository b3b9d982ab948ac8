/** Two statements that say as little as possible, for tests of how they are asked about. */
import type { Criterion } from "../../../prompts/question.ts"

type Written = Extract<Criterion, { kind: "written" }>

const statement = (id: string, text: string, absence = false): Written => ({
  id,
  title: id,
  points: 2,
  kind: "written",
  statement: text,
  counts: "It is said in any words.",
  doesNotCount: "It is hinted at.",
  examples: { met: "Books lie by the author.", notMet: "Books lie well." },
  contradictedBy: [],
  absence,
})

export const WHERE_THINGS_LIE = statement("where-things-lie", "The answer says where things lie.")
export const WHY_SO = statement("why-so", "The answer says why they lie there.")
/** Met where nothing of the kind is said. */
export const NO_MIRACLES = statement("no-miracles", "The answer promises no miracles.", true)

export const rubricOf = (...criteria: Written[]) => ({ criteria })
