/**
 * The driver's program: warms the pod, takes one job from stdin, measures it, prints the outcome and ends. Started as
 * `main.ts QUESTION ENGINE ARM...` in a container of its own that shares the engine's network namespace. One pod, one job.
 */
import { join } from "node:path"
import { createInterface } from "node:readline"
import { importWorkload, readQuestion } from "../../prompts/load-question.ts"
import type { EngineDefinition } from "../engines/engine.ts"
import type { Rejection } from "../evidence.ts"
import type { ArmHost } from "./arm.ts"
import { type Host, openHost } from "./hosts.ts"
import { type Compared, measure, type Pod } from "./measure.ts"
import { ARMS, type Arm, type FromDriver, HOSTS_PER_ARM, type Job, type ToDriver, ToDriverSchema } from "./protocol.ts"
import { QUOTAS } from "./quotas.ts"
import { readReference } from "./references.ts"

const ENGINE_DEADLINE_MS = 60_000
const HOST_DEADLINE_MS = 60_000
const COMPILE_DEADLINE_MS = 20_000
const REMOVED_WITHIN_MS = 30_000
const SAID_AGAIN_MS = 500

const [questionName, engineName, ...armNames] = process.argv.slice(2)
const started = performance.now()

function say(frame: FromDriver): void {
  process.stdout.write(`${JSON.stringify(frame)}\n`)
}

let failed = false
/**
 * Said until the worker has heard, which may not listen yet, and removes the pod. Until then we live: an engine ends soon after its driver, and
 * would be taken for dead before.
 */
function fault(error: unknown): void {
  if (failed) return
  failed = true
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const tell = () => say({ type: "fault", message })
  tell()
  setInterval(tell, SAID_AGAIN_MS)
  setTimeout(() => process.exit(70), REMOVED_WITHIN_MS)
}
process.on("uncaughtException", fault)

const inbox = openInbox()
const hosts: Host[] = []
await doTheJob().catch(fault)

async function doTheJob(): Promise<void> {
  const pod = await warm()
  say({ type: "warm", seconds: (performance.now() - started) / 1000 })
  const outcome = await measure(pod, await inbox.job)
  const lost = hosts.find((host) => host.gone())
  // Its calls have failed since, and that is in the outcome.
  if (lost) throw new Error(`the host in slot ${lost.slot} ended in mid-run`)
  if (failed) return
  process.stdout.write(`${JSON.stringify({ type: "outcome", outcome } satisfies FromDriver)}\n`, () => process.exit(0))
}

async function warm(): Promise<Pod> {
  const loaded = await readQuestion(questionName)
  const { question, folder, workloadHash, types } = loaded
  const definition: EngineDefinition = (await import(`../engines/${engineName}/engine.ts`)).default
  const makeWorkload = await importWorkload(loaded)
  let quota: Rejection | null = null
  const open = async (arm: Arm, index: number): Promise<Host> => {
    const host = await openHost({
      quotas: {
        ...QUOTAS,
        inFlight: definition.mostInFlight,
        furtherStatements: definition.statementsAreShapes ? "are one" : "are refused",
      },
      slot: ARMS.indexOf(arm) * HOSTS_PER_ARM + index,
      arm,
      engine: definition,
      onQuota: (which, rejection) => {
        if (which === "candidate") quota ??= rejection
      },
    })
    await host.ready(HOST_DEADLINE_MS)
    hosts.push(host)
    return host
  }
  const arms = ARMS.filter((arm) => armNames.includes(arm))
  const [engine, ...pairs] = await Promise.all([
    definition.start({ deadlineMs: ENGINE_DEADLINE_MS }),
    ...arms.map((arm) => Promise.all([open(arm, 0), open(arm, 1)])),
  ])
  const byArm = Object.fromEntries(arms.map((arm, index) => [arm, pairs[index]])) as Record<Arm, [Host, Host]>
  const compileIn = async (arm: Arm, files: Record<string, string>) => {
    const host = byArm[arm][0]
    await host.start("compile", HOST_DEADLINE_MS)
    const result = await host.compile({
      files,
      types,
      imports: definition.clientPackages,
      deadlineMs: COMPILE_DEADLINE_MS,
    })
    await host.kill()
    return result
  }
  const reference = (arm: Arm, name: string) =>
    readReference(join(folder, "references", engineName, name), async (files) => {
      const result = await compileIn(arm, files)
      if (!result.ok) throw new Error(`the reference "${name}" does not compile: ${result.rejected.message}`)
      return result.bundle
    })
  const compareWith = async (): Promise<Compared> => {
    const slow = question.position.anchor[engineName]
    if (!slow) throw new Error(`question ${question.id} names no anchor for ${engineName}`)
    const [strong, anchor] = await Promise.all([reference("strong", "strong"), reference("anchor", slow)])
    return { hosts: byArm satisfies Compared["hosts"], references: { strong, anchor } }
  }
  return {
    question,
    makeWorkload,
    workloadHash,
    engine,
    model: definition.model,
    hosts: byArm.candidate satisfies readonly [ArmHost, ArmHost],
    compared: arms.length === ARMS.length ? await compareWith() : null,
    compile: (files) => compileIn("candidate", files),
    hostCpuNanos: () => {
      say({ type: "cpu?" })
      return inbox.cpu()
    },
    progress: progressAtMost(20),
    overQuota: () => quota,
  }
}

/** Progress lines are for eyes: no more than `perSecond`, and never between two timed calls more often than that. */
function progressAtMost(perSecond: number): Pod["progress"] {
  let last = 0
  let lastPhase = ""
  return (phase, done, detail) => {
    const now = performance.now()
    if (phase === lastPhase && now - last < 1000 / perSecond) return
    last = now
    lastPhase = phase
    say({ type: "progress", phase, done: Math.min(1, done), detail })
  }
}

/** The worker's lines. When stdin ends, the worker is gone and so is the reason for this pod. */
function openInbox() {
  let gotJob: (job: Job) => void
  const waiting: ((nanos: number[]) => void)[] = []
  const job = new Promise<Job>((resolve) => {
    gotJob = resolve
  })
  const lines = createInterface({ input: process.stdin })
  lines.on("line", (line) => {
    const frame: ToDriver = ToDriverSchema.parse(JSON.parse(line))
    if (frame.type === "job") gotJob(frame)
    else waiting.shift()?.(frame.nanos)
  })
  lines.on("close", () => process.exit(71))
  return { job, cpu: () => new Promise<number[]>((resolve) => waiting.push(resolve)) }
}
