/**
 * What a careful person says about an answer, by hand: `gold.yaml` beside an `answer.md`. A judge of prose is measured against it (`bench judge`), and
 * scripted with it in tests; nothing that grades reads it. Holds no points and judges nothing.
 */
import { readdir, readFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { z } from "zod"
import { type LoadedQuestion, QuestionFault } from "./load-question.ts"
import { readYaml } from "./read-yaml.ts"

const because = z.string().min(1)

const GoldVerdictSchema = z.discriminatedUnion("verdict", [
  z.strictObject({
    verdict: z.literal("met"),
    /** Word for word as it stands in the answer. */
    quote: z.string().min(1),
    because,
    /** Where another careful person may say otherwise, why. */
    doubt: z.string().optional(),
  }),
  z.strictObject({ verdict: z.literal("not met"), because, doubt: z.string().optional() }),
])

/** An assertion in one of the rubric's claim slots, as a careful reader takes it; fields as those of a judgement's assertions. */
const GoldClaimSchema = z.strictObject({
  kind: z.enum([
    "partitions-per-read",
    "rows-per-read",
    "largest-partition",
    "round-trips",
    "growth-class",
    "writes-per-call",
  ]),
  operation: z.string().nullable(),
  quote: z.string().min(1),
  hedge: z.enum(["exactly", "about", "at most", "at least"]).default("exactly"),
  /** In `unit`; null: no number is written there. */
  low: z.number().nullable().default(null),
  high: z.number().nullable().default(null),
  unit: z.enum(["bytes", "rows", "partitions", "round trips", "writes", "items", "power", "none"]),
  about: z.enum(["ordinary", "worst"]).nullable().default(null),
  word: z.enum(["constant", "logarithmic", "linear", "quadratic", "bounded", "unbounded"]).nullable().default(null),
})
export type GoldClaim = z.infer<typeof GoldClaimSchema>

export const GoldSchema = z.strictObject({
  /** By written criterion. */
  written: z.record(z.string(), GoldVerdictSchema),
  /** What is asserted in the claim slots; nothing else that an answer asserts. */
  claims: z.array(GoldClaimSchema),
})
export type Gold = z.infer<typeof GoldSchema>

export interface GoldAnswer {
  /** `references/cassandra/strong`, `answers/keyword-soup`: its folder in the question's. */
  name: string
  answer: string
  gold: Gold
}

/** Every answer of a question that has a gold file, sorted by name. Throws `QuestionFault` where one is malformed. */
export async function readGoldAnswers({ folder }: LoadedQuestion): Promise<GoldAnswer[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith("/gold.yaml")).sort()
  return Promise.all(
    files.map(async (file) => {
      const read = readYaml(await readFile(join(folder, file), "utf8"), GoldSchema)
      if (!read.ok) {
        const { message, line } = read.problem
        const shown = relative(join(folder, "../../.."), join(folder, file))
        throw new QuestionFault(`${shown}${line ? `, line ${line}` : ""}: ${message}`)
      }
      const name = dirname(file)
      return { name, answer: await readFile(join(folder, name, "answer.md"), "utf8"), gold: read.value }
    }),
  )
}
