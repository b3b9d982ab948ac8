/** A hundred clean answers with stretches that a careful model would quote, some as models do: white space, quotation marks and dashes their own way. */
import { type Seeded, seeded } from "../../../../prompts/seeded.ts"
import { PIECES, type Piece } from "./pieces.ts"

export interface CleanAnswer {
  name: string
  answer: string
  quotes: string[]
}

/** Each piece alone, then pieces by threes, seeded: the same hundred in every run. */
export function cleanAnswers(howMany: number): CleanAnswer[] {
  const lots = seeded(Buffer.from("clean answers"))
  const alone = PIECES.map((piece) => clean([piece], lots))
  const together = Array.from({ length: Math.max(0, howMany - alone.length) }, (_, index) =>
    clean(
      [0, 1, 2].map((place) => PIECES[lots.integer(PIECES.length, "piece", index, place)]),
      lots,
    ),
  )
  return [...alone, ...together].slice(0, howMany)
}

function clean(pieces: Piece[], lots: Seeded): CleanAnswer {
  const answer = pieces.map(({ text }) => text).join("\n\n")
  const quotes = pieces.flatMap(({ text }) => stretches(text).map((stretch) => asQuoted(stretch, lots)))
  return { name: pieces.map(({ name }) => name).join(" + "), answer, quotes }
}

/** Sentences and lines that are long enough to mean something. */
function stretches(text: string): string[] {
  return text
    .split(/(?<=[.!?;])\s+|\r?\n|(?<=[。；])/u)
    .map((stretch) => stretch.trim())
    .filter((stretch) => stretch.length >= 12 && !/^[`|\-\s]+$/.test(stretch))
}

/** As models give back what they read. */
const HABITS: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll(/[“”„]/g, '"').replaceAll(/[‘’]/g, "'"),
  (text) => text.replaceAll(/[–—‑]/g, "-"),
  (text) => text.replaceAll(/\s+/g, " "),
  (text) => text.normalize("NFC"),
  (text) => text.replace(/[.;。]$/, ""),
  (text) => text.replaceAll("'", "’"),
]

const asQuoted = (text: string, lots: Seeded) => HABITS[lots.integer(HABITS.length, "habit", text)](text)
