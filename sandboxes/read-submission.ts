/** Reads a candidate's folder into a submission. What is wrong with it comes back as a rejection; code in it is never run here. */
import { constants, type Dirent } from "node:fs"
import { access, open, readdir, realpath, stat } from "node:fs/promises"
import { basename, extname, join, relative, sep } from "node:path"
import { z } from "zod"
import { type LoadedQuestion, listQuestions, QUESTIONS_FOLDER, readQuestion } from "../prompts/load-question.ts"
import { readYaml } from "../prompts/read-yaml.ts"
import type { Rejection } from "./evidence.ts"
import { SUBMISSION_LIMITS, type Submission, SubmissionSchema } from "./submission.ts"

const ABOUT = "submission.yaml"
const ENTRIES = ["access.ts", "access.js", "access.mjs"]
const CODE = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"]
/** Files of a candidate's own tools; nothing in them is needed to run a submission. */
const NOT_CODE = ["package.json", "package-lock.json", "tsconfig.json", "biome.json"]
const MOST_ENTRIES = 2000
const DEEPEST = 8

const AboutSchema = z.strictObject({
  question: SubmissionSchema.shape.question,
  engine: SubmissionSchema.shape.engine,
  displayName: SubmissionSchema.shape.displayName,
})

export type ReadSubmission =
  | { ok: true; submission: Submission }
  /** `readable`: what can be read of it, its answer above all; null where not even its question is known. */
  | { ok: false; rejected: Rejection; readable: Submission | null }

/** Thrown inside this file only, and returned at its edge. */
class Unreadable extends Error {
  readonly rejected: Rejection
  constructor(rejected: Omit<Rejection, "stage">) {
    super(rejected.message)
    this.rejected = { stage: "submission", ...rejected }
  }
}

/** `questions` is the folder that holds the questions. Throws only what is our fault: a malformed question, a disk that does not answer. */
export async function readSubmission(folder: string, questions: string = QUESTIONS_FOLDER): Promise<ReadSubmission> {
  try {
    return { ok: true, submission: await read(folder, questions) }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { ok: false, rejected: error.rejected, readable: await readableOf(folder, questions).catch(() => null) }
  }
}

async function read(folder: string, questions: string): Promise<Submission> {
  const root = await rootOf(folder)
  const about = readYaml(await textOf(root, ABOUT, 64 * 1024), AboutSchema)
  if (!about.ok) {
    const { message, line } = about.problem
    throw new Unreadable({ message: `${ABOUT} cannot be read: ${message}`, file: ABOUT, ...(line ? { line } : {}) })
  }
  const { question: id, engine, displayName } = about.value
  const question = await knownQuestion(id, engine, questions)
  const files = await codeOf(root)
  const answer = await textOf(root, "answer.md", SUBMISSION_LIMITS.answerBytes)
  return {
    question: id,
    engine,
    ...(displayName === undefined ? {} : { displayName }),
    ...(await described(root, question, engine)),
    files,
    answer,
  }
}

async function readableOf(folder: string, questions: string): Promise<Submission | null> {
  const root = await rootOf(folder)
  const about = readYaml(await textOf(root, ABOUT, 64 * 1024), AboutSchema)
  if (!about.ok) return null
  const { question, engine, displayName } = about.value
  await knownQuestion(question, engine, questions)
  const answer = await textOf(root, "answer.md", SUBMISSION_LIMITS.answerBytes).catch(() => "")
  return { question, engine, ...(displayName === undefined ? {} : { displayName }), files: {}, answer }
}

async function rootOf(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null)
  if (!found) throw new Unreadable({ message: `There is no folder ${folder}. Give the folder that holds ${ABOUT}.` })
  if (!found.isDirectory())
    throw new Unreadable({ message: `${folder} is not a folder. Give the folder that holds ${ABOUT}.` })
  return realpath(folder)
}

async function knownQuestion(id: string, engine: string, questions: string): Promise<LoadedQuestion> {
  const known = await listQuestions(questions)
  if (!known.includes(id))
    throw new Unreadable({
      message: `There is no question "${id}". The questions are: ${known.join(", ")}.`,
      file: ABOUT,
    })
  const question = await readQuestion(id, questions)
  const { engines } = question.question
  if (!engines.includes(engine))
    throw new Unreadable({
      message: `The question "${id}" cannot be answered with the engine "${engine}". It can be with: ${engines.join(", ")}.`,
      file: ABOUT,
    })
  return question
}

