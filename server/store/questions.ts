/** Questions and the immutable versions of their rubrics, as loaded from `prompts/` and edited here. */
import { and, desc, eq, sql } from "drizzle-orm"
import { hashRubric, type LoadedQuestion, listQuestions, readQuestion } from "../../prompts/load-question.ts"
import type { Rubric } from "../../prompts/question.ts"
import { note } from "./audit.ts"
import type { Database } from "./database.ts"
import { question, rubricVersion, type SEEN, seen } from "./tables.ts"

export type QuestionRow = typeof question.$inferSelect
export type RubricRow = typeof rubricVersion.$inferSelect

/**
 * Brings the questions' rows to what the folders say. A rubric that changed in its folder is published, by whoever changed it there; one that was
 * edited here stays published until the folder's changes again. Versions are added, never replaced.
 */
export async function loadQuestions(db: Database): Promise<LoadedQuestion[]> {
  const loaded = await Promise.all((await listQuestions()).map((id) => readQuestion(id)))
  for (const { question: content, rubric, rubricHash, statement, workloadHash } of loaded)
    await db.transaction(async (tx) => {
      await tx
        .insert(rubricVersion)
        .values({ hash: rubricHash, question: content.id, version: rubric.version, content: rubric })
        .onConflictDoNothing()
      const row = { content, statement, workloadHash, interviewOnly: content.interviewOnly, folderRubric: rubricHash }
      await tx
        .insert(question)
        .values({ id: content.id, ...row, rubric: rubricHash })
        .onConflictDoUpdate({
          target: question.id,
          set: {
            ...row,
            loadedAt: sql`now()`,
            rubric: sql`case when ${question.folderRubric} = ${rubricHash} then ${question.rubric} else ${rubricHash} end`,
          },
        })
    })
  return loaded
}

export async function listQuestionRows(db: Database): Promise<QuestionRow[]> {
  return db.select().from(question).orderBy(question.id)
}

export async function readQuestionRow(db: Database, id: string): Promise<QuestionRow | null> {
  const [row] = await db.select().from(question).where(eq(question.id, id))
  return row ?? null
}

/** Throws where there is none: whoever names a hash has seen it. */
export async function readRubric(db: Database, hash: string): Promise<RubricRow> {
  const [row] = await db.select().from(rubricVersion).where(eq(rubricVersion.hash, hash))
  if (!row) throw new Error(`There is no rubric ${hash}.`)
  return row
}

export async function listRubrics(db: Database, id: string): Promise<RubricRow[]> {
  return db.select().from(rubricVersion).where(eq(rubricVersion.question, id)).orderBy(desc(rubricVersion.createdAt))
}

/** Adds a version, numbered by us, without publishing it. The same rubric again is the one that there is. */
export async function addRubric(db: Database, id: string, rubric: Rubric, by: string): Promise<RubricRow> {
  return db.transaction(async (tx) => {
    await tx.select().from(question).where(eq(question.id, id)).for("update")
    const [{ last } = { last: 0 }] = await tx
      .select({ last: sql<number>`coalesce(max(${rubricVersion.version}), 0)::int` })
      .from(rubricVersion)
      .where(eq(rubricVersion.question, id))
    const [same] = await tx
      .select()
      .from(rubricVersion)
      .where(and(eq(rubricVersion.question, id), eq(rubricVersion.hash, hashRubric(rubric))))
    if (same) return same
    const content = { ...rubric, version: last + 1 }
    const [made] = await tx
      .insert(rubricVersion)
      .values({ hash: hashRubric(content), question: id, version: content.version, content, createdBy: by })
      .returning()
    await note(tx, { actor: by, action: "rubric.add", subject: `question ${id}`, detail: { hash: made!.hash } })
    return made!
  })
}

/** From now on submissions are graded by it; what was graded stays as it is. False: there is no such version of this question. */
export async function publishRubric(db: Database, id: string, hash: string, by: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [known] = await tx
      .select()
      .from(rubricVersion)
      .where(and(eq(rubricVersion.hash, hash), eq(rubricVersion.question, id)))
    if (!known) return false
    await tx.update(question).set({ rubric: hash }).where(eq(question.id, id))
    await note(tx, { actor: by, action: "rubric.publish", subject: `question ${id}`, detail: { hash } })
    return true
  })
}

export async function noteSeen(db: Database, person: string, id: string, what: (typeof SEEN)[number]): Promise<void> {
  await db.insert(seen).values({ person, question: id, what }).onConflictDoNothing()
}

export async function readSeen(db: Database, person: string, id: string) {
  return db
    .select({ what: seen.what, at: seen.at })
    .from(seen)
    .where(and(eq(seen.person, person), eq(seen.question, id)))
    .orderBy(seen.at)
}
