/** What whoever watches a submission is told while it waits. */
import { sql } from "drizzle-orm"
import { afterAll, beforeAll, expect, it } from "vitest"
import type { SubmissionView } from "../../../server/contract/forms.ts"
import { readPlaces } from "../../../server/store/dispatch.ts"
import { outbox } from "../../../server/store/tables.ts"
import { placedAnew, submissionView } from "../../../server/web/views.ts"
import { type Platform, startPlatform, WORK } from "../../support/platform.ts"

let platform: Platform

beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform?.stop())

it("tells of a new place when somebody before it goes away, and of its own end", async () => {
  const [ada, bob] = [await platform.signedUp("Ada"), await platform.signedUp("Bob")]
  const first = await ada.api.submissions.create({ headers: {}, body: WORK })
  const second = await bob.api.submissions.create({ headers: {}, body: WORK })
  const watched = await bob.api.submissions.live({ submission: second.id })
  /** The next view that says where it stands: who has just come may not be in the last look at the queue yet. */
  const next = async (): Promise<Pick<SubmissionView, "state" | "place">> => {
    const { value, done } = await watched.next()
    if (done) throw new Error("it ended too early")
    const { state, place } = value
    return state === "queued" && place === null ? next() : { state, place }
  }
  expect(await next(), JSON.stringify([first, second])).toEqual({ state: "queued", place: 2 })
  await ada.api.submissions.cancel({ submission: first.id })
  expect(await next()).toEqual({ state: "queued", place: 1 })
  await bob.api.submissions.cancel({ submission: second.id })
  expect(await next()).toEqual({ state: "cancelled", place: null })
  expect((await watched.next()).done).toBe(true)
})

it("looks at places alone where nothing else has changed, and sees when one no longer waits", async () => {
  const { db } = platform.store
  const cleo = await platform.signedUp("Cleo")
  const { id } = await cleo.api.submissions.create({ headers: {}, body: WORK })
  const view = { ...(await submissionView(db, id))!, place: null }
  await expect.poll(async () => (await placedAnew(db, view))?.place).toBe(1)
  await cleo.api.submissions.cancel({ submission: id })
  await expect.poll(() => placedAnew(db, view)).toBeNull()
})

it("those that went to the queue together keep the order in which they came", async () => {
  const { db } = platform.store
  const made: string[] = []
  for (const name of ["Dora", "Emil", "Fay", "Gil"]) {
    const who = await platform.signedUp(name)
    made.push((await who.api.submissions.create({ headers: {}, body: WORK })).id)
  }
  await db.update(outbox).set({ sentAt: sql`now()` })
  const places = await readPlaces(db)
  expect(made.map((id) => places.get(id)?.place)).toEqual([1, 2, 3, 4])
})
