/** Reads question folders from disk and checks their form. A malformed folder is its author's mistake: thrown as a sentence that names file and line. */
import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { z } from "zod"
import { type Expected, ExpectedSchema, type Question, QuestionSchema, type Rubric, RubricSchema } from "./question.ts"
import { readYaml } from "./read-yaml.ts"
import type { MakeWorkload } from "./workload.ts"

const PROMPTS = fileURLToPath(new URL(".", import.meta.url))
/** Where the questions are: one folder each, named by its id. */
export const QUESTIONS_FOLDER = join(PROMPTS, "questions")
/** Files beside a question that its workload's data depend on. */
const SHARED_BY_WORKLOADS = ["seeded.ts"]

/** A question's folder is not of the form that it must have, or there is none. */
export class QuestionFault extends Error {}

export interface LoadedQuestion {
  /** Absolute path. */
  folder: string
  question: Question
  rubric: Rubric
  rubricHash: string
  /** What the candidate reads, Markdown. */
  statement: string
  /** Module name (`proofrun/QUESTION`) -> its TypeScript declarations. */
  types: Record<string, string>
  /** sha256, hex, over every file that the seeded data and the calls come from. */
  workloadHash: string
  /** Engines that have a starter. */
  starters: string[]
  /** Names of the references per engine. */
  references: Record<string, string[]>
}

/** Ids of the questions there are, sorted. */
export async function listQuestions(folder: string = QUESTIONS_FOLDER): Promise<string[]> {
  return subfolders(folder)
}

/** Throws `QuestionFault` where there is no such question or its folder is malformed. */
export async function readQuestion(id: string, within: string = QUESTIONS_FOLDER): Promise<LoadedQuestion> {
  const known = await listQuestions(within)
  if (!known.includes(id))
    throw new QuestionFault(`There is no question "${id}". The questions are: ${known.join(", ")}.`)
  const folder = join(within, id)
  const [question, rubric, statement, declarations, workloadHash, starters, engines] = await Promise.all([
    readBySchema(join(folder, "question.yaml"), QuestionSchema),
    readBySchema(join(folder, "rubric.yaml"), RubricSchema),
    readText(join(folder, "statement.md")),
    readText(join(folder, "types.d.ts")),
    hashWorkload(folder),
    subfolders(join(folder, "starters")),
    subfolders(join(folder, "references")),
  ])
  const references = Object.fromEntries(
    await Promise.all(
      engines.map(async (engine) => [engine, await subfolders(join(folder, "references", engine))] as const),
    ),
  )
  checkNames(folder, id, question, rubric, references)
  return {
    folder,
    question,
    rubric,
    rubricHash: hashRubric(rubric),
    statement,
    types: { [`proofrun/${id}`]: declarations },
    workloadHash,
    starters,
    references,
  }
}

/** The question's workload: its code is imported. */
export async function importWorkload({ folder }: LoadedQuestion): Promise<MakeWorkload> {
  const file = join(folder, "workload.ts")
  const module: { default?: unknown } = await import(pathToFileURL(file).href)
  if (typeof module.default !== "function")
    throw new QuestionFault(`${shown(file)} has no function as its default export.`)
  return module.default as MakeWorkload
}

/** What a reference promises. */
export async function readExpected({ folder }: LoadedQuestion, engine: string, reference: string): Promise<Expected> {
  return readExpectedIn(join(folder, "references", engine, reference))
}

/** What the submission in this folder is expected to get. */
export async function readExpectedIn(folder: string): Promise<Expected> {
  return readBySchema(join(folder, "expected.yaml"), ExpectedSchema)
}

/** A rubric from a file of its own, as `regrade` takes one. `file` is only named in errors. */
export function parseRubric(text: string, file: string): Rubric {
  return parseBySchema(text, file, RubricSchema)
}

/** sha256 over what a rubric says; layout and comments of its file leave it as it is. */
export function hashRubric(rubric: Rubric): string {
  return createHash("sha256").update(JSON.stringify(rubric)).digest("hex")
}

