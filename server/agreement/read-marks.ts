/** Reads the two files that are compared, and refuses what would make the comparison mean something else than it seems to. */
import { type HumanMark, HumanMarkSchema, type JudgeMark, JudgeMarkSchema } from "../../graders/agreement/marks.ts"
import { points } from "../../graders/figures.ts"
import { type Line, readJsonLines, refuseTwice } from "../json-lines.ts"
import { Refusal } from "../refusal.ts"

export async function readMarks(
  marksFile: string,
  humanFile: string,
): Promise<{ judged: JudgeMark[]; human: HumanMark[] }> {
  const judged = await readJsonLines(marksFile, JudgeMarkSchema, "an answer's mark, as ./proofrun judge writes it")
  refuseTwice(
    marksFile,
    judged,
    ({ id }) => id,
    ({ id }) => `the mark of "${id}"`,
  )
  const human = await readJsonLines(
    humanFile,
    HumanMarkSchema,
    'one person\'s mark of an answer: {"id": …, "by": "…", "points": …} or {"id": …, "by": "…", "criteria": {"…": "met"}}',
  )
  refuseTwice(
    humanFile,
    human,
    ({ id, by }) => JSON.stringify([id, by]),
    ({ id, by }) => `the mark of "${id}" by ${by}`,
  )
  const byId = new Map(judged.map(({ value }) => [value.id, value]))
  for (const line of human) checkAgainst(humanFile, line, byId.get(line.value.id))
  if (!human.some(({ value }) => byId.has(value.id)))
    throw new Refusal(
      `No answer stands in both files, so there is nothing to compare: ${marksFile} has ${someOf(judged)}, ${humanFile} has ${someOf(human)}.`,
    )
  return { judged: judged.map(({ value }) => value), human: human.map(({ value }) => value) }
}

function checkAgainst(file: string, { line, value }: Line<HumanMark>, judge: JudgeMark | undefined): void {
  if (!judge) return
  const most = judge.outOf ?? sumOf(judge)
  if (most !== null && value.points != null && value.points > most)
    throw new Refusal(
      `${file}, line ${line}: ${points(value.points)} points for "${value.id}", and the judge's marks are out of ${points(most)}. Both must be on one scale.`,
    )
  const known = new Map(judge.criteria.map(({ criterion, outOf }) => [criterion, outOf]))
  for (const [name, said] of Object.entries(value.criteria ?? {})) {
    if (!known.has(name))
      throw new Refusal(
        `${file}, line ${line}: "${name}" is no statement of the marks of "${value.id}". They have: ${[...known.keys()].join(", ") || "none"}.`,
      )
    if (typeof said === "number" && said !== 0 && said !== known.get(name))
      throw new Refusal(
        `${file}, line ${line}: "${name}" is met, ${points(known.get(name)!)} points, or not, 0; ${points(said)} is neither. How items with partial points become statements: prompts/judge/README.md.`,
      )
  }
}

const sumOf = ({ criteria }: JudgeMark) =>
  criteria.length > 0 ? criteria.reduce((sum, { outOf }) => sum + outOf, 0) : null

function someOf(lines: Line<{ id: string }>[]): string {
  const ids = [...new Set(lines.map(({ value }) => value.id))]
  return `${ids
    .slice(0, 3)
    .map((id) => `"${id}"`)
    .join(", ")}${ids.length > 3 ? ", …" : ""}`
}
