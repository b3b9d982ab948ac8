/** A person's marks at the edge: read from a file or from options, and refused where they are about nothing in the report. */
import { z } from "zod"
import { type Mark, MarkSchema } from "../graders/judge/judgement.ts"
import type { Report } from "../graders/report.ts"
import { readYaml } from "../prompts/read-yaml.ts"
import { Refusal } from "./refusal.ts"

/** As a person writes it: without the time, which is now. */
const GivenSchema = MarkSchema.extend({
  quote: MarkSchema.shape.quote.default(null),
  at: MarkSchema.shape.at.optional(),
})
export type GivenMark = z.infer<typeof GivenSchema>

/** One mark, or a list of them. */
const FileSchema = z.preprocess((value) => [value].flat(), z.array(GivenSchema).min(1))

/** Marks from a YAML file, one or a list. Throws a `Refusal` that names the file and what is wrong. */
export function readMark(text: string, file: string, report: Report): Mark[] {
  const read = readYaml(text, FileSchema)
  if (!read.ok) {
    const { message, line } = read.problem
    throw new Refusal(
      `${file}${line ? `, line ${line}` : ""}: ${message}. A mark has criterion, verdict (met or not met), quote (or null), reason and by.`,
    )
  }
  return read.value.map((mark) => checked(mark, report))
}

/** The mark, with the time, where it is about a written part of this report. */
export function checked(given: GivenMark, { scores, submission }: Report): Mark {
  const score = scores.find(({ criterion }) => criterion === given.criterion)
  if (!score) {
    const known = scores.filter(({ kind }) => kind === "written" || kind === "claim").map(({ criterion }) => criterion)
    throw new Refusal(`The report has no criterion "${given.criterion}". To be marked are: ${known.join(", ")}.`)
  }
  if (score.kind !== "written" && score.kind !== "claim")
    throw new Refusal(`"${given.criterion}" is measured, and a measured score is not marked by hand.`)
  if (given.quote !== null && !squeezed(submission.answer).includes(squeezed(given.quote)))
    throw new Refusal(`The answer does not contain the quote "${given.quote}". Quote it word for word.`)
  return { ...given, at: given.at ?? new Date().toISOString() }
}

/** Line breaks within a quote are where the answer happened to break its lines. */
const squeezed = (text: string) => text.replace(/\s+/g, " ").trim()
