/** Who starts where a worker died takes its work over at once; where it may still live, the lease decides. */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { eq } from "drizzle-orm"
import { afterAll, beforeAll, expect, it } from "vitest"
import { thisProcess } from "../../../sandboxes/docker/labels.ts"
import { LEASE_MS, lease } from "../../../server/store/attempts.ts"
import { attempt } from "../../../server/store/tables.ts"
import { type Platform, startPlatform, WORK } from "../../support/platform.ts"

let platform: Platform
beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform?.stop())

/** A submission that a worker of this process number has begun. */
async function begunBy(worker: string, owner: string): Promise<string> {
  const ada = await platform.signedUp()
  const { id } = await ada.api.submissions.create({ headers: {}, body: WORK })
  const leased = await lease(platform.store.db, { submission: id, stage: "run", n: 1, worker })
  expect(leased).not.toBeNull()
  const folder = join(platform.folder, "workers")
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${worker}.json`), JSON.stringify({ worker, process: { ...thisProcess(), owner } }))
  return id
}
const attemptsOf = (id: string) =>
  platform.store.db.select().from(attempt).where(eq(attempt.submission, id)).orderBy(attempt.n)

it("takes over from the dead, long before their lease is over, and leaves the living theirs", async () => {
  const started = performance.now()
  const dead = await begunBy("dead-1", "4194305@1")
  const living = await begunBy("living-1", thisProcess().owner)
  await platform.addWorker()
  await expect.poll(async () => (await attemptsOf(dead))[0]?.state, { timeout: LEASE_MS }).toBe("lost")
  expect(performance.now() - started).toBeLessThan(LEASE_MS)
  expect((await attemptsOf(living))[0]).toMatchObject({ worker: "living-1", state: "leased" })
})
