/** The one path from a submission to its report: run it, grade what was measured. The command and the worker both take it. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { grade } from "../graders/grade.ts"
import type { Report } from "../graders/report.ts"
import { type LoadedQuestion, readQuestion } from "../prompts/load-question.ts"
import type { EngineContainer } from "../sandboxes/engines/engine.ts"
import {
  type Outcome,
  type ReferenceCounts,
  ReferenceCountsSchema,
  type Rejection,
  type Weights,
  WeightsSchema,
} from "../sandboxes/evidence.ts"
import type { Progress } from "../sandboxes/pod.ts"
import { runSubmission } from "../sandboxes/run-submission.ts"
import type { Submission } from "../sandboxes/submission.ts"
import { attemptKey } from "./attempt-key.ts"
import type { Workshop } from "./workshop.ts"

const ENGINES = new URL("../sandboxes/engines/", import.meta.url)

export interface GradeOptions {
  quick: boolean
  timed: boolean
  seed: string | null
  onProgress: Progress
}

/** Throws `PodFault` where our side failed twice. */
export async function gradeSubmission(
  workshop: Workshop,
  submission: Submission,
  options: GradeOptions,
): Promise<Report> {
  const question = await readQuestion(submission.question)
  return gradeOutcome(question, submission, await measureSubmission(workshop, question, submission, options))
}

export async function measureSubmission(
  { docker, images, pool, machine, stateFolder }: Workshop,
  question: LoadedQuestion,
  submission: Submission,
  { quick, timed, seed, onProgress }: GradeOptions,
): Promise<Outcome> {
  const key = await attemptKey(stateFolder, question.workloadHash, submission, seed)
  return runSubmission({
    docker,
    images,
    pool,
    machine,
    engine: await engineContainer(submission.engine),
    job: { type: "job", submission, quick, timed, key, seed: seed ?? "from the design", nowMs: Date.now() },
    onProgress,
  })
}

/** Pure but for reading the question's and the engine's stored figures. */
export async function gradeOutcome(
  question: LoadedQuestion,
  submission: Submission,
  outcome: Outcome,
): Promise<Report> {
  return grade({
    question: question.question,
    rubric: question.rubric,
    rubricHash: question.rubricHash,
    submission,
    outcome,
    referenceCounts: await referenceCounts(question, submission.engine),
    otherEngines: await otherEngines(question, submission.engine),
    weights: await engineWeights(submission.engine),
  })
}

/** A submission that could not even be read still gets a report that says so, with its answer where there is one. */
export async function rejectedReport(submission: Submission, rejected: Rejection): Promise<Report> {
  const question = await readQuestion(submission.question)
  return gradeOutcome(question, submission, { kind: "rejected", rejected, warnings: [], provenance: null })
}

export async function engineContainer(name: string): Promise<EngineContainer> {
  return (await import(new URL(`${name}/container.ts`, ENGINES).href)).default
}

export async function engineWeights(name: string): Promise<Weights> {
  return WeightsSchema.parse(JSON.parse(await readFile(new URL(`${name}/weights.json`, ENGINES), "utf8")))
}

/** null where `verify --store` has not been run for this workload, or was run for another. */
export async function referenceCounts(
  { folder, workloadHash }: LoadedQuestion,
  engine: string,
): Promise<ReferenceCounts | null> {
  const text = await readFile(countsFile(folder, engine), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null
    throw error
  })
  if (text === null) return null
  const counts = ReferenceCountsSchema.parse(JSON.parse(text))
  return counts.workloadHash === workloadHash ? counts : null
}

/** Counts of the references on the question's other engines, as far as they are stored. */
export async function otherEngines(question: LoadedQuestion, engine: string): Promise<Record<string, ReferenceCounts>> {
  const others = question.question.engines.filter((other) => other !== engine)
  const counted = await Promise.all(
    others.map(async (other) => [other, await referenceCounts(question, other)] as const),
  )
  return Object.fromEntries(counted.filter((one): one is [string, ReferenceCounts] => one[1] !== null))
}

export function countsFile(folder: string, engine: string): string {
  return join(folder, "references", engine, "counts.json")
}
