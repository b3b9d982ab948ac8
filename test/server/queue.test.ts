/** The queue on a real Redis that is killed, and with a taker who dies. What it loses is handed over again by the dispatcher; here, that it then comes to a worker soon. */
import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Worker } from "bullmq"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { type KeptAlive, keptAlive } from "../../server/local/kept-alive.ts"
import { startRedis } from "../../server/local/redis.ts"
import { connect, type JobQueue, type JobWorker, LOCK_MS, openQueue, workOn } from "../../server/queue.ts"

/** With a lock of 15 seconds a job that was taken came back after 16. */
const SOON_MS = 12_000

let folder: string
let redis: KeptAlive
let queue: JobQueue
const workers: JobWorker[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofrun-queue-"))
  redis = await keptAlive(
    "Redis",
    () => startRedis(folder, () => {}),
    () => {},
  )
  queue = openQueue(redis.url)
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.drain()))
  await queue.close()
  await redis.stop()
  await rm(folder, { recursive: true, force: true })
})

describe("the queue", () => {
  it("goes on soon after Redis died under a job that was being worked on", async () => {
    const begun: string[] = []
    let finish = () => {}
    workers.push(
      workOn(redis.url, "run", { concurrency: 1 }, async ({ submission }) => {
        begun.push(submission)
        if (submission === "first") await new Promise<void>((resolve) => (finish = resolve))
      }),
    )
    await queue.add("run", { submission: "first", n: 1, priority: 1 })
    await expect.poll(() => begun, { timeout: SOON_MS }).toEqual(["first"])
    process.kill(Number(readFileSync(join(folder, "redis/redis.pid"), "utf8")), "SIGKILL")
    finish()
    await expect.poll(() => handedOver("second"), { timeout: SOON_MS }).toBe(true)
    await expect.poll(() => begun, { timeout: SOON_MS }).toContain("second")
  })

  it("gives a job that a process took before it died to another", async () => {
    const connection = connect(redis.url, { maxRetriesPerRequest: null })
    const dead = new Worker("proofrun-run", null, { connection, lockDuration: LOCK_MS, skipStalledCheck: true })
    await queue.add("run", { submission: "taken", n: 1, priority: 1 })
    const taken = await dead.getNextJob("a token", { block: false })
    expect(taken?.data.submission).toBe("taken")
    await dead.close(true)
    connection.disconnect()
    const begun: string[] = []
    workers.push(workOn(redis.url, "run", { concurrency: 1 }, async ({ submission }) => void begun.push(submission)))
    await expect.poll(() => begun, { timeout: SOON_MS }).toEqual(["taken"])
  })
})

/** False while Redis does not answer. */
const handedOver = (submission: string): Promise<boolean> =>
  queue.add("run", { submission, n: 1, priority: 1 }).then(
    () => true,
    () => false,
  )
