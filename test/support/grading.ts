/** Grades submissions in tests as the command does: real engine, real containers, one workshop per test file. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Report } from "../../graders/report.ts"
import { readQuestion } from "../../prompts/load-question.ts"
import { openPool } from "../../sandboxes/pool.ts"
import { readSubmission } from "../../sandboxes/read-submission.ts"
import type { Submission } from "../../sandboxes/submission.ts"
import { gradeSubmission, referenceCounts } from "../../server/grade-submission.ts"
import { openWorkshop, type Workshop } from "../../server/workshop.ts"

export const ROOT = resolve(import.meta.dirname, "../..")
export const CLICKSTREAM = resolve(ROOT, "prompts/questions/clickstream")

let opened: Promise<Workshop> | null = null
let atStart: Promise<string[]> | null = null

export function workshop(): Promise<Workshop> {
  opened ??= openWorkshop(() => {})
  atStart ??= opened.then(existing)
  return opened
}

export async function reference(name: string, engine = "cassandra", question = "clickstream"): Promise<Submission> {
  const read = await readSubmission(resolve(ROOT, "prompts/questions", question, "references", engine, name))
  if (!read.ok) throw new Error(read.rejected.message)
  return read.submission
}

/** The strong reference with parts of it replaced. */
export async function strongWith(
  parts: { schema?: string; access?: string; files?: Record<string, string> },
  engine = "cassandra",
): Promise<Submission> {
  const strong = await reference("strong", engine)
  return {
    ...strong,
    ...(parts.schema === undefined ? {} : { schema: parts.schema }),
    files: parts.files ?? (parts.access === undefined ? strong.files : { "access.ts": parts.access }),
  }
}

export async function strongAccess(engine = "cassandra"): Promise<string> {
  return readFileSync(resolve(CLICKSTREAM, "references", engine, "strong/access.ts"), "utf8")
}

export const gradeQuick = (submission: Submission): Promise<Report> =>
  gradeUndisturbed(submission, { quick: true, timed: false })

export const gradeFull = (submission: Submission): Promise<Report> =>
  gradeUndisturbed(submission, { quick: false, timed: true })

/** All sizes, and nothing timed: for what only a large size shows, in half of the time. */
export const gradeUntimed = (submission: Submission): Promise<Report> =>
  gradeUndisturbed(submission, { quick: false, timed: false })

/** What the strong reference's operations count at each size, as stored beside it: a run of it would count the same. */
export async function storedStrong(
  question: string,
  engine: string,
): Promise<Record<string, Record<string, number>>[]> {
  const counts = await referenceCounts(await readQuestion(question), engine)
  return Object.values(counts!.references.strong!).map(({ operations }) => operations)
}

/** A container of the run that is being disturbed, by its labels. */
export interface RunContainer {
  id: string
  pod: string
  role: string
  slot: string | undefined
}

/**
 * For tests that disturb the run themselves: the report names what failed on our side. `onPhase` is told what containers the run has made so
 * far, so that nobody else's on this machine is hit; a warm pod is not claimed.
 */
export async function gradeQuickDisturbed(
  submission: Submission,
  onPhase: (phase: string, made: readonly RunContainer[]) => void,
): Promise<Report> {
  const { docker, ...rest } = await workshop()
  const made: RunContainer[] = []
  const containers = {
    ...docker.containers,
    async create(spec: Parameters<typeof docker.containers.create>[0]) {
      const id = await docker.containers.create(spec)
      const { pod, role, slot } = spec.Labels ?? {}
      made.push({ id, pod, role, slot })
      return id
    },
  }
  const watchedDocker = { ...docker, containers }
  const pool = {
    ...openPool({ docker: watchedDocker, folder: join(rest.stateFolder, "pods") }),
    claim: async () => null,
  }
  const watched = { ...rest, pool, docker: watchedDocker }
  return gradeSubmission(watched, submission, {
    quick: true,
    timed: false,
    seed: "test",
    onProgress: (phase) => onPhase(phase, made),
  })
}

/** A run that failed on our side and was repeated would pass unnoticed; nobody disturbs these, so that would be a bug. */
async function gradeUndisturbed(submission: Submission, how: { quick: boolean; timed: boolean }): Promise<Report> {
  const report = await gradeSubmission(await workshop(), submission, { ...how, seed: "test", onProgress: () => {} })
  const faults = report.provenance?.faults ?? []
  if (faults.length > 0) throw new Error(`Our side failed in a run that nobody disturbed: ${faults.join("; ")}`)
  return report
}

/** Containers and volumes of ours that exist now and did not when this file's tests began (somebody may keep a warm pool beside them). */
export async function leftovers(): Promise<string[]> {
  const open = await workshop()
  const before = new Set(await atStart)
  return (await existing(open)).filter((name) => !before.has(name))
}

async function existing({ docker }: Workshop): Promise<string[]> {
  const [containers, volumes] = await Promise.all([
    docker.containers.list({ app: "proofrun" }),
    docker.volumes.list({ app: "proofrun" }),
  ])
  return [...containers.map(({ name }) => name), ...volumes.map(({ name }) => name)]
}
