/** The first stage: evidence for a submission, from a sandbox, or from the same person's same design where that was measured already. */
import type { LoadedQuestion } from "../../prompts/load-question.ts"
import type { Outcome } from "../../sandboxes/evidence.ts"
import type { Progress } from "../../sandboxes/pod.ts"
import type { Submission } from "../../sandboxes/submission.ts"
import type { Runner } from "../broker/ask-broker.ts"
import { jobFor } from "../grade-submission.ts"
import { finishRun, type Lease } from "../store/attempts.ts"
import { packed } from "../store/blobs.ts"
import type { Database } from "../store/database.ts"
import { findEvidence } from "../store/reports.ts"
import { whenBack } from "./when-back.ts"

export async function runStage({
  db,
  runner,
  question,
  stateFolder,
  lease: { token, submission },
  onProgress,
  signal,
  whileWaiting,
}: {
  db: Database
  runner: Runner
  question: LoadedQuestion
  stateFolder: string
  lease: Lease
  onProgress: Progress
  signal: AbortSignal
  /** Ends it as long as it only waits for the machine to be ready. */
  whileWaiting: AbortSignal
}): Promise<{ kind: Outcome["kind"]; reused: boolean }> {
  const { content, quick, person, designHash } = submission
  const images = await runner.images({ onProgress, signal: AbortSignal.any([signal, whileWaiting]) })
  const known = await findEvidence(db, { person, designHash, images, except: submission.id })
  if (known) {
    onProgress("reusing evidence", 1, "the same design was measured before, by the same engines")
    const outcome = await packed(JSON.stringify(retold(known.outcome, content)))
    const ran = { kind: known.outcome.kind, outcome, images, reusedFrom: known.submission }
    await whenBack(signal, () => finishRun(db, { token, ran }))
    return { kind: known.outcome.kind, reused: true }
  }
  const job = await jobFor(stateFolder, question, content, { quick, timed: !quick, seed: null })
  const outcome = await runner.run(job, { onProgress, signal })
  const ran = { kind: outcome.kind, outcome: await packed(JSON.stringify(outcome)), images, reusedFrom: null }
  await whenBack(signal, () => finishRun(db, { token, ran }))
  return { kind: outcome.kind, reused: false }
}

/** Evidence names the submission that it is of; the prose and the name, which nothing was measured from, may be others now. */
function retold(outcome: Outcome, submission: Submission): Outcome {
  return outcome.kind === "measured" ? { kind: "measured", evidence: { ...outcome.evidence, submission } } : outcome
}
