/** Versions of rubrics: added and published, never changed. */
import { stringify } from "yaml"
import { parseRubric, QuestionFault } from "../../../prompts/load-question.ts"
import { addRubric, listRubrics, publishRubric, type RubricRow, readQuestionRow } from "../../store/questions.ts"
import { api, type Context, callerIn } from "../context.ts"
import { refuse } from "../refuse.ts"

export const rubrics = {
  list: api.rubrics.list.handler(async ({ context, input }) => {
    const { rubric } = await questionOf(context, input.question)
    return (await listRubrics(context.store.db, input.question)).map((row) => view(row, rubric))
  }),

  get: api.rubrics.get.handler(async ({ context, input }) => {
    const { rubric } = await questionOf(context, input.question)
    const row = (await listRubrics(context.store.db, input.question)).find(({ hash }) => hash === input.hash)
    if (!row) throw refuse.notFound("There is no such version of this rubric.")
    return { ...view(row, rubric), yaml: stringify(row.content) }
  }),

  add: api.rubrics.add.handler(async ({ context, input }) => {
    const { rubric } = await questionOf(context, input.question)
    try {
      const parsed = parseRubric(input.yaml, "the rubric")
      return view(await addRubric(context.store.db, input.question, parsed, callerIn(context).id), rubric)
    } catch (error) {
      if (error instanceof QuestionFault) throw refuse.badRequest(error.message)
      throw error
    }
  }),

  publish: api.rubrics.publish.handler(async ({ context, input }) => {
    if (!(await publishRubric(context.store.db, input.question, input.hash, callerIn(context).id)))
      throw refuse.notFound("There is no such version of this rubric.")
    return {}
  }),
}

async function questionOf({ store }: Context, id: string) {
  const row = await readQuestionRow(store.db, id)
  if (!row) throw refuse.notFound(`There is no question "${id}".`)
  return row
}

const view = ({ hash, version, createdAt, createdBy }: RubricRow, published: string) => ({
  hash,
  version,
  createdAt: createdAt.toISOString(),
  published: hash === published,
  fromFolder: createdBy === null,
})
