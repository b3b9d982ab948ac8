/** What one is writing. */
import { type DraftRow, listDrafts, readDraft, removeDraft, saveDraft } from "../../store/drafts.ts"
import { api, type Context, callerIn } from "../context.ts"
import { refuse } from "../refuse.ts"

const keyOf = (context: Context, { question, engine }: Pick<DraftRow, "question" | "engine">) => ({
  person: callerIn(context).id,
  question,
  engine,
})

export const drafts = {
  list: api.drafts.list.handler(async ({ context }) => {
    const rows = await listDrafts(context.store.db, callerIn(context).id)
    return rows.map((row) => ({ ...row, savedAt: row.savedAt.toISOString() }))
  }),

  get: api.drafts.get.handler(async ({ context, input }) => {
    const row = await readDraft(context.store.db, keyOf(context, input))
    if (!row) return null
    const { question, engine, revision, writer, content } = row
    return { question, engine, revision, writer, content, savedAt: row.savedAt.toISOString() }
  }),

  save: api.drafts.save.handler(async ({ context, input }) => {
    const question = context.questions.get(input.question)?.question
    if (!question?.engines.includes(input.engine))
      throw refuse.notFound(`There is no question "${input.question}" with the engine "${input.engine}".`)
    const key = keyOf(context, input)
    const saved = await saveDraft(context.store.db, key, { ...input, writer: input.writer ?? null })
    if (saved) return { revision: saved.revision, savedAt: saved.savedAt.toISOString() }
    const now = await readDraft(context.store.db, key)
    throw refuse.conflict("This draft was saved elsewhere since. Load that, or keep yours by saving it over that.", {
      revision: now?.revision ?? 0,
      writer: now?.writer ?? null,
      savedAt: now?.savedAt.toISOString() ?? null,
    })
  }),

  remove: api.drafts.remove.handler(async ({ context, input }) => {
    await removeDraft(context.store.db, keyOf(context, input))
    return {}
  }),
}
