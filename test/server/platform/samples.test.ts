import { eq } from "drizzle-orm"
import { afterAll, beforeAll, expect, it } from "vitest"
import { handInSamples } from "../../../server/hand-in-samples.ts"
import { attempt, PRIORITY, submission } from "../../../server/store/tables.ts"
import { type Platform, startPlatform, WORK } from "../../support/platform.ts"

let platform: Platform
beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform?.stop())

const LONG_RUN_MS = 6_500
const LONG_GRACE_MS = 10 * 60_000

const samples = async () =>
  platform.store.db
    .select({ state: submission.state, faults: submission.faults, at: submission.changedAt })
    .from(submission)
    .where(eq(submission.priority, PRIORITY.sample))
const givenBack = async () =>
  (await platform.store.db.select().from(attempt).where(eq(attempt.state, "released"))).length
const untilOneRuns = () =>
  expect.poll(async () => (await samples()).map(({ state }) => state), { timeout: 20_000 }).toContain("running")

it("a sample's run is given back at once by a worker that is told to stop", async () => {
  const worker = await platform.addWorker({ milliseconds: LONG_RUN_MS })
  await handInSamples(platform.store.db)
  await untilOneRuns()
  await worker.drain(LONG_GRACE_MS)
  expect(await givenBack()).toBe(1)
  expect((await samples()).map(({ state }) => state)).not.toContain("running")
})

it("a sample's run is given back as soon as somebody's waits for a worker, and done afterwards", async () => {
  const { db } = platform.store
  await platform.addWorker({ milliseconds: LONG_RUN_MS })
  const ada = await platform.signedUp()
  const before = await givenBack()
  await untilOneRuns()
  const mine = await ada.api.submissions.create({ headers: {}, body: WORK })
  for await (const { state } of await ada.api.submissions.live({ submission: mine.id }))
    if (state === "running") expect((await samples()).map((one) => one.state)).not.toContain("running")
  expect(await givenBack()).toBe(before + 1)
  const states = async () => (await samples()).map(({ state, faults }) => ({ state, faults }))
  await expect.poll(states, { timeout: 60_000 }).toEqual((await samples()).map(() => ({ state: "graded", faults: 0 })))
  const [graded] = await db.select({ at: submission.changedAt }).from(submission).where(eq(submission.id, mine.id))
  for (const { at } of await samples()) expect(at.getTime()).toBeGreaterThan(graded!.at.getTime())
})
