/** The worker's side of the broker: runs a submission on this machine without knowing how. */
import { createConnection } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import type { Job } from "../../sandboxes/driver/protocol.ts"
import type { Outcome } from "../../sandboxes/evidence.ts"
import { PodFault } from "../../sandboxes/faults.ts"
import type { Progress } from "../../sandboxes/pod.ts"
import { messages, sendTo } from "./lines.ts"
import { FromBrokerSchema, type ToBroker } from "./protocol.ts"

/** What a worker needs of a machine that runs submissions. */
export interface Runner {
  /** Hash over the images that a run would use now. Waits until the machine is ready, and tells what it waits for. */
  images(how: { onProgress: Progress; signal: AbortSignal }): Promise<string>
  /** Throws `PodFault` for our own failures, and the signal's reason where it was ended. */
  run(job: Job, how: { onProgress: Progress; signal: AbortSignal }): Promise<Outcome>
}

/** A broker that is not there may be starting again: failing at once would use up a submission's tries within a second. */
const WAIT_FOR_BROKER_MS = 30_000
const ASK_AGAIN_MS = 200

/** Nobody listens, or the connection broke. */
class Unreached extends PodFault {}

export function brokerAt(path: string): Runner {
  async function ask<T>(
    ask: ToBroker[],
    { onProgress, signal }: { onProgress: Progress; signal: AbortSignal },
    answer: (message: ReturnType<typeof FromBrokerSchema.parse>) => T | undefined,
  ): Promise<T> {
    signal.throwIfAborted()
    const socket = createConnection(path)
    const end = () => void socket.destroy()
    signal.addEventListener("abort", end)
    try {
      for (const message of ask) sendTo(socket, message)
      for await (const message of messages(socket, FromBrokerSchema)) {
        if (message.type === "preparing") onProgress("preparing the machine", 0, message.line)
        if (message.type === "progress") onProgress(message.phase, message.done, message.detail)
        if (message.type === "fault") throw new PodFault(message.message)
        const answered = answer(message)
        if (answered !== undefined) return answered
      }
      throw new Unreached("The broker ended the connection.")
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof PodFault) throw error
      throw new Unreached("The broker on this machine cannot be reached.", { cause: error })
    } finally {
      signal.removeEventListener("abort", end)
      socket.destroy()
    }
  }
  async function images(how: { onProgress: Progress; signal: AbortSignal }): Promise<string> {
    const end = performance.now() + WAIT_FOR_BROKER_MS
    for (;;) {
      try {
        return await ask([{ type: "hello" }], how, (one) => (one.type === "ready" ? one.images : undefined))
      } catch (error) {
        if (!(error instanceof Unreached) || performance.now() > end) throw error
        how.onProgress("preparing the machine", 0, "The broker of this machine is starting")
        await sleep(ASK_AGAIN_MS, undefined, { signal: how.signal }).catch(() => how.signal.throwIfAborted())
      }
    }
  }
  return {
    images,
    run: (job, how) => ask([{ type: "run", job }], how, (one) => (one.type === "outcome" ? one.outcome : undefined)),
  }
}
