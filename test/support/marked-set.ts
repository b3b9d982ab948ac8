/** A made-up set of answers with a known truth, marks by three people who err at known rates, and the rubric that goes with it. The same every time. */
import { seeded } from "../../prompts/seeded.ts"

export interface MadeSet {
  /** Text of a rubric file: a plain list of statements. */
  rubric: string
  answers: { id: string; answer: string; question: string; references: string[] }[]
  human: { id: string; by: string; points?: number; criteria?: Record<string, string> }[]
  /** Which statements each answer meets. */
  truth: Map<string, Set<string>>
}

interface Statement {
  id: string
  points: number
  statement: string
  /** What an answer says that meets it, and what one says that only sounds like it. */
  met: string
  near: string
}

export const STATEMENTS: Statement[] = [
  {
    id: "names-the-key",
    points: 2,
    statement: "The answer names the key under which parcels lie together.",
    met: "Parcels of one depot lie under the key depot and day.",
    near: "There is a suitable primary key.",
  },
  {
    id: "key-reason",
    points: 1,
    statement: "The answer says why a scan of one depot looks at one place only.",
    met: "A scan asks for one depot on one day, so it looks into one partition.",
    near: "Scans are fast because the store is fast.",
  },
  {
    id: "order",
    points: 1,
    statement: "The answer says what keeps parcels in the order of their arrival.",
    met: "Rows are clustered by arrival, then by parcel number, newest first.",
    near: "The parcels are sorted.",
  },
  {
    id: "bound",
    points: 2,
    statement: "The answer says what bounds the largest partition.",
    met: "The day in the key closes a partition at midnight, so it holds 9,000 parcels at most.",
    near: "The cluster scales by adding nodes.",
  },
  {
    id: "expiry",
    points: 1,
    statement: "The answer says how delivered parcels leave the store.",
    met: "Rows carry a time to live of 60 days and whole files are dropped.",
    near: "Old data can be deleted.",
  },
  {
    id: "trade",
    points: 1,
    statement: "The answer names what the design gives up.",
    met: "Looking for one parcel without its depot needs a second table, which costs a write more.",
    near: "Every design has advantages and disadvantages.",
  },
]

/** Who marks, and how often each is wrong, in percent: of what is met, and of what is not. */
const PEOPLE = [
  { by: "ann", overlooks: 3, grants: 3 },
  { by: "ben", overlooks: 4, grants: 12 },
  { by: "cleo", overlooks: 12, grants: 2 },
]

export function madeSet(size = 200): MadeSet {
  const seed = seeded(Buffer.from("a made-up set of answers"))
  const truth = new Map<string, Set<string>>()
  const answers = Array.from({ length: size }, (_, index) => {
    const id = `a${String(index + 1).padStart(3, "0")}`
    // Some know nearly all, some nearly nothing: totals spread over the whole scale.
    const skill = seed.integer(101, "skill", id)
    const met = STATEMENTS.filter((one) => seed.integer(101, "met", id, one.id) < skill)
    truth.set(id, new Set(met.map((one) => one.id)))
    const sentences = STATEMENTS.flatMap((one) => {
      if (met.includes(one)) return [one.met]
      return seed.integer(2, "near", id, one.id) === 0 ? [one.near] : []
    })
    return {
      id,
      // A number of its own: two answers of the same sentences are still two answers.
      answer: [`This is design ${index + 1}.`, ...sentences].join(index % 2 === 0 ? " " : "\n\n"),
      question: "Parcels arrive at depots. Which model serves the list of a depot's parcels, newest first?",
      references: [STATEMENTS.map((one) => one.met).join(" ")],
    }
  })
  const human = answers.flatMap(({ id }) =>
    PEOPLE.map(({ by, overlooks, grants }) => {
      const criteria = Object.fromEntries(
        STATEMENTS.map((one) => {
          const isMet = truth.get(id)!.has(one.id)
          const wrong = seed.integer(100, "wrong", by, id, one.id) < (isMet ? overlooks : grants)
          return [one.id, isMet !== wrong ? "met" : "not met"] as const
        }),
      )
      return { id, by, criteria }
    }),
  )
  const rubric = `# One item a statement.\n${STATEMENTS.map(
    ({ id, points, statement }) => `- id: ${id}\n  points: ${points}\n  statement: ${statement}\n`,
  ).join("")}`
  return { rubric, answers, human, truth }
}

export const asLines = (items: readonly unknown[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join("")
