/**
 * The file that marks are appended to, one whole line at a time. What a killed process left of its last line is cut off; nothing that we did not
 * write is ever cut or written over. A line lost with the machine's power costs nothing: the calls that it was made from are stored on their own.
 */
import { createHash } from "node:crypto"
import { appendFile, open, readFile, rename, truncate } from "node:fs/promises"
import { basename, dirname, resolve } from "node:path"
import { MARKED_FORMAT, type MarkedAnswer, MarkedAnswerSchema } from "../../graders/agreement/marks.ts"
import { hold } from "../../sandboxes/docker/locks.ts"
import { reasonOf } from "../json-lines.ts"
import { Refusal } from "../refusal.ts"

export interface MarksFile {
  /** What an earlier run has marked, by id. */
  marked: ReadonlyMap<string, MarkedAnswer>
  /** To be called before the first append: takes out these marks, and fails where the file cannot be written, before anything is paid for. */
  begin(without: ReadonlySet<string>): Promise<void>
  append(mark: MarkedAnswer): Promise<void>
  close(): Promise<void>
}

const BEGINNING = `{"format":"${MARKED_FORMAT}",`

/** Refuses a file that somebody else is writing to, or that holds something else. Until `begin` it is as it was, but for a torn last line. */
export async function openMarksFile(file: string): Promise<MarksFile> {
  const name = createHash("sha256").update(resolve(file)).digest("hex").slice(0, 32)
  const release = await hold(`marks/${name}`)
  if (!release) throw new Refusal(`Another process is writing marks to ${file}. Wait for it, or give another --out.`)
  const marks = await readMarks(file).catch(async (error) => {
    await release()
    throw error
  })
  // One after the other: two appends at a time could be cut into each other.
  let last: Promise<void> = Promise.resolve()
  return {
    marked: new Map(marks.map((mark) => [mark.id, mark])),
    async begin(without) {
      try {
        const kept = marks.filter(({ id }) => !without.has(id))
        if (kept.length < marks.length) await replace(file, kept)
        else await appendFile(file, "")
      } catch (error) {
        throw new Refusal(`${file} cannot be written: ${reasonOf(error as Error)}.`)
      }
    },
    append(mark) {
      last = last.then(() => appendFile(file, lineOf(mark)))
      return last
    },
    close: () => last.catch(() => {}).then(release),
  }
}

const lineOf = (mark: MarkedAnswer) => `${JSON.stringify(mark)}\n`

/** The marks of a file; a torn last line is taken out of it. */
async function readMarks(file: string): Promise<MarkedAnswer[]> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0)
    throw new Refusal(`${file} cannot be read: ${reasonOf(error)}.`)
  })
  const end = bytes.lastIndexOf("\n") + 1
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1)
  const marks = lines.map((line, index) => parseMark(line, file, index + 1))
  const seen = new Set<string>()
  for (const [index, { id }] of marks.entries()) {
    if (seen.has(id)) throw new Refusal(`${file}, line ${index + 1}: the answer "${id}" is marked twice. Take one out.`)
    seen.add(id)
  }
  if (end < bytes.length) {
    const rest = bytes.subarray(end).toString("utf8")
    if (!rest.startsWith(BEGINNING) && !BEGINNING.startsWith(rest)) throw notOurs(file, lines.length + 1)
    await truncate(file, end)
  }
  return marks
}

function parseMark(line: string, file: string, number: number): MarkedAnswer {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw notOurs(file, number)
  }
  const parsed = MarkedAnswerSchema.safeParse(value)
  if (!parsed.success) throw notOurs(file, number)
  return parsed.data
}

const notOurs = (file: string, line: number) =>
  new Refusal(
    `${file}, line ${line}: this is no mark of this version of ./proofrun judge, so nothing is added to the file. Give another --out.`,
  )

/** As a whole or not at all. */
async function replace(file: string, marks: MarkedAnswer[]): Promise<void> {
  const beside = resolve(dirname(file), `.${basename(file)}.${process.pid}.tmp`)
  const handle = await open(beside, "w")
  try {
    await handle.writeFile(marks.map(lineOf).join(""))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
}
