/** The catalogue, and what is shown of a question before and after an attempt. */
import { join } from "node:path"
import { STRONG } from "../../../graders/measured.ts"
import { type LoadedQuestion, readExpected } from "../../../prompts/load-question.ts"
import { readSubmission } from "../../../sandboxes/read-submission.ts"
import { bestOf, openSittingOn } from "../../store/history.ts"
import {
  listQuestionRows,
  noteSeen,
  type QuestionRow,
  readQuestionRow,
  readRubric,
  readSeen,
} from "../../store/questions.ts"
import { api, type Context, callerIn } from "../context.ts"
import { refuse } from "../refuse.ts"

export const questions = {
  list: api.questions.list.handler(async ({ context }) => {
    const { store, caller } = context
    const [rows, best] = await Promise.all([
      listQuestionRows(store.db),
      caller ? bestOf(store.db, caller.id) : new Map<string, never>(),
    ])
    return rows.filter(({ interviewOnly }) => !interviewOnly).map((row) => listed(row, best.get(row.id)))
  }),

  get: api.questions.get.handler(async ({ context, input }) => {
    const { store, caller } = context
    const { row, loaded } = await shown(context, input.question)
    const [rubric, best, seen] = await Promise.all([
      readRubric(store.db, row.rubric),
      caller ? bestOf(store.db, caller.id) : new Map<string, never>(),
      caller ? readSeen(store.db, caller.id, row.id) : [],
    ])
    const own = best.get(row.id)
    const open = own !== undefined && !row.interviewOnly && !(await openSittingOn(store.db, caller!.id, row.id))
    const written = rubric.content.criteria.some(({ kind }) => kind === "written" || kind === "claim")
    if (open && written) await noteSeen(store.db, caller!.id, row.id, "statements")
    return {
      ...listed(row, own),
      statement: row.statement,
      content: row.content,
      rubric: {
        version: rubric.version,
        hash: rubric.hash,
        criteria: rubric.content.criteria.map((one) => ({
          id: one.id,
          title: one.title,
          kind: one.kind,
          points: one.points,
          ...(open && "statement" in one && { statement: one.statement }),
        })),
      },
      types: loaded.types,
      withSchema: await enginesWithSchema(loaded),
      modelAnswerOpen: open,
      seen: seen.map(({ what, at }) => ({ what, at: at.toISOString() })),
    }
  }),

  starter: api.questions.starter.handler(async ({ context, input }) => {
    const { loaded } = await shown(context, input.question)
    if (!loaded.starters.includes(input.engine))
      throw refuse.notFound(`There is no starter for "${input.engine}". There are: ${loaded.starters.join(", ")}.`)
    return workIn(join(loaded.folder, "starters", input.engine))
  }),

  modelAnswer: api.questions.modelAnswer.handler(async ({ context, input }) => {
    const { store } = context
    const caller = callerIn(context)
    const { row, loaded } = await shown(context, input.question)
    const own = (await bestOf(store.db, caller.id)).get(row.id)
    if (row.interviewOnly || own === undefined)
      throw refuse.forbidden("The model answer opens after a graded attempt of your own. Submit one first.")
    if (await openSittingOn(store.db, caller.id, row.id))
      throw refuse.forbidden("The model answer is closed while you sit an interview on this question.")
    if (!loaded.references[input.engine]?.includes(STRONG))
      throw refuse.notFound(`There is no model answer for "${input.engine}".`)
    await noteSeen(store.db, caller.id, row.id, "model answer")
    const { because } = await readExpected(loaded, input.engine, STRONG)
    return { work: await workIn(join(loaded.folder, "references", input.engine, STRONG)), because }
  }),
}

type Best = Awaited<ReturnType<typeof bestOf>> extends Map<string, infer T> ? T : never

function listed({ id, content }: QuestionRow, best: Best | undefined) {
  const { title, oneLine, level, minutes, engines } = content
  return { id, title, oneLine, level, minutes, engines, best: best?.best ?? null, attempts: best?.attempts ?? 0 }
}

/** An interview's question is shown to those who sit it; to everybody else there is none. */
async function shown(context: Context, id: string): Promise<{ row: QuestionRow; loaded: LoadedQuestion }> {
  const { store, caller, questions } = context
  const row = await readQuestionRow(store.db, id)
  const loaded = questions.get(id)
  const visible = row && loaded && (!row.interviewOnly || (caller && (await openSittingOn(store.db, caller.id, id))))
  if (!visible) throw refuse.notFound(`There is no question "${id}".`)
  return { row, loaded }
}

async function workIn(folder: string) {
  const read = await readSubmission(folder)
  if (!read.ok) throw new Error(`${folder} cannot be read: ${read.rejected.message}`)
  const { schema, keys, files, answer } = read.submission
  return { ...(schema !== undefined && { schema }), ...(keys !== undefined && { keys }), files, answer }
}

async function enginesWithSchema(loaded: LoadedQuestion): Promise<string[]> {
  const works = await Promise.all(
    loaded.starters.map(async (engine) => ({ engine, work: await workIn(join(loaded.folder, "starters", engine)) })),
  )
  return works.filter(({ work }) => work.schema !== undefined).map(({ engine }) => engine)
}
