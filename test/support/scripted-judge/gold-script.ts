/** A script from gold files: what a careful person said about an answer is said again, wherever that answer is asked about. */
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Gold, GoldSchema } from "../../../prompts/gold.ts"
import { readYaml } from "../../../prompts/read-yaml.ts"
import { type Asked, reply } from "./asked.ts"
import type { Script } from "./server.ts"

interface GoldAnswer {
  answer: string
  gold: Gold
}

/** `answer.md` must stand beside each file. Throws an `Error` with a sentence about the file that cannot be read. */
export async function goldScript(files: string[]): Promise<Script> {
  return sayGold(await Promise.all(files.map(readGold)))
}

/** An answer that none of the gold is about meets nothing. */
export function sayGold(known: GoldAnswer[]): Script {
  const byAnswer = new Map(known.map(({ answer, gold }) => [bare(answer), gold]))
  return { say: (asked) => sayOne(asked, byAnswer.get(bare(asked.answer))) }
}

function sayOne(asked: Asked, gold: Gold | undefined): unknown {
  return reply(
    asked,
    ({ id }) => {
      const said = gold?.written[id]
      if (!said) return { reason: "The gold says nothing of it.", quote: "", verdict: "not met" }
      return { reason: said.because, quote: said.verdict === "met" ? said.quote : "", verdict: said.verdict }
    },
    gold?.claims ?? [],
  )
}

/** The letters and digits alone: what the way to the model may change of an answer is not among them. */
const bare = (text: string) => text.normalize("NFKC").replaceAll(/[^\p{L}\p{N}]/gu, "")

async function readGold(file: string): Promise<GoldAnswer> {
  const read = readYaml(await readFile(file, "utf8"), GoldSchema)
  if (!read.ok) throw new Error(`${file}${read.problem.line ? `, line ${read.problem.line}` : ""}: ${read.problem.message}`)
  return { answer: await readFile(join(dirname(file), "answer.md"), "utf8"), gold: read.value }
}
