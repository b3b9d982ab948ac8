/** Handing in, watching, reading, cancelling, and a mentor's marks. */
import { randomUUID } from "node:crypto"
import { withEventMeta } from "@orpc/server"
import type { Report } from "../../../graders/report.ts"
import { ReportSchema } from "../../../graders/report.ts"
import type { Submission } from "../../../sandboxes/submission.ts"
import type { SubmissionView } from "../../contract/forms.ts"
import { checked } from "../../marks.ts"
import { Refusal } from "../../refusal.ts"
import { forCandidate } from "../../report/for-candidate.ts"
import { statementsFor } from "../../store/history.ts"
import { readSitting } from "../../store/interviews.ts"
import { addMark } from "../../store/marks.ts"
import { noteSeen, readQuestionRow } from "../../store/questions.ts"
import { newestReportText, readOutcome } from "../../store/reports.ts"
import {
  cancelSubmission,
  createSubmission,
  listSubmissions,
  listWaiting,
  MOST_ACTIVE,
  readSubmissionRow,
  retrySubmission,
} from "../../store/submissions.ts"
import { bounded } from "../bounded.ts"
import { api, type Context, callerIn } from "../context.ts"
import { type Change, LOOK_EVERY_MS } from "../live.ts"
import { refuse } from "../refuse.ts"
import { fingerprint, listedSubmission, placedAnew, submissionView, viewOfNew } from "../views.ts"

const OVER = ["graded", "failed", "cancelled"]

export const submissions = {
  create: api.submissions.create.handler(async ({ context, input }) => {
    const caller = callerIn(context)
    await bounded(context, "submit", caller.id, "submissions")
    const { quick, sitting, ...content } = input.body
    const question = await questionFor(context, content, sitting)
    const created = await createSubmission(context.store.db, {
      person: caller.id,
      content,
      quick,
      sitting: sitting ?? null,
      idempotencyKey: input.headers["idempotency-key"] ?? randomUUID(),
      rubric: question.rubric,
      workloadHash: question.workloadHash,
    })
    if (created.ok) return created.again ? viewOf(context, created.submission.id) : viewOfNew(created.submission)
    if (created.because === "too many wait")
      throw refuse.tooMany(`${MOST_ACTIVE} of your submissions wait already. Let some of them end, or cancel them.`)
    throw refuse.conflict(WHY_NOT[created.because])
  }),

  list: api.submissions.list.handler(async ({ context, input }) => {
    const { question, before, limit } = input
    const rows = await listSubmissions(context.store.db, {
      person: callerIn(context).id,
      question,
      before: before === undefined ? undefined : new Date(before),
      limit,
    })
    return rows.map(listedSubmission)
  }),

  get: api.submissions.get.handler(({ context, input }) => viewOf(context, input.submission)),

  live: api.submissions.live.handler(async function* ({ context, input, signal, lastEventId }) {
    const { live, store } = context
    let waiting = true
    const watching = live.watch(input.submission, () => waiting)
    try {
      // Whole pictures need no history: who comes back gets the newest, unless it is the one that they have.
      let told = lastEventId
      // Those who came together are not all looked at together: whoever submits meanwhile would wait behind them.
      let heldAt = performance.now() - Math.random() * LOOK_EVERY_MS
      let change: Change = "submission"
      let view: SubmissionView | null = null
      for (;;) {
        view = view && change === "place" ? await placedAnew(store.db, view) : null
        view ??= await submissionView(store.db, input.submission)
        if (!view) return
        waiting = view.state === "queued"
        const id = fingerprint(view)
        if (id !== told) yield withEventMeta(view, { id })
        told = id
        if (OVER.includes(view.state)) return
        change = await watching.changed(signal)
        if (performance.now() - heldAt < LOOK_EVERY_MS) continue
        // Whoever signs out, or is signed out, sees no more; the browser asks anew and hears why.
        if (!(await context.stillSignedIn())) return
        heldAt = performance.now()
      }
    } finally {
      watching.end()
    }
  }),

  content: api.submissions.content.handler(async ({ context, input }) => {
    const row = await rowOf(context, input.submission)
    const { schema, keys, files, answer } = row.content
    return { ...(schema !== undefined && { schema }), ...(keys !== undefined && { keys }), files, answer }
  }),

  report: api.submissions.report.handler(async ({ context, input }) => {
    const report = await readReport(context, input.submission)
    const { db } = context.store
    const { person } = await rowOf(context, input.submission)
    const caller = callerIn(context)
    if (person !== caller.id) return report
    const statements = await statementsFor(db, caller.id, report.question)
    // A free look's report names them as well.
    if (statements === "open") await noteSeen(db, caller.id, report.question, "statements")
    return forCandidate(report, statements)
  }),

  evidence: api.submissions.evidence.handler(async ({ context, input }) => {
    const kept = await readOutcome(context.store.db, input.submission)
    if (!kept) throw refuse.notFound("It has not been measured yet.")
    return kept.outcome.kind === "measured" ? kept.outcome.evidence : null
  }),

  cancel: api.submissions.cancel.handler(async ({ context, input }) => {
    await cancelSubmission(context.store.db, input.submission)
    return viewOf(context, input.submission)
  }),

  retry: api.submissions.retry.handler(async ({ context, input }) => {
    if (!(await retrySubmission(context.store.db, input.submission, callerIn(context).id)))
      throw refuse.conflict("Only what failed on our side can be tried again. Submit it anew instead.")
    return viewOf(context, input.submission)
  }),

  waiting: api.submissions.waiting.handler(async ({ context, input }) =>
    (await listWaiting(context.store.db, input.limit)).map(listedSubmission),
  ),

  mark: api.submissions.mark.handler(async ({ context, input }) => {
    const { submission, ...given } = input
    const text = await newestReportText(context.store.db, submission)
    if (text === null) throw refuse.notFound("There is no report yet to mark.")
    const old = ReportSchema.parse(JSON.parse(text))
    let mark: Report["marks"][number]
    try {
      mark = checked({ ...given, by: callerIn(context).id }, old)
    } catch (error) {
      if (error instanceof Refusal) throw refuse.badRequest(error.message)
      throw error
    }
    await addMark(context.store.db, submission, mark)
    return viewOf(context, submission)
  }),
}

