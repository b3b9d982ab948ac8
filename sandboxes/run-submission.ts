/**
 * Runs one submission to its outcome: a warm pod or a fresh one, under the machine's measuring lock, once more on a fresh pod if our side fails.
 * Returns measured or rejected; throws `PodFault` when our side failed twice, and the signal's reason where it was told to stop.
 */

import type { Docker } from "./docker/docker.ts"
import type { Images } from "./docker/images.ts"
import { withLock } from "./docker/locks.ts"
import { armsFor, type Job } from "./driver/protocol.ts"
import type { EngineContainer } from "./engines/engine.ts"
import type { Outcome, Provenance } from "./evidence.ts"
import { PodFault } from "./faults.ts"
import { digestsOf, type PodRecord, type Progress, runJob } from "./pod.ts"
import type { Pool } from "./pool.ts"

/** Only one submission is measured at a time on a machine: what runs beside it would be in its figures. */
const MEASURING_LOCK = "measuring"
const TRIES = 2

export async function runSubmission(options: {
  docker: Docker
  images: Images
  engine: EngineContainer
  pool: Pool
  job: Job
  machine: Provenance["machine"]
  onProgress: Progress
  /** Ends the run at once, wherever it is. */
  signal?: AbortSignal | undefined
}): Promise<Outcome> {
  const { docker, images, engine, pool, job, machine, onProgress, signal } = options
  const faults: PodFault[] = []
  return withLock(
    MEASURING_LOCK,
    async () => {
      for (;;) {
        let pod: PodRecord | null = null
        // Taking the pod away under it ends a run in any phase.
        const stop = () => void (pod && pool.remove(pod))
        try {
          signal?.throwIfAborted()
          signal?.addEventListener("abort", stop)
          onProgress("sandbox", 0, faults.length > 0 ? "something broke on our side; running it again" : "")
          if (faults.length === 0) pod = await pool.claim(job.submission.question, engine.name, images)
          pod ??= await pool.make({ images, engine, question: job.submission.question, arms: armsFor(job) }, signal)
          signal?.throwIfAborted()
          return stamp(await runJob(docker, pod, job, onProgress), { images, machine, faults })
        } catch (error) {
          signal?.throwIfAborted()
          const fault = error instanceof PodFault ? error : new PodFault("The Docker Engine failed.", { cause: error })
          faults.push(fault)
          const twice = engineDiedTwice(faults)
          if (twice) return twice
          if (faults.length >= TRIES) throw fault
        } finally {
          signal?.removeEventListener("abort", stop)
          if (pod) await pool.remove(pod)
        }
      }
    },
    {
      onWait: () => onProgress("waiting", 0, "another submission is being measured on this machine"),
      ...(signal && { signal }),
    },
  )
}

/** "load 8-days" is the pass "load": what ends an engine at one size may end it at the next the second time. */
const passOf = ({ phase }: PodFault) => phase?.split(" ")[0] ?? null

/** An engine that dies twice in the same pass, with only the candidate at work, was killed by what the candidate sent. */
function engineDiedTwice(faults: PodFault[]): Outcome | null {
  const [first, second] = faults
  if (!second?.engineDied || !first.engineDied || passOf(first) === null || passOf(first) !== passOf(second))
    return null
  return {
    kind: "rejected",
    rejected: {
      stage: "run",
      message: `The engine stopped during "${second.phase}", twice, on two fresh machines: what the submission sends there ends it (too much memory, most likely). Write less at once, or smaller values.`,
    },
    warnings: [],
    provenance: null,
  }
}

function stamp(
  outcome: Outcome,
  { images, machine, faults }: { images: Images; machine: Provenance["machine"]; faults: PodFault[] },
): Outcome {
  const provenance = outcome.kind === "measured" ? outcome.evidence.provenance : outcome.provenance
  if (provenance) {
    provenance.images = digestsOf(images)
    provenance.machine = machine
    provenance.faults = faults.map(({ message }) => message)
  }
  return outcome
}