/** A submission describes its data as the engine's starter does: schema.cql for an engine with a schema, keys.md for one without. */
async function described(
  root: string,
  question: LoadedQuestion,
  engine: string,
): Promise<Pick<Submission, "schema" | "keys">> {
  const texts = await Promise.all(
    ["schema.cql", "keys.md"].map(async (name) => {
      const needed = await exists(join(question.folder, "starters", engine, name))
      return needed || (await exists(join(root, name))) ? textOf(root, name, SUBMISSION_LIMITS.schemaBytes) : undefined
    }),
  )
  const [schema, keys] = texts
  return { ...(schema === undefined ? {} : { schema }), ...(keys === undefined ? {} : { keys }) }
}

async function codeOf(root: string): Promise<Record<string, string>> {
  const paths = (await walk(root)).filter(
    (path) => CODE.includes(extname(path)) && !NOT_CODE.includes(basename(path)) && !path.endsWith(".d.ts"),
  )
  if (!paths.some((path) => ENTRIES.includes(path)))
    throw new Unreadable({
      message: `access.ts is missing (access.js or access.mjs would do): it holds the operations.`,
    })
  if (paths.length > SUBMISSION_LIMITS.files)
    throw new Unreadable({
      message: `The folder holds ${paths.length} code files; at most ${SUBMISSION_LIMITS.files} are accepted.`,
    })
  const files: Record<string, string> = {}
  let left = SUBMISSION_LIMITS.codeBytes
  for (const path of paths) {
    const text = await textOf(root, path, left, `the code may have ${bytes(SUBMISSION_LIMITS.codeBytes)} in all`)
    left -= Buffer.byteLength(text)
    files[path] = text
  }
  return files
}

/** Paths of all files below the folder, sorted; hidden ones and installed packages are left out. */
async function walk(root: string): Promise<string[]> {
  const found: string[] = []
  let entriesSeen = 0
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true })
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue
      if (++entriesSeen > MOST_ENTRIES)
        throw new Unreadable({
          message: `The folder holds more than ${MOST_ENTRIES} files. Give the submission's own folder.`,
        })
      const path = join(folder, entry.name)
      if (!entry.isDirectory()) found.push(relative(root, path).split(sep).join("/"))
      else if (depth < DEEPEST) await visit(path, depth + 1)
    }
  }
  await visit(root, 0)
  return found.sort()
}

/** A file's text, if it is UTF-8, no longer than `most` bytes, and inside the folder also where a link leads. */
async function textOf(root: string, name: string, most: number, limit?: string): Promise<string> {
  const reject = (message: string) => new Unreadable({ message, file: name })
  const path = await realpath(join(root, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new Unreadable({ message: `${name} is missing.` })
    if (error.code === "ELOOP") throw reject(`${name} is a link that leads back to itself.`)
    throw error
  })
  if (!path.startsWith(root + sep)) throw reject(`${name} is a link to a place outside the submission's folder.`)
  // Non-blocking, or the opening of a named pipe would wait for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EACCES") throw reject(`${name} may not be read: check its permissions.`)
      if (error.code === "ENXIO") throw reject(`${name} is not an ordinary file.`)
      throw error
    },
  )
  try {
    const facts = await file.stat()
    if (!facts.isFile()) throw reject(`${name} is not an ordinary file.`)
    if (facts.size > most)
      throw reject(
        `${name} is too large: it has ${bytes(facts.size)}; ${limit ?? `at most ${bytes(most)} are accepted`}.`,
      )
    const content = await file.readFile()
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(content)
    } catch {
      throw reject(`${name} is not UTF-8 text. Save it as UTF-8.`)
    }
  } finally {
    await file.close()
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

const bytes = (n: number) =>
  n < 1024 ? `${n} bytes` : `${(n / 1024).toLocaleString("en", { maximumFractionDigits: 0 })} KiB`