async function hashWorkload(folder: string): Promise<string> {
  const own = (await readdir(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).sort()
  if (!own.includes("workload.ts")) throw missing(join(folder, "workload.ts"))
  const hash = createHash("sha256")
  for (const file of [
    ...own.map((name) => join(folder, name)),
    ...SHARED_BY_WORKLOADS.map((name) => join(PROMPTS, name)),
  ]) {
    const content = await readFile(file)
    hash.update(`${file.split("/").at(-1)} ${content.length}\n`).update(content)
  }
  return hash.digest("hex")
}

/** Names in one file that another file must know. */
function checkNames(
  folder: string,
  id: string,
  question: Question,
  rubric: Rubric,
  references: Record<string, string[]>,
): void {
  const inQuestion = join(folder, "question.yaml")
  const inRubric = join(folder, "rubric.yaml")
  const expect = (file: string, what: string, name: string, known: string[]) => {
    if (known.includes(name)) return
    throw new QuestionFault(
      `${shown(file)}: ${what} is "${name}", which is none of: ${known.join(", ") || "(there are none)"}.`,
    )
  }
  const operations = question.operations.map(({ name }) => name)
  const axes = question.axes.map((axis) => axis.id)
  expect(inQuestion, "`id`", question.id, [id])
  expect(inQuestion, "`position.operation`", question.position.operation, operations)
  for (const { id: axis, callsOf } of question.axes)
    if (callsOf) expect(inQuestion, `\`callsOf\` of axis "${axis}"`, callsOf, operations)
  for (const name of question.trade ? [question.trade.write, question.trade.read] : [])
    expect(inQuestion, "an operation of `trade`", name, operations)
  for (const phase of question.phases)
    for (const name of [phase.operation, phase.watch])
      expect(inQuestion, `an operation of phase "${phase.id}"`, name, operations)
  const namesReference = (file: string, what: string, byEngine: Record<string, string>) => {
    for (const [engine, name] of Object.entries(byEngine)) {
      expect(file, `an engine under \`${what}\``, engine, question.engines)
      expect(file, `\`${what}.${engine}\``, name, references[engine] ?? [])
    }
  }
  namesReference(inQuestion, "position.anchor", question.position.anchor)
  namesReference(inQuestion, "weak", question.weak)
  for (const criterion of rubric.criteria) {
    const what = `criterion "${criterion.id}"`
    for (const { axis, weak } of criterion.kind === "growth" ? [criterion, ...(criterion.alsoAlong ?? [])] : []) {
      expect(inRubric, `an axis of ${what}`, axis, axes)
      if (weak) namesReference(inRubric, `weak of ${what}`, weak)
    }
    if ((criterion.kind === "growth" || criterion.kind === "claim") && criterion.operation)
      expect(inRubric, `\`operation\` of ${what}`, criterion.operation, operations)
    if (criterion.kind === "growth") checkCallAxis(inRubric, what, question, criterion)
  }
}

/** Along an axis that varies from call to call there is nothing to be told but what those calls cost. */
function checkCallAxis(
  file: string,
  what: string,
  { axes }: Question,
  criterion: { axis: string; measure: string; operation?: string | undefined },
): void {
  const callsOf = axes.find(({ id }) => id === criterion.axis)?.callsOf
  if (!callsOf || (criterion.operation === callsOf && criterion.measure !== "largest-partition-bytes")) return
  throw new QuestionFault(
    `${shown(file)}: the axis of ${what} varies with the calls of "${callsOf}", so its operation must be "${callsOf}" and its measure a count or the cost of these calls.`,
  )
}

async function readBySchema<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return parseBySchema(await readText(file), file, schema)
}

function parseBySchema<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const read = readYaml(text, schema)
  if (read.ok) return read.value
  const { message, line } = read.problem
  throw new QuestionFault(`${shown(file)}${line ? `, line ${line}` : ""}: ${message}`)
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw missing(file)
    throw error
  }
}

const missing = (file: string) => new QuestionFault(`${shown(file)} is missing.`)

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw error
  }
}

/** A path as a person knows it: from the project's folder, where it lies in it. */
function shown(file: string): string {
  const fromProject = relative(join(PROMPTS, ".."), file)
  return fromProject.startsWith("..") ? file : fromProject
}
