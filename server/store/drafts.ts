/** What a person is writing, per question and engine. Of two that save at once, the second is told. */
import { and, desc, eq, sql } from "drizzle-orm"
import type { Database } from "./database.ts"
import { draft } from "./tables.ts"

export type DraftRow = typeof draft.$inferSelect
type Key = Pick<DraftRow, "person" | "question" | "engine">

const byKey = ({ person, question, engine }: Key) =>
  and(eq(draft.person, person), eq(draft.question, question), eq(draft.engine, engine))

export async function readDraft(db: Database, key: Key): Promise<DraftRow | null> {
  const [row] = await db.select().from(draft).where(byKey(key))
  return row ?? null
}

export async function listDrafts(db: Database, person: string) {
  return db
    .select({ question: draft.question, engine: draft.engine, revision: draft.revision, savedAt: draft.savedAt })
    .from(draft)
    .where(eq(draft.person, person))
    .orderBy(desc(draft.savedAt))
}

/** `revision` is the one that the writer had before them; 0: none. null: it has been saved by somebody else since, and nothing was changed. */
export async function saveDraft(
  db: Database,
  key: Key,
  { revision, content, writer }: Pick<DraftRow, "revision" | "content" | "writer">,
): Promise<Pick<DraftRow, "revision" | "savedAt"> | null> {
  const given = { revision: draft.revision, savedAt: draft.savedAt }
  const [row] =
    revision === 0
      ? await db
          .insert(draft)
          .values({ ...key, content, writer, revision: 1 })
          .onConflictDoNothing()
          .returning(given)
      : await db
          .update(draft)
          .set({ content, writer, revision: revision + 1, savedAt: sql`now()` })
          .where(and(byKey(key), eq(draft.revision, revision)))
          .returning(given)
  return row ?? null
}

export async function removeDraft(db: Database, key: Key): Promise<void> {
  await db.delete(draft).where(byKey(key))
}
