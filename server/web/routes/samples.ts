/** Reports to look at before handing anything in. */
import { forCandidate } from "../../report/for-candidate.ts"
import { statementsFor } from "../../store/history.ts"
import { noteSeen } from "../../store/questions.ts"
import { isSample, listSamples } from "../../store/samples.ts"
import { api } from "../context.ts"
import { refuse } from "../refuse.ts"
import { listedSubmission } from "../views.ts"
import { readReport } from "./submissions.ts"

export const samples = {
  list: api.samples.list.handler(async ({ context }) => (await listSamples(context.store.db)).map(listedSubmission)),

  report: api.samples.report.handler(async ({ context, input }) => {
    if (!(await isSample(context.store.db, input.submission))) throw refuse.notFound("There is no such sample.")
    const report = await readReport(context, input.submission)
    const { store, caller } = context
    // Whoever sits an interview on the question finds no statements here either.
    const statements = await statementsFor(store.db, caller?.id ?? null, report.question)
    if (caller && statements === "open") await noteSeen(store.db, caller.id, report.question, "statements")
    return forCandidate(report, statements)
  }),
}