/** The row of the question that it may be handed in for now. */
async function questionFor(context: Context, content: Submission, sittingId: string | undefined) {
  const { store } = context
  const row = await readQuestionRow(store.db, content.question)
  const sat = sittingId === undefined ? null : await readSitting(store.db, sittingId)
  const own = sat?.sitting.person === callerIn(context).id ? sat : null
  if (!row || (row.interviewOnly && own?.interview.question !== row.id))
    throw refuse.notFound(`There is no question "${content.question}".`)
  if (!row.content.engines.includes(content.engine))
    throw refuse.badRequest(
      `The question "${row.id}" cannot be answered with the engine "${content.engine}". It can be with: ${row.content.engines.join(", ")}.`,
    )
  const entry = ["access.ts", "access.js", "access.mjs"]
  if (!entry.some((name) => Object.hasOwn(content.files, name)))
    throw refuse.badRequest("access.ts is missing (access.js or access.mjs would do): it holds the operations.")
  if (sittingId === undefined) return row
  if (!own) throw refuse.notFound("There is no such sitting.")
  if (own.interview.question !== row.id || !own.interview.engines.includes(content.engine))
    throw refuse.badRequest(
      `This interview is about "${own.interview.question}" with: ${own.interview.engines.join(", ")}.`,
    )
  return row
}

const WHY_NOT = {
  "another under this key":
    "This Idempotency-Key was used for another submission. Take a new one for a new submission.",
  "not started": "The sitting has not been started yet.",
  over: "The time of this sitting is over.",
  "no attempts left": "All attempts of this sitting have been made.",
}

async function viewOf(context: Context, id: string) {
  const view = await submissionView(context.store.db, id)
  if (!view) throw refuse.notFound("There is no such submission.")
  return view
}

async function rowOf(context: Context, id: string) {
  const row = await readSubmissionRow(context.store.db, id)
  if (!row) throw refuse.notFound("There is no such submission.")
  return row
}

/** The newest report, without the columns of every single call: those are in the evidence, and megabytes. */
export async function readReport({ store }: Pick<Context, "store">, id: string): Promise<Report> {
  const text = await newestReportText(store.db, id)
  if (text === null) throw refuse.notFound("There is no report yet.")
  const report = JSON.parse(text) as Report
  if (report.evidence?.peak) report.evidence.peak.calls = []
  return report
}
