/** Reads the instructions to the judge of prose and the price list: data files beside this one. */
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { z } from "zod"
import { QuestionFault } from "../load-question.ts"
import { readYaml } from "../read-yaml.ts"

/** Counted up with every change of an instruction or of how a prompt is put together: reports say which one they were made with. */
const VERSION = 2

export interface JudgePrompts {
  version: number
  /** sha256, hex, over version and instructions. */
  hash: string
  /** Instructions for statements about an answer, and for what it asserts. */
  written: string
  claims: string
}

const PriceSchema = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() })
const PricesSchema = z.strictObject({
  version: z.number().int(),
  /** What a model that is not listed is taken to cost where a limit must be held. */
  unknown: PriceSchema,
  models: z.record(z.string(), PriceSchema),
})
/** US dollars per million tokens. */
export type Price = z.infer<typeof PriceSchema>
export type Prices = z.infer<typeof PricesSchema>

const beside = (name: string) => readFile(new URL(name, import.meta.url), "utf8")

export async function readJudgePrompts(): Promise<JudgePrompts> {
  const [written, claims] = await Promise.all([beside("written.md"), beside("claims.md")])
  const hash = createHash("sha256")
    .update(JSON.stringify([VERSION, written, claims]))
    .digest("hex")
  return { version: VERSION, hash, written, claims }
}

/** Throws `QuestionFault` where the price list is malformed. */
export async function readPrices(): Promise<Prices> {
  const read = readYaml(await beside("prices.yaml"), PricesSchema)
  if (!read.ok) throw new QuestionFault(`prompts/judge/prices.yaml, line ${read.problem.line}: ${read.problem.message}`)
  return read.value
}

/** The price of the listed model whose name this one begins with, the longest such; null where there is none. */
export function priceOf(model: string, prices: Prices): Price | null {
  const [name] = Object.keys(prices.models)
    .filter((listed) => model.startsWith(listed))
    .sort((a, b) => b.length - a.length)
  return name === undefined ? null : prices.models[name]
}
