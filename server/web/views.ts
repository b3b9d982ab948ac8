/** Rows as the API shows them. */
import type { z } from "zod"
import type * as forms from "../contract/forms.ts"
import type { Database } from "../store/database.ts"
import type { Place } from "../store/dispatch.ts"
import type { InterviewRow, SittingRow } from "../store/interviews.ts"
import type { InvitationRow } from "../store/organisations.ts"
import { type ListedSubmission, readProgress, readSubmissionRow, type SubmissionRow } from "../store/submissions.ts"
import { PREPARING } from "../store/tables.ts"
import { placeOf } from "./places.ts"

const when = (at: Date) => at.toISOString()
const whenOr = (at: Date | null) => (at === null ? null : at.toISOString())

type Listed = z.infer<typeof forms.ListedSubmissionSchema>

export function listedSubmission(row: ListedSubmission): Listed {
  return {
    id: row.id,
    question: row.question,
    engine: row.engine,
    quick: row.quick,
    sitting: row.sitting,
    state: row.state,
    remark: row.remark,
    createdAt: when(row.createdAt),
    changedAt: when(row.changedAt),
    reusedFrom: row.reusedFrom,
    rejected: row.rejected,
    total: row.total,
    measured: row.measured,
    band: row.band as Listed["band"],
    measuredBand: row.measuredBand as Listed["measuredBand"],
    waits: row.waits,
  }
}

/** null: it is gone. */
export async function submissionView(db: Database, id: string): Promise<forms.SubmissionView | null> {
  const [row, progress] = await Promise.all([readSubmissionRow(db, id), readProgress(db, id)])
  return row && viewOfRow(row, progress, row.state === "queued" ? await placeOf(db, row.id) : undefined)
}

/** One that was handed in just now: its place is told to whoever follows it, and the next of many need not wait for a look at the queue. */
export const viewOfNew = (row: SubmissionRow): forms.SubmissionView => viewOfRow(row, null, undefined)

function viewOfRow(
  row: SubmissionRow,
  progress: Awaited<ReturnType<typeof readProgress>> | null,
  place: Place | undefined,
): forms.SubmissionView {
  // Of an earlier try nothing is shown once the submission waits again.
  const phases = row.state === "queued" ? [] : phasesNow(row.state, progress)
  return {
    ...listedSubmission(row),
    cancelRequested: row.cancelRequested,
    begun: phases.some(({ phase }) => !PREPARING.includes(phase)),
    place: place?.place ?? null,
    secondsLeft: place?.secondsLeft ?? null,
    phases,
  }
}

/** The same a little later, where no more than its place in the queue can have changed: that is looked at once for all who wait. null: more has. */
export async function placedAnew(db: Database, view: forms.SubmissionView): Promise<forms.SubmissionView | null> {
  const place = view.state === "queued" ? await placeOf(db, view.id) : undefined
  return place ? { ...view, ...place } : null
}

/** A phase may say nothing for minutes; it takes its time all the same, also for whoever comes back meanwhile. */
function phasesNow(
  state: string,
  progress: Awaited<ReturnType<typeof readProgress>> | null,
): forms.SubmissionView["phases"] {
  if (!progress) return []
  const { phases, changedAt } = progress
  if (state !== "running") return phases
  const since = Math.max(0, (Date.now() - changedAt.getTime()) / 1000)
  return phases.map((one, index) => (index === phases.length - 1 ? { ...one, seconds: one.seconds + since } : one))
}

/** Of all that is shown but clocks, which go on by themselves: what has the same one is the same picture. */
export function fingerprint(view: forms.SubmissionView): string {
  const picture = { ...view, phases: view.phases.map(({ seconds: _, ...phase }) => phase) }
  let hash = 0x811c9dc5
  for (const code of Buffer.from(JSON.stringify(picture))) hash = Math.imul(hash ^ code, 0x01000193) >>> 0
  return hash.toString(36)
}

export function invitationView(row: Omit<InvitationRow, "organisation" | "interview" | "tokenHash" | "createdBy">) {
  const { id, email, role } = row
  return {
    id,
    email,
    role,
    createdAt: when(row.createdAt),
    expiresAt: when(row.expiresAt),
    used: row.usedAt !== null,
    usedAt: whenOr(row.usedAt),
    revokedAt: whenOr(row.revokedAt),
  }
}

export function interviewView(row: InterviewRow): z.infer<typeof forms.InterviewSchema> {
  const { id, organisation, title, question, engines, minutes, attempts, anonymised } = row
  return {
    id,
    organisation,
    title,
    question,
    engines,
    minutes,
    attempts,
    anonymised,
    revealedAt: whenOr(row.revealedAt),
    createdAt: when(row.createdAt),
    closedAt: whenOr(row.closedAt),
  }
}

export function sittingView(sitting: SittingRow, interview: InterviewRow): z.infer<typeof forms.SittingSchema> {
  const { title, question, engines, minutes, attempts } = interview
  return {
    id: sitting.id,
    interview: title,
    question,
    engines,
    minutes,
    attempts,
    startedAt: whenOr(sitting.startedAt),
    deadlineAt: whenOr(sitting.deadlineAt),
    finishedAt: whenOr(sitting.finishedAt),
    closed: interview.closedAt !== null,
    now: when(new Date()),
  }
}
