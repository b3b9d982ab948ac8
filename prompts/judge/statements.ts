/**
 * A rubric for answers that are only read: the written criteria of a rubric of ours, or a plain list of statements with points. Opens no files; what
 * is wrong with one comes back as sentences with lines.
 */
import { createHash } from "node:crypto"
import { isSeq, parseDocument } from "yaml"
import { z } from "zod"
import { RubricSchema } from "../question.ts"
import { readYaml, type YamlProblem } from "../read-yaml.ts"
import type { Statement } from "./render.ts"

const StatementSchema = z.strictObject({
  points: z.number().positive(),
  statement: z.string().min(1),
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, "use lower case letters, digits and dashes")
    .optional(),
  title: z.string().optional(),
  counts: z.string().default(""),
  doesNotCount: z.string().default(""),
  examples: z.strictObject({ met: z.string(), notMet: z.string() }).default({ met: "", notMet: "" }),
  /** The statement says that something is not in the answer. */
  absence: z.boolean().default(false),
})
const StatementsSchema = z.array(StatementSchema).min(1)

export interface Statements {
  criteria: Statement[]
  /** sha256 over what is asked and what it is worth; layout and comments leave it as it is. */
  hash: string
  /** Criteria of other kinds: they need a run, and are left out. */
  leftOut: string[]
}

export function readStatements(text: string): { ok: true; value: Statements } | { ok: false; problem: YamlProblem } {
  const plain = isSeq(parseDocument(text, { prettyErrors: false }).contents)
  if (plain) {
    const read = readYaml(text, StatementsSchema)
    return read.ok ? checked(read.value.map(asCriterion), []) : read
  }
  const read = readYaml(text, RubricSchema)
  if (!read.ok) return read
  const written = read.value.criteria.filter((criterion) => criterion.kind === "written")
  const others = read.value.criteria.filter((criterion) => criterion.kind !== "written")
  return checked(
    written,
    others.map(({ id }) => id),
  )
}

function checked(criteria: Statement[], leftOut: string[]): ReturnType<typeof readStatements> {
  if (criteria.length === 0)
    return { ok: false, problem: { message: "it has no written criterion, so there is nothing to read an answer for" } }
  const ids = criteria.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice) return { ok: false, problem: { message: `"${twice}" is used twice` } }
  const hash = createHash("sha256").update(JSON.stringify(criteria)).digest("hex")
  return { ok: true, value: { criteria, hash, leftOut } }
}

function asCriterion(item: z.infer<typeof StatementSchema>, index: number): Statement {
  const { id, title, statement, ...rest } = item
  return {
    ...rest,
    id: id ?? `statement-${index + 1}`,
    title: title ?? statement,
    kind: "written",
    statement,
    contradictedBy: [],
  }
}
