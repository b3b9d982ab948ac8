/** Whose process has ended is taken over from at once; who still has its connection keeps its work until the lease is over. */
import { eq, sql } from "drizzle-orm"
import { afterAll, beforeAll, expect, it } from "vitest"
import { LEASE_MS, lease } from "../../../server/store/attempts.ts"
import { isPresent, openStore } from "../../../server/store/database.ts"
import { attempt } from "../../../server/store/tables.ts"
import { type Platform, startPlatform, WORK } from "../../support/platform.ts"

let platform: Platform
beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(() => platform?.stop())

/** A submission that a worker of this name has begun, and the connection that the worker keeps. */
async function begunBy(worker: string) {
  const ada = await platform.signedUp()
  const store = openStore(platform.databaseUrl, { connections: 1 })
  const presence = store.present(worker)
  await expect.poll(() => presences(platform)).toContain(worker)
  const { id } = await ada.api.submissions.create({ headers: {}, body: WORK })
  expect(await lease(platform.store.db, { submission: id, stage: "run", n: 1, worker })).not.toBeNull()
  return { id, presence, close: () => store.close() }
}

/** Names of the two workers of this test that the database knows to be there. */
async function presences({ store }: Platform): Promise<string[]> {
  const { rows } = await store.db.execute<{ name: string }>(sql`
    select name from (values ('dead'), ('living')) w (name)
    where ${isPresent(sql`name`)}`)
  return rows.map(({ name }) => name)
}

const attemptsOf = (id: string) =>
  platform.store.db.select().from(attempt).where(eq(attempt.submission, id)).orderBy(attempt.n)

const isOldEnough = async () =>
  (
    await platform.store.db.execute<{ old: boolean }>(
      sql`select pg_postmaster_start_time() < now() - ${LEASE_MS} * interval '1 ms' as old`,
    )
  ).rows[0]!.old

it("takes over from the dead before their lease is over, and leaves the living theirs", async () => {
  // Just after its start the database knows nobody yet, and the leases decide.
  await expect.poll(isOldEnough, { timeout: 2 * LEASE_MS }).toBe(true)
  const dead = await begunBy("dead")
  const living = await begunBy("living")
  const began = performance.now()
  await dead.presence.end()
  await expect.poll(async () => (await attemptsOf(dead.id))[0]?.state, { timeout: LEASE_MS }).toBe("lost")
  expect((await attemptsOf(living.id))[0]).toMatchObject({ worker: "living", state: "leased" })
  expect(performance.now() - began).toBeLessThan(LEASE_MS)
  await expect.poll(async () => (await attemptsOf(living.id))[0]?.state, { timeout: 2 * LEASE_MS }).toBe("lost")
  await Promise.all([dead.close(), living.close()])
})
