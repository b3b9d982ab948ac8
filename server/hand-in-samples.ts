/** Hands the samples in that lie in the questions' folders, each once for an installation and again when question or rubric have changed. */
import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { listQuestions, readQuestion } from "../prompts/load-question.ts"
import { readSubmission } from "../sandboxes/read-submission.ts"
import type { Database } from "./store/database.ts"
import { readQuestionRow } from "./store/questions.ts"
import { samplePerson } from "./store/samples.ts"
import { createSubmission, hashOf } from "./store/submissions.ts"

export async function handInSamples(db: Database): Promise<void> {
  const by = await samplePerson(db)
  for (const id of await listQuestions()) {
    const { folder, workloadHash } = await readQuestion(id)
    const row = await readQuestionRow(db, id)
    if (!row || row.interviewOnly) continue
    for (const sample of await foldersOf(join(folder, "samples"))) {
      const read = await readSubmission(sample)
      if (!read.ok) throw new Error(`${sample} cannot be read: ${read.rejected.message}`)
      await createSubmission(db, {
        person: by,
        content: read.submission,
        quick: false,
        sitting: null,
        idempotencyKey: `sample ${hashOf([sample.slice(folder.length), read.submission, workloadHash, row.rubric])}`,
        rubric: row.rubric,
        workloadHash,
        last: true,
      })
    }
  }
}

/** ENGINE/NAME below it, sorted: they are handed in in that order. */
async function foldersOf(samples: string): Promise<string[]> {
  if (!existsSync(samples)) return []
  const engines = (await readdir(samples)).sort()
  const named = await Promise.all(
    engines.map(async (engine) =>
      (await readdir(join(samples, engine))).sort().map((name) => join(samples, engine, name)),
    ),
  )
  return named.flat()
}
