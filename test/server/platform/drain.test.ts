/** A worker that is told to stop gives back at once what has not begun. */
import { join } from "node:path"
import { eq } from "drizzle-orm"
import { afterAll, beforeAll, expect, it } from "vitest"
import { type Broker, serveBroker } from "../../../server/broker/serve-broker.ts"
import { attempt } from "../../../server/store/tables.ts"
import { type Platform, startPlatform, WORK } from "../../support/platform.ts"

let platform: Platform
let broker: Broker
beforeAll(async () => {
  platform = await startPlatform()
})
afterAll(async () => {
  await broker?.close()
  await platform?.stop()
})

const never = () => new Promise<never>(() => {})
const LONG_GRACE_MS = 10 * 60_000

it("does not wait for a machine that is being made ready", async () => {
  const socket = join(platform.folder, "broker-unready", "broker.sock")
  broker = await serveBroker(socket, { images: never, run: never }, () => {})
  const worker = platform.addWorkerOn(socket)
  const ada = await platform.signedUp()
  const { id } = await ada.api.submissions.create({ headers: {}, body: WORK })
  const states = async () =>
    (await platform.store.db.select().from(attempt).where(eq(attempt.submission, id))).map(({ state }) => state)
  await expect.poll(states, { timeout: 10_000 }).toEqual(["leased"])
  await worker.drain(LONG_GRACE_MS)
  expect(await states()).toEqual(["released"])
})
