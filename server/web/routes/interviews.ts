/** Interviews of an organisation, and candidates' sittings. */
import {
  closeInterview,
  createInterview,
  finishSitting,
  type InterviewRow,
  listInterviews,
  readInterview,
  readSitting,
  revealInterview,
  sittingsOfInterview,
  sittingsOfPerson,
  startSitting,
  submissionsOfSittings,
} from "../../store/interviews.ts"
import { invite, listInvitations } from "../../store/organisations.ts"
import { readSeen } from "../../store/questions.ts"
import { bounded } from "../bounded.ts"
import { api, type Context, callerIn } from "../context.ts"
import { refuse } from "../refuse.ts"
import { interviewView, invitationView, sittingView } from "../views.ts"
import { sent } from "./organisations.ts"
import { readReport } from "./submissions.ts"

export const interviews = {
  create: api.interviews.create.handler(async ({ context, input }) => {
    const question = context.questions.get(input.question)?.question
    if (!question) throw refuse.badRequest(`There is no question "${input.question}".`)
    const unknown = input.engines.find((engine) => !question.engines.includes(engine))
    if (unknown !== undefined)
      throw refuse.badRequest(
        `The question "${question.id}" cannot be answered with the engine "${unknown}". It can be with: ${question.engines.join(", ")}.`,
      )
    return interviewView(await createInterview(context.store.db, input, callerIn(context).id))
  }),

  list: api.interviews.list.handler(async ({ context, input }) =>
    (await listInterviews(context.store.db, input.organisation)).map(interviewView),
  ),

  get: api.interviews.get.handler(async ({ context, input }) =>
    interviewView(await interviewOf(context, input.interview)),
  ),

  close: api.interviews.close.handler(async ({ context, input }) => {
    await closeInterview(context.store.db, input.interview, callerIn(context).id)
    return interviewView(await interviewOf(context, input.interview))
  }),

  reveal: api.interviews.reveal.handler(async ({ context, input }) => {
    await revealInterview(context.store.db, input.interview, callerIn(context).id)
    return interviewView(await interviewOf(context, input.interview))
  }),

  invite: api.interviews.invite.handler(async ({ context, input }) => {
    await bounded(context, "invite", context.who, "invitations")
    const { organisation, closedAt } = await interviewOf(context, input.interview)
    if (closedAt) throw refuse.conflict("This interview is closed.")
    const given = { organisation, interview: input.interview, role: null, email: input.email, by: callerIn(context).id }
    return sent(context, await invite(context.store.db, given), "an interview on Proofrun")
  }),

  invitations: api.interviews.invitations.handler(async ({ context, input }) => {
    const anonymous = hidden(await interviewOf(context, input.interview))
    const rows = await listInvitations(context.store.db, { interview: input.interview })
    return rows.map((row) => ({ ...invitationView(row), ...(anonymous && { usedAt: null }) }))
  }),

  sittings: api.interviews.sittings.handler(async ({ context, input }) => {
    const interview = await interviewOf(context, input.interview)
    const rows = await sittingsOfInterview(context.store.db, interview.id)
    const attempts = await submissionsOfSittings(
      context.store.db,
      rows.map(({ sitting }) => sitting.id),
    )
    return rows.map(({ sitting, name, email }) => ({
      id: sitting.id,
      ...(hidden(interview) ? { candidate: labelOf(sitting), email: null } : { candidate: name ?? "?", email }),
      startedAt: sitting.startedAt?.toISOString() ?? null,
      deadlineAt: sitting.deadlineAt?.toISOString() ?? null,
      finishedAt: sitting.finishedAt?.toISOString() ?? null,
      attempts: attempts
        .filter((one) => one.sitting === sitting.id)
        .map((one) => ({
          submission: one.id,
          state: one.state,
          measured: one.measured,
          total: one.total,
          band: one.band as "strong" | null,
          measuredBand: one.measuredBand as "strong" | null,
          rejected: one.rejected,
          waits: one.waits,
          at: one.createdAt.toISOString(),
        })),
    }))
  }),
}

export const sittings = {
  list: api.sittings.list.handler(async ({ context }) =>
    (await sittingsOfPerson(context.store.db, callerIn(context).id)).map(({ sitting, interview }) =>
      sittingView(sitting, interview),
    ),
  ),

  get: api.sittings.get.handler(async ({ context, input }) => ownSitting(context, input.sitting)),

  start: api.sittings.start.handler(async ({ context, input }) => {
    const started = await startSitting(context.store.db, input.sitting)
    const view = await ownSitting(context, input.sitting)
    if (!started && view.startedAt === null) throw refuse.conflict("This interview is closed.")
    return view
  }),

  finish: api.sittings.finish.handler(async ({ context, input }) => {
    await finishSitting(context.store.db, input.sitting)
    return ownSitting(context, input.sitting)
  }),

  report: api.sittings.report.handler(async ({ context, input }) => {
    const { db } = context.store
    const found = await readSitting(db, input.sitting)
    if (!found) throw refuse.notFound("There is no such sitting.")
    const { sitting, interview } = found
    const all = await submissionsOfSittings(db, [sitting.id])
    const graded = all.filter(({ state }) => state === "graded")
    // The best counts, as the candidate was told; of two alike the later.
    const best = graded.reduce<(typeof graded)[number] | null>(
      (so_far, one) => ((one.measured ?? -1) >= (so_far?.measured ?? -1) ? one : so_far),
      null,
    )
    if (!best) throw refuse.notFound("There is no graded attempt in this sitting yet.")
    const rows = await sittingsOfInterview(db, interview.id)
    const report = await readReport(context, best.id)
    const shown = sitting.person === null ? [] : await readSeen(db, sitting.person, interview.question)
    const before = shown.filter(({ at }) => sitting.startedAt !== null && at < sitting.startedAt)
    const name = hidden(interview) ? null : (rows.find((row) => row.sitting.id === sitting.id)?.name ?? null)
    return {
      candidate: name ?? labelOf(sitting),
      attempt: all.findIndex(({ id }) => id === best.id) + 1,
      of: all.length,
      seen: before.map(({ what, at }) => ({ what, at: at.toISOString() })),
      report: hidden(interview) ? nameless(report) : report,
    }
  }),
}

/** The same as long as the sitting lives, and drawn by lot: numbers in the order in which people came would tell who is who beside a list of invitations. */
const labelOf = ({ id }: { id: string }) => `Candidate ${id.slice(0, 4).toUpperCase()}`

const hidden = ({ anonymised, revealedAt }: InterviewRow) => anonymised && revealedAt === null

/** What a candidate calls themselves stands in three places of a report. */
function nameless(report: Awaited<ReturnType<typeof readReport>>): typeof report {
  const { displayName: _given, ...submission } = report.submission
  const evidence = report.evidence
    ? (({ displayName: _also, ...kept }) => ({ ...report.evidence!, submission: kept }))(report.evidence.submission)
    : null
  return { ...report, displayName: null, submission, evidence }
}

async function interviewOf({ store }: Context, id: string): Promise<InterviewRow> {
  const row = await readInterview(store.db, id)
  if (!row) throw refuse.notFound("There is no such interview.")
  return row
}

async function ownSitting({ store }: Context, id: string) {
  const found = await readSitting(store.db, id)
  if (!found) throw refuse.notFound("There is no such sitting.")
  return sittingView(found.sitting, found.interview)
}
