/** Reports to look at before handing anything in. */
import { isSample, listSamples } from "../../store/samples.ts"
import { api } from "../context.ts"
import { refuse } from "../refuse.ts"
import { listedSubmission } from "../views.ts"
import { readReport } from "./submissions.ts"

export const samples = {
  list: api.samples.list.handler(async ({ context }) => (await listSamples(context.store.db)).map(listedSubmission)),

  report: api.samples.report.handler(async ({ context, input }) => {
    if (!(await isSample(context.store.db, input.submission))) throw refuse.notFound("There is no such sample.")
    return readReport(context, input.submission)
  }),
}
