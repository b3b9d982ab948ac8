/** Prompts to the judge of prose, put together in one place. They hold the brief, statements and answer; no points, figures, schema or names. */
import type { Criterion } from "../question.ts"
import type { JudgePrompts } from "./load.ts"
import { plain } from "./plain.ts"

export type Statement = Extract<Criterion, { kind: "written" }>
export interface Message {
  role: "system" | "user"
  content: string
}
/** Names an object in a reply, and says what must be in it: JSON Schema. */
export interface ReplyForm {
  name: string
  schema: Record<string, unknown>
}
export interface Prompt {
  messages: Message[]
  form: ReplyForm
}

export const ABOUT_ABSENCE =
  "This is about something that must not be there: quote what breaks it; where nothing does, it is met and there is no quote."

/** Statements are named by place: an id says what its author thinks of it. */
export const keyOf = (index: number): string => `s${index + 1}`

/**
 * Asks for a verdict on each statement.
 * @param token stands in the marks around the answer; nobody who wrote the answer can know it
 * @param again the quotes of an earlier reply did not stand in the answer
 */
export function renderWritten(
  { written }: JudgePrompts,
  asked: { brief: string | null; statements: Statement[]; answer: string; token: string; again: boolean },
): Prompt {
  const statements = asked.statements.map(({ statement, counts, doesNotCount, examples, absence }, index) =>
    [
      `## ${keyOf(index)}`,
      `Statement: ${statement}`,
      // A plain list of statements says no more than that.
      ...given("Counts", counts),
      ...given("Does not count", doesNotCount),
      ...given("An example that meets it", examples.met),
      ...given("An example that does not", examples.notMet),
      ...(absence ? [ABOUT_ABSENCE] : []),
    ].join("\n"),
  )
  return {
    messages: [
      { role: "system", content: written },
      {
        role: "user",
        content: [
          ...briefOf(asked.brief),
          `# The statements\n\n${statements.join("\n\n")}`,
          answerOf(asked.answer, asked.token),
          `Mark ${asked.statements.length === 1 ? "the statement" : `each of the ${asked.statements.length} statements`}: ${asked.statements.map((_, index) => keyOf(index)).join(", ")}.`,
          ...(asked.again
            ? [
                "In an earlier reply the quotes for these did not stand in the answer. Copy them character by character, or leave them empty.",
              ]
            : []),
        ].join("\n\n"),
      },
    ],
    form: { name: "verdicts", schema: verdictsForm(asked.statements.length) },
  }
}

/** Asks what the answer asserts. `operations`: what an assertion may be about. */
export function renderClaims(
  { claims }: JudgePrompts,
  asked: { brief: string | null; operations: string[]; answer: string; token: string },
): Prompt {
  return {
    messages: [
      { role: "system", content: claims },
      {
        role: "user",
        content: [
          ...briefOf(asked.brief),
          `# The operations\n\n${asked.operations.join(", ") || "none is named"}`,
          answerOf(asked.answer, asked.token),
          "List what it asserts.",
        ].join("\n\n"),
      },
    ],
    form: { name: "claims", schema: claimsForm(asked.operations) },
  }
}

const given = (name: string, text: string): string[] => (text === "" ? [] : [`${name}: ${text}`])

const briefOf = (brief: string | null): string[] => (brief === null ? [] : [`# The question\n\n${brief.trim()}`])

const answerOf = (answer: string, token: string): string =>
  `# The answer\n\n⟦answer ${token}⟧\n${plain(answer)}\n⟦end ${token}⟧`

const object = (properties: Record<string, unknown>) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})
const TEXT = { type: "string" }
const orNull = (type: string) => ({ type: [type, "null"] })

function verdictsForm(count: number) {
  // The order of the fields is the order in which they are written: reasons before verdicts.
  const one = object({
    reason: TEXT,
    quote: TEXT,
    verdict: { type: "string", enum: ["met", "not met", "cannot tell"] },
  })
  return object(Object.fromEntries(Array.from({ length: count }, (_, index) => [keyOf(index), one])))
}

export const CLAIM_KINDS = [
  "latency",
  "throughput",
  "complexity",
  "growth-class",
  "largest-partition",
  "partitions-per-read",
  "rows-per-read",
  "round-trips",
  "writes-per-call",
  "item-count",
  "consistency-level",
  "availability",
  "cost",
] as const
export const HEDGES = ["exactly", "about", "at most", "at least"] as const

function claimsForm(operations: string[]) {
  const one = object({
    quote: TEXT,
    kind: { type: "string", enum: [...CLAIM_KINDS] },
    operation: operations.length > 0 ? { type: ["string", "null"], enum: [...operations, null] } : { type: "null" },
    figure: orNull("string"),
    hedge: { type: "string", enum: [...HEDGES] },
    percentile: orNull("number"),
    about: { type: ["string", "null"], enum: ["ordinary", "worst", null] },
    word: orNull("string"),
  })
  return object({ claims: { type: "array", items: one } })
}
