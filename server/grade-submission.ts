/** The one path from a submission to its report: run it, grade what was measured. The command and the worker both take it. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { StrongByEngine } from "../graders/comparison.ts"
import { grade } from "../graders/grade.ts"
import type { ProseJudge } from "../graders/judge/ask.ts"
import type { Judgement, Mark } from "../graders/judge/judgement.ts"
import { STRONG } from "../graders/measured.ts"
import type { Report } from "../graders/report.ts"
import { type LoadedQuestion, readQuestion } from "../prompts/load-question.ts"
import type { Job } from "../sandboxes/driver/protocol.ts"
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
  /** Left out: nobody judges the prose. */
  prose?: Judging
}

export interface Judging {
  judge: ProseJudge
  /** A judge on this machine takes the processor from what is being timed, so it comes after. */
  afterwards: boolean
  /** Told where it failed on our side; the grading goes on. */
  onFailed: (error: unknown) => void
}

/** What is known of the answer besides the run. */
export interface Said {
  judgement: Judgement | null
  marks: Mark[]
}

/** Throws `PodFault` where our side failed twice. */
export async function gradeSubmission(
  workshop: Workshop,
  submission: Submission,
  options: GradeOptions,
): Promise<Report> {
  const question = await readQuestion(submission.question)
  // The prose needs no evidence, so most often it is judged while the containers run.
  const early = options.prose?.afterwards ? null : judgeAnswer(question, submission, options.prose)
  const outcome = await measureSubmission(workshop, question, submission, options)
  const judgement = await (early ?? judgeAnswer(question, submission, options.prose))
  return gradeOutcome(question, submission, outcome, { quick: options.quick, judgement, marks: [] })
}

/** null where there is no judge, or where it failed on our side: a report without written points is worth more than none. */
export async function judgeAnswer(
  { question, rubric, statement }: LoadedQuestion,
  { answer }: Submission,
  judging: Judging | undefined,
): Promise<Judgement | null> {
  if (!judging) return null
  try {
    return await judging.judge.judge({ question, statement, rubric, answer, earlier: null })
  } catch (error) {
    judging.onFailed(error)
    return null
  }
}

export async function measureSubmission(
  workshop: Workshop,
  question: LoadedQuestion,
  submission: Submission,
  { quick, timed, seed, onProgress }: Pick<GradeOptions, "quick" | "timed" | "seed" | "onProgress">,
): Promise<Outcome> {
  const job = await jobFor(workshop.stateFolder, question, submission, { quick, timed, seed })
  return runOn(workshop, job, { onProgress })
}

/** What a sandbox is told to do with a submission. */
export async function jobFor(
  stateFolder: string,
  { workloadHash }: LoadedQuestion,
  submission: Submission,
  { quick, timed, seed }: Pick<GradeOptions, "quick" | "timed" | "seed">,
): Promise<Job> {
  const key = await attemptKey(stateFolder, workloadHash, submission, seed)
  return { type: "job", submission, quick, timed, key, seed: seed ?? "from the design", nowMs: Date.now() }
}

/** Runs a job in a sandbox of this machine. */
export async function runOn(
  { docker, images, pool, machine }: Workshop,
  job: Job,
  { onProgress, signal }: { onProgress: Progress; signal?: AbortSignal },
): Promise<Outcome> {
  const engine = await engineContainer(job.submission.engine)
  return runSubmission({ docker, images, pool, machine, engine, job, onProgress, signal })
}

/** Pure but for reading the question's and the engine's stored figures. */
export async function gradeOutcome(
  question: LoadedQuestion,
  submission: Submission,
  outcome: Outcome,
  { quick, judgement, marks }: Said & { quick: boolean },
): Promise<Report> {
  return grade({
    question: question.question,
    rubric: question.rubric,
    rubricHash: question.rubricHash,
    submission,
    quick,
    outcome,
    judgement,
    marks,
    referenceCounts: await referenceCounts(question, submission.engine),
    engines: await strongByEngine(question, submission.engine),
    weights: await engineWeights(submission.engine),
  })
}

/** A submission that could not even be read still gets a report that says so, with its answer where there is one. */
export async function rejectedReport(
  submission: Submission,
  rejected: Rejection,
  { quick, prose }: Pick<GradeOptions, "quick" | "prose">,
): Promise<Report> {
  const question = await readQuestion(submission.question)
  const judgement = await judgeAnswer(question, submission, prose)
  const outcome: Outcome = { kind: "rejected", rejected, warnings: [], provenance: null }
  return gradeOutcome(question, submission, outcome, { quick, judgement, marks: [] })
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

/** The strong reference's counts on each engine of the question, as far as they are stored, `engine` first. */
export async function strongByEngine(question: LoadedQuestion, engine: string): Promise<StrongByEngine> {
  const engines = [engine, ...question.question.engines.filter((other) => other !== engine)]
  const counted = await Promise.all(
    engines.map(async (name) => ({
      engine: name,
      stages: (await referenceCounts(question, name))?.references[STRONG],
    })),
  )
  return counted.filter((one): one is StrongByEngine[number] => one.stages !== undefined)
}

export function countsFile(folder: string, engine: string): string {
  return join(folder, "references", engine, "counts.json")
}
