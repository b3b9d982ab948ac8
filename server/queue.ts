/** The queue: BullMQ on Redis. It carries ids and says "now"; it knows nothing and may lose everything, for Postgres is the truth. */
import { Queue, Worker } from "bullmq"
import { Redis, type RedisOptions } from "ioredis"
import { STAGES, type Stage } from "./store/tables.ts"

export interface Job {
  submission: string
  /** Number of the try: a job of an earlier one finds nothing to do. */
  n: number
}

export interface JobQueue {
  /** Hands a job over. The same job again, while it is there, changes nothing. Throws where Redis does not answer. */
  add(stage: Stage, job: Job & { priority: number }): Promise<void>
  /** Resolves where Redis answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface JobWorker {
  /** Takes no more jobs; resolves when those that it has are done. */
  drain(): Promise<void>
}

/**
 * A job that was taken and of which nothing was heard for so long is given to another: its process died, or stands still, before it had the lease.
 * Who is given one that somebody has already leased finds nothing to do, so this may be short.
 */
export const LOCK_MS = 4_000
const STALLED_MS = 2_000
const ANSWER_MS = 3_000
/** A worker that found its connection closed asks again after this; bullmq's default is 15 seconds. */
const AGAIN_MS = 250

const nameOf = (prefix: string, stage: Stage) => `${prefix}-${stage}`
const DEFAULT_PREFIX = "proofrun"

export function openQueue(redisUrl: string, { prefix = DEFAULT_PREFIX }: { prefix?: string } = {}): JobQueue {
  const connection = connect(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: ANSWER_MS,
  })
  const queues = Object.fromEntries(
    STAGES.map((stage) => {
      const queue = new Queue<Job>(nameOf(prefix, stage), { connection: connection })
      queue.on("error", () => {})
      return [stage, queue]
    }),
  ) as Record<Stage, Queue<Job>>
  return {
    async add(stage, { submission, n, priority }) {
      await queues[stage].add(
        stage,
        { submission, n },
        {
          jobId: `sub-${submission}-${stage}-${n}`,
          priority,
          // What became of it stands in Postgres.
          removeOnComplete: true,
          removeOnFail: true,
        },
      )
    },
    async ping() {
      await connection.ping()
    },
    async close() {
      await Promise.allSettled(Object.values(queues).map((queue) => queue.close()))
      connection.disconnect()
    },
  }
}

/** Calls `work` for each job, at most `concurrency` at a time. What it throws is for the caller's own log: the queue does not try again. */
export function workOn(
  redisUrl: string,
  stage: Stage,
  { concurrency, prefix = DEFAULT_PREFIX }: { concurrency: number; prefix?: string },
  work: (job: Job) => Promise<void>,
): JobWorker {
  // A worker waits for Redis as long as it takes.
  const connection = connect(redisUrl, { maxRetriesPerRequest: null })
  const worker = new Worker<Job>(nameOf(prefix, stage), async ({ data }) => work(data), {
    connection: connection,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_MS,
    maxStalledCount: 1,
    drainDelay: 1,
    runRetryDelay: AGAIN_MS,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  })
  worker.on("error", () => {})
  return {
    async drain() {
      await worker.close()
      connection.disconnect()
    },
  }
}

/** A connection for whoever needs Redis itself (limits per caller). */
export function connect(redisUrl: string, options: RedisOptions = {}): Redis {
  const settings: RedisOptions = { retryStrategy: (tries) => Math.min(100 * tries, 1_000), ...options }
  const redis = redisUrl.startsWith("unix://")
    ? new Redis({ ...settings, path: redisUrl.slice("unix://".length) })
    : new Redis(redisUrl, settings)
  redis.on("error", () => {})
  return redis
}
