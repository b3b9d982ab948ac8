/** A script from gold files: what a careful person said about an answer is said again, wherever that answer is asked about. */
import { readFile } from "node:fs/promises"
import { dirname, join, resolve, sep } from "node:path"
import type { z } from "zod"
import { readFigure } from "../../../graders/judge/read-figure.ts"
import { type Gold, type GoldClaim, GoldSchema } from "../../../prompts/gold.ts"
import { type Criterion, RubricSchema } from "../../../prompts/question.ts"
import { readYaml } from "../../../prompts/read-yaml.ts"
import { type Asked, reply, type Said } from "./asked.ts"
import type { Script } from "./server.ts"

export interface KnownAnswer {
  answer: string
  gold: Gold
}

/** `answer.md` must stand beside each file, and the files in their question's folder. Throws an `Error` with a sentence about what cannot be read. */
export async function goldScript(files: string[]): Promise<Script> {
  const known = await Promise.all(files.map(readGold))
  const folders = [...new Set(files.map(questionFolder))]
  const rubrics = await Promise.all(folders.map((folder) => read(join(folder, "rubric.yaml"), RubricSchema)))
  return sayGold(
    known,
    rubrics.flatMap(({ criteria }) => criteria),
  )
}

/** An answer that none of the gold is about meets nothing. */
export function sayGold(known: KnownAnswer[], criteria: Criterion[]): Script {
  const byAnswer = new Map(known.map(({ answer, gold }) => [bare(answer), gold]))
  const ids = new Map(criteria.flatMap((one) => (one.kind === "written" ? [[one.statement, one.id]] : [])))
  return { say: (asked) => sayOne(asked, byAnswer.get(bare(asked.answer)), ids) }
}

function sayOne(asked: Asked, gold: Gold | undefined, ids: Map<string, string>): unknown {
  const say = (statement: string): Said => {
    const said = gold?.written[ids.get(statement) ?? ""]
    if (!said) return { reason: "The gold says nothing of it.", quote: "", verdict: "not met" }
    return { reason: said.because, quote: said.verdict === "met" ? said.quote : "", verdict: said.verdict }
  }
  return reply(asked, say, gold?.claims.map(asExtracted) ?? [])
}

/** A model copies the figure from the quote, with its unit; the gold's numbers are what comes of it. */
function asExtracted(claim: GoldClaim): object {
  const { kind, operation, quote, hedge, about, word, low } = claim
  const figure = low === null ? null : (shortestFigure(claim) ?? quote)
  return { quote, kind, operation, figure, hedge, percentile: null, about, word }
}

/** The fewest words of a claim's quote that read as its numbers; null where no run of them does. */
export function shortestFigure({ quote, kind, low, high }: GoldClaim): string | null {
  const spaced = !/\p{sc=Han}/u.test(quote)
  const words = spaced ? quote.split(/\s+/) : [...quote]
  for (let count = 1; count <= words.length; count++)
    for (let from = 0; from + count <= words.length; from++) {
      const text = words.slice(from, from + count).join(spaced ? " " : "")
      const read = quote.includes(text) ? readFigure(text, kind) : null
      if (read && isNear(read.low, low!) && isNear(read.high, high!)) return text
    }
  return null
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b)

/** The letters and digits alone: what the way to the model may change of an answer is not among them. */
const bare = (text: string) => text.normalize("NFKC").replaceAll(/[^\p{L}\p{N}]/gu, "")

const readGold = async (file: string): Promise<KnownAnswer> => ({
  gold: await read(file, GoldSchema),
  answer: await readFile(join(dirname(file), "answer.md"), "utf8"),
})

function questionFolder(file: string): string {
  const parts = resolve(file).split(sep)
  const questions = parts.lastIndexOf("questions")
  if (questions < 0) throw new Error(`${file} does not lie in a question's folder, so there is no rubric for it.`)
  return parts.slice(0, questions + 2).join(sep)
}

async function read<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> {
  const read = readYaml(await readFile(file, "utf8"), schema)
  if (read.ok) return read.value as z.infer<T>
  throw new Error(`${file}${read.problem.line ? `, line ${read.problem.line}` : ""}: ${read.problem.message}`)
}
