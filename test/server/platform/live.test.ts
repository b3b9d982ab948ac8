/** What whoever watches a submission is told while it waits. */
import { afterAll, beforeAll, expect, it } from "vitest"
import type { SubmissionView } from "../../../server/contract/forms.ts"
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
  const seen: [string, number | null][] = []
  const until = async (found: (view: SubmissionView) => boolean) => {
    for (;;) {
      const { value, done } = await watched.next()
      if (done) throw new Error("it ended too early")
      seen.push([value.state, value.place])
      if (found(value)) return
    }
  }
  await until(({ place }) => place === 2)
  await ada.api.submissions.cancel({ submission: first.id })
  await until(({ place }) => place === 1)
  await bob.api.submissions.cancel({ submission: second.id })
  await until(({ state }) => state === "cancelled")
  // Who has just come may not stand in the last look at the queue yet.
  expect(seen.filter(([state, place]) => state !== "queued" || place !== null)).toEqual([
    ["queued", 2],
    ["queued", 1],
    ["cancelled", null],
  ])
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
