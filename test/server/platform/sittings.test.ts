/** What a sitting takes, and when: its attempts and its clock hold whatever is sent at once, twice, late, or taken back. */
import { randomUUID } from "node:crypto"
import { eq, sql } from "drizzle-orm"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { endCancelled, fail, finishRun, lease, renew, showProgress } from "../../../server/store/attempts.ts"
import { packed } from "../../../server/store/blobs.ts"
import { createInterview } from "../../../server/store/interviews.ts"
import { cancelSubmission, readSubmissionRow } from "../../../server/store/submissions.ts"
import * as tables from "../../../server/store/tables.ts"
import { type Person, type Platform, startPlatform, WORK } from "../../support/platform.ts"
import { INTERVIEW, tokenIn } from "../../support/two-organisations.ts"

let platform: Platform
let organisation: string
let admin: Person

beforeAll(async () => {
  platform = await startPlatform()
  admin = await platform.signedUp("Admin")
  organisation = (await admin.api.organisations.create({ name: "Here" })).id
})
afterAll(() => platform?.stop())

/** Somebody who has begun a sitting of an interview with so many attempts. */
async function sits(attempts: number): Promise<{ who: Person; sitting: string }> {
  const { db } = platform.store
  const who = await platform.signedUp("Candidate")
  const person = (await who.api.account.get())!.id
  const given = { ...INTERVIEW, organisation, attempts, anonymised: true }
  const interview = await createInterview(db, given, person)
  const [made] = await db.insert(tables.sitting).values({ interview: interview.id, person }).returning()
  await who.api.sittings.start({ sitting: made!.id })
  return { who, sitting: made!.id }
}

const handIn = ({ api }: Person, sitting: string, key: string = randomUUID()) =>
  api.submissions.create({ headers: { "idempotency-key": key }, body: { ...WORK, sitting } })

const endedSince = (sitting: string, seconds: number) =>
  platform.store.db
    .update(tables.sitting)
    .set({ deadlineAt: sql`now() - ${seconds} * interval '1 second'` })
    .where(eq(tables.sitting.id, sitting))

const NO_MORE = { status: 409, message: "All attempts of this sitting have been made." }
const OVER = { status: 409, message: "The time of this sitting is over." }

/** As a worker that has taken it. */
async function running(id: string) {
  const { db } = platform.store
  const row = (await readSubmissionRow(db, id))!
  return (await lease(db, { submission: id, stage: "run", n: row.tries, worker: "w" }))!
}

describe("a sitting", () => {
  it("acknowledges again what was handed in in time and whose answer was lost, though it takes nothing more", async () => {
    const { who, sitting } = await sits(1)
    const first = await handIn(who, sitting, "the same")
    expect((await handIn(who, sitting, "the same")).id).toBe(first.id)
    await expect(handIn(who, sitting)).rejects.toMatchObject(NO_MORE)
    await endedSince(sitting, 60)
    expect((await handIn(who, sitting, "the same")).id).toBe(first.id)
    await expect(handIn(who, sitting)).rejects.toMatchObject(OVER)
  })

  it("takes no more attempts than it has, however many are sent at once", async () => {
    const { who, sitting } = await sits(2)
    const sent = await Promise.allSettled(Array.from({ length: 6 }, () => handIn(who, sitting)))
    expect(sent.filter(({ status }) => status === "fulfilled")).toHaveLength(2)
    for (const one of sent) if (one.status === "rejected") expect(one.reason).toMatchObject(NO_MORE)
  })

  it("takes what was sent in time and came late, and shows no model answer before it takes nothing more", async () => {
    const { who, sitting } = await sits(2)
    const { id } = await handIn(who, sitting)
    await platform.store.db.update(tables.submission).set({ state: "graded" }).where(eq(tables.submission.id, id))
    const modelAnswer = () => who.api.questions.modelAnswer({ question: WORK.question, engine: WORK.engine })
    await endedSince(sitting, 5)
    await expect(modelAnswer()).rejects.toMatchObject({ status: 403 })
    expect(await handIn(who, sitting)).toMatchObject({ state: "queued" })
    await endedSince(sitting, 20)
    await expect(handIn(who, sitting)).rejects.toMatchObject(OVER)
    expect(await modelAnswer()).toBeDefined()
  })

  it("gives back an attempt that was cancelled before anything of it ran, and none that was cancelled later", async () => {
    const { db } = platform.store
    const { who, sitting } = await sits(1)
    const waited = await handIn(who, sitting)
    await who.api.submissions.cancel({ submission: waited.id })
    const cancelledIn = async (...phases: string[]) => {
      const { id } = await handIn(who, sitting)
      const { token } = await running(id)
      await showProgress(
        db,
        token,
        phases.map((phase) => ({ phase, done: 0, detail: "", seconds: 1 })),
      )
      const { begun } = await who.api.submissions.get({ submission: id })
      await who.api.submissions.cancel({ submission: id })
      expect(await renew(db, token)).toBe("cancelled")
      await endCancelled(db, token)
      return begun
    }
    expect(await cancelledIn("waiting", "sandbox")).toBe(false)
    expect(await cancelledIn("waiting", "sandbox", "load one")).toBe(true)
    await expect(handIn(who, sitting)).rejects.toMatchObject(NO_MORE)
  })

  it("gives back an attempt whose end was asked for when the run broke on our side", async () => {
    const { db } = platform.store
    const { who, sitting } = await sits(1)
    const { id } = await handIn(who, sitting)
    const { token } = await running(id)
    await who.api.submissions.cancel({ submission: id })
    await fail(db, { token, fault: "a disk", remark: "Something broke." })
    expect(await who.api.submissions.get({ submission: id })).toMatchObject({ state: "cancelled", begun: false })
    expect(await handIn(who, sitting)).toMatchObject({ state: "queued" })
  })
})

it("an anonymised interview tells in no list who came when, until it is revealed", async () => {
  const { id: interview } = await admin.api.interviews.create({ organisation, ...INTERVIEW })
  for (const name of ["Ada", "Bob", "Cleo"]) {
    const who = await platform.signedUp(name)
    const { link } = await admin.api.interviews.invite({ interview, email: who.email })
    await who.api.invitations.accept({ token: tokenIn(link!) })
  }
  const hidden = await admin.api.interviews.sittings({ interview })
  expect(hidden.map(({ id }) => id)).toEqual(hidden.map(({ id }) => id).sort())
  for (const { id, candidate, email } of hidden)
    expect({ candidate, email }).toEqual({ candidate: `Candidate ${id.slice(0, 4).toUpperCase()}`, email: null })
  for (const one of await admin.api.interviews.invitations({ interview }))
    expect(one).toMatchObject({ used: true, usedAt: null })
  await admin.api.interviews.reveal({ interview })
  const names = (await admin.api.interviews.sittings({ interview })).map(({ candidate }) => candidate)
  expect(names.sort()).toEqual(["Ada", "Bob", "Cleo"])
  for (const { usedAt } of await admin.api.interviews.invitations({ interview })) expect(usedAt).not.toBeNull()
})

describe("a run", () => {
  it("whose end was asked for when it had just been measured is graded", async () => {
    const { db } = platform.store
    const ada = await platform.signedUp()
    const { id } = await ada.api.submissions.create({ headers: {}, body: WORK })
    const run = await running(id)
    await cancelSubmission(db, id)
    const ran = { kind: "rejected", outcome: await packed("{}"), images: "i", reusedFrom: null } as const
    await finishRun(db, { token: run.token, ran })
    const measured = (await readSubmissionRow(db, id))!
    expect(measured).toMatchObject({ state: "measured", cancelRequested: false })
    const grading = (await lease(db, { submission: id, stage: "grade", n: measured.tries, worker: "w" }))!
    await db.update(tables.submission).set({ cancelRequested: true }).where(eq(tables.submission.id, id))
    expect(await renew(db, grading.token)).toBe("held")
  })
})
