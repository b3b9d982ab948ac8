/** The story of one run, pass by pass: compile, schema, load, correctness, work; then the references, position and peak. */
import { createHash } from "node:crypto"
import type { Question } from "../../prompts/question.ts"
import type { MakeWorkload } from "../../prompts/workload.ts"
import type { Counts, Engine } from "../engines/engine.ts"
import type { DataModel, Evidence, Outcome, Peak, Position, Provenance, Rejection, StageEvidence } from "../evidence.ts"
import {
  type Arm,
  type ArmHost,
  countsOf,
  endTurn,
  type Operations,
  renew,
  subtract,
  takePrinted,
  takeTurn,
  trafficOf,
} from "./arm.ts"
import { movedKiB, noteBeside, renewCounted } from "./beside-calls.ts"
import type { Compiled } from "./hosts.ts"
import { openLedger } from "./ledger.ts"
import { check } from "./passes/checks.ts"
import { keysApart } from "./passes/keys-apart.ts"
import { load } from "./passes/load.ts"
import { peak } from "./passes/peak.ts"
import { type Arms, position } from "./passes/position.ts"
import { visible } from "./passes/visible.ts"
import { chargeLoad, work } from "./passes/work.ts"
import { forgetPauses, learnPause, unknownPause } from "./pauses.ts"
import { keepPrints } from "./printed.ts"
import type { Arm as ArmName, Job } from "./protocol.ts"
import { openReferenceArm, type Reference } from "./references.ts"
import { type Run, StageStopped } from "./run.ts"
import { statementOwners } from "./statement-owners.ts"
import { type Stopwatch, stopwatch } from "./stopwatch.ts"

/** A free run sees the two smallest sizes. */
const QUICK_STAGES = 2
const UNREAD_SHARE = 0.02
/**
 * The clickstream's secondary index took 43 s for all sizes on a slow machine. The worker gives a whole run eight minutes and takes it for our fault beyond: who is so slow
 * is stopped at a size instead, where what is missing is charged to the design.
 */
const MOST_SECONDS_FOR_SIZES = 240
/** A size that was begun in time may go on until here; the references, the timed passes and the facts fit into the rest of the eight minutes. */
const LAST_SECOND_OF_SIZES = 330
/**
 * Of one pass, in looks at a single table; one at all tables counts as ten. The driver's own Mapper makes three for each table and process with its first calls, so
 * sixteen tables are within it.
 */
const MOST_SYSTEM_READS = 100

/** What the candidate is timed beside. */
export interface Compared {
  hosts: Record<Exclude<ArmName, "candidate">, readonly [ArmHost, ArmHost]>
  references: { strong: Reference; anchor: Reference }
}

export interface Pod {
  question: Question
  makeWorkload: MakeWorkload
  workloadHash: string
  engine: Engine
  model: DataModel
  /** The candidate's. */
  hosts: readonly [ArmHost, ArmHost]
  /** Null in a pod that was made for a run that times nothing. */
  compared: Compared | null
  /** Bundles and type-checks in a host; never here. */
  compile(files: Record<string, string>): Promise<Compiled>
  hostCpuNanos(): Promise<number[]>
  progress(phase: string, done: number, detail: string): void
  /** Set by the relay when an arm goes over a quota. */
  overQuota(): Rejection | null
}

export async function measure(pod: Pod, job: Job): Promise<Outcome> {
  const { question, engine } = pod
  const started = performance.now()
  const phases = stopwatch()
  const notes: string[] = []
  const key = Buffer.from(job.key, "hex")
  const workload = pod.makeWorkload({ key, nowMs: job.nowMs })
  const operations: Operations = {
    lagMs: question.lagMs,
    names: question.operations.map(({ name }) => name),
    isWrite: (name) => question.operations.find((one) => one.name === name)?.kind === "write",
    limitMs: (name) => question.operations.find((one) => one.name === name)?.limitMs ?? 5000,
  }

  pod.progress("compile", 0, "")
  const compiled = await phases.time("compile", () => pod.compile(job.submission.files))
  const provenance = async (bundle: string): Promise<Provenance> => ({
    startedAt: new Date(job.nowMs).toISOString(),
    seconds: (performance.now() - started) / 1000,
    phases: phases.list(),
    seed: job.seed,
    key: job.key,
    nowMs: job.nowMs,
    images: {},
    engine: await engine.facts(),
    machine: {},
    workloadHash: pod.workloadHash,
    bundleHash: createHash("sha256").update(bundle).digest("hex"),
    faults: [],
  })
  if (!compiled.ok)
    return { kind: "rejected", rejected: compiled.rejected, warnings: [], provenance: await provenance("") }
  const prints = job.quick ? keepPrints() : undefined
  const reject = async (rejected: Rejection): Promise<Outcome> => ({
    kind: "rejected",
    rejected: pod.overQuota() ?? withRefusal(rejected, pod.hosts),
    warnings: compiled.warnings,
    ...(prints && { printed: prints.list() }),
    provenance: await provenance(compiled.bundle),
  })

  pod.progress("schema", 0, "")
  const space = await engine.createSpace("candidate")
  const applied = await phases.time("schema", () => space.applySchema(job.submission.schema))
  if (!applied.ok) return reject(applied.rejected)
  notes.push(...applied.notes)

  const candidate: Arm = {
    name: "candidate",
    space,
    hosts: pod.hosts,
    oracle: workload.oracle(),
    bundle: compiled.bundle,
    runsOn: unknownPause(question.lagMs),
    ...(prints && { prints }),
  }
  const rejectRun = async (rejected: Rejection): Promise<Outcome> => {
    await takePrinted(candidate)
    return reject(rejected)
  }
  const writes = operations.names.filter(operations.isWrite)
  const seen = statementOwners(candidate, writes)
  const run: Run = {
    job,
    question,
    workload,
    operations,
    engine,
    candidate,
    owners: seen,
    ledger: openLedger(),
    suspicions: { unread: { checked: 0, unread: 0, example: null } },
    beside: null,
    givenBytes: 0,
    storedKiB: 0,
    untilMs: started + LAST_SECOND_OF_SIZES * 1000,
    progress: pod.progress,
  }
  pod.progress("connect", 0, "")
  const refused = await phases.time("connect", () => renew(candidate, operations))
  if (refused) return rejectRun(refused)
  await takePrinted(candidate)

  const stages: StageEvidence[] = []
  for (const [index, stage] of (job.quick ? workload.stages.slice(0, QUICK_STAGES) : workload.stages).entries()) {
    const evidence: StageEvidence = {
      id: stage.id,
      label: stage.label,
      at: stage.at,
      ...(stage.per && { per: stage.per }),
      axes: Object.keys(workload.axes).filter((axis) => workload.axes[axis].includes(stage.id)),
      load: { calls: 0, failed: 0, seconds: 0, perSecond: 0 },
      work: [],
      storage: null,
      stopped: null,
    }
    stages.push(evidence)
    const seconds = (performance.now() - started) / 1000
    if (seconds > MOST_SECONDS_FOR_SIZES) {
      evidence.stopped = `the sizes before it took ${Math.round(seconds)} s, and a run has ${MOST_SECONDS_FOR_SIZES} s for all of them`
      break
    }
    try {
      prints?.at(stage.label, "load")
      const before = await countsOf(candidate)
      await takeTurn(candidate)
      const loaded = await phases.time("load", () => load(run, stage.id))
      if ("rejected" in loaded) return await rejectRun(loaded.rejected)
      evidence.load = loaded
      await endTurn(candidate)
      const perCall = perLoadedCall(subtract(await countsOf(candidate), before), loaded.calls)
      seen.rest(writes[0])
      await takePrinted(candidate)
      const again = await renewCounted(run)
      if (again.rejected) return await rejectRun(again.rejected)
      await phases.time("settle", () => engine.settle())
      evidence.storage = await space.storage()
      run.storedKiB = evidence.storage.liveBytes / 1024
      noteBeside(run, `correctness at ${stage.label}`, again.kib)
      forgetPauses(candidate)
      prints?.at(stage.label, "correctness")
      const wrong = await phases.time("correctness", () => check(run, stage.id, index === 0))
      if (wrong) return await rejectRun(wrong.rejected)
      for (const operation of operations.names) if (!operations.isWrite(operation)) seen.rest(operation)
      learnPause(candidate, index === 0)
      await takePrinted(candidate)
      const beforeWork = movedKiB(await countsOf(candidate))
      const anew = await renew(candidate, operations)
      if (anew) return await rejectRun(anew)
      prints?.at(stage.label, "work")
      const counted = await phases.time("work", () => work(run, candidate, stage, beforeWork))
      // Where several writes are loaded side by side, nobody can say which of them did what.
      evidence.work = writes.length === 1 ? chargeLoad(counted, writes[0], perCall) : counted
      await takePrinted(candidate)
    } catch (error) {
      if (!(error instanceof StageStopped)) throw error
      evidence.stopped = error.message
      break
    }
    const over = pod.overQuota()
    if (over) return rejectRun(over)
  }
  await takePrinted(candidate)
  await endTurn(candidate)
  const finished = stages.length === workload.stages.length && stages.every((stage) => stage.stopped === null)
  prints?.at(stages.at(-1)!.label, "visibility")
  const visibility =
    workload.looks && finished
      ? await phases.time("visibility", () => visible(run, workload.looks!, stages.at(-1)!.id))
      : null
  await takePrinted(candidate)

  const over = pod.overQuota()
  if (over) return rejectRun(over)
  // From here on the references' tables can be read: nothing that the candidate's process writes may leave the pod any more.
  const texts = seen.all()
  const refusals = refusalsOf(candidate.hosts)

  let timed: { position: Position; peak: Peak } | null = null
  if (job.timed && !job.quick && finished) {
    const passed = await timedPasses(pod, run, phases, stages)
    const rejected = pod.overQuota() ?? ("rejected" in passed ? passed.rejected : null)
    if (rejected)
      return {
        kind: "rejected",
        rejected: wordless(rejected),
        warnings: compiled.warnings,
        provenance: await provenance(compiled.bundle),
      }
    if ("position" in passed) timed = passed
  }

  pod.progress("facts", 0, "")
  const statements = await space.explain(texts)
  const schema = await space.schemaFacts()
  const { timesApart } = workload
  const apart =
    timesApart && stages.every((stage) => stage.stopped === null)
      ? await phases.time("keys apart", () => keysApart(run, timesApart))
      : undefined
  const evidence: Evidence = {
    version: 1,
    quick: job.quick,
    question: question.id,
    engine: job.submission.engine,
    model: pod.model,
    submission: job.submission,
    warnings: compiled.warnings,
    notes: [...notes, ...refusals.map((why) => `a connection to the engine was closed: ${why}`)],
    schema,
    statements: statements.map((statement) => ({ ...statement, operations: seen.operationsOf(statement.text) })),
    invariants: run.ledger.evidence(),
    stages,
    position: timed?.position ?? null,
    peak: timed?.peak ?? null,
    visibility,
    ...(apart && { keysApart: apart }),
    ...(run.beside && { besideCalls: run.beside }),
    suspicions: suspected(run),
    ...(prints && { printed: prints.list() }),
    provenance: await provenance(compiled.bundle),
  }
  return { kind: "measured", evidence }
}

function suspected({ suspicions: { unread }, beside }: Run): Evidence["suspicions"] {
  const kib = (value: number) => `${Math.round(value).toLocaleString("en")} KiB`
  return [
    ...(unread.unread > unread.checked * UNREAD_SHARE
      ? [
          {
            rule: "unread-answer",
            message: `${unread.unread} of ${unread.checked} answers held more than was read from the engine for them: ${unread.example}`,
            evidence: unread,
          },
        ]
      : []),
    ...(beside && beside.kib > beside.mostKiB
      ? [
          {
            rule: "beside-calls",
            message: `When they began (${beside.pass}), both processes together read and wrote ${kib(beside.kib)} that no call of theirs explains, where ${kib(beside.storedKiB)} were stored; ${kib(beside.mostKiB)} are taken as what any design may look up`,
            evidence: beside,
          },
        ]
      : []),
  ]
}

/** Why connections were closed for what was sent on them, each reason once. */
const refusalsOf = (hosts: readonly ArmHost[]): string[] => [...new Set(hosts.flatMap((host) => host.refusals()))]

/** Quotas are told in our own words and by numbers; all else may be the candidate's. */
const wordless = ({ stage, message }: Rejection): Rejection =>
  stage === "quota"
    ? { stage, message }
    : {
        stage,
        message:
          "It could not be started for the timed passes, as it could before. What it said is not shown: beside the references' tables it could say what is in them.",
      }

/** It explains a failure that otherwise says only that a connection was closed. */
function withRefusal(rejected: Rejection, hosts: readonly ArmHost[]): Rejection {
  const [why] = refusalsOf(hosts)
  return why === undefined
    ? rejected
    : { ...rejected, message: `${rejected.message} (a connection was closed: ${why})` }
}

async function timedPasses(
  pod: Pod,
  run: Run,
  phases: Stopwatch,
  stages: StageEvidence[],
): Promise<{ position: Position; peak: Peak } | { rejected: Rejection }> {
  const { question, engine, compared } = pod
  if (!compared) throw new Error("this pod was made for a run that times nothing")
  const { workload, operations, candidate } = run
  const stage = workload.stages.at(-1)
  if (!stage) throw new Error("the workload has no stages")
  pod.progress("references", 0, "")
  const { hosts, references } = compared
  const open = (name: keyof Compared["hosts"], reference: Reference) =>
    openReferenceArm({ name, reference, engine, hosts: hosts[name], workload })
  const arms: Arms = await phases.time("references", async () => {
    const [strong, control, anchor] = await Promise.all([
      open("strong", references.strong),
      open("control", references.strong),
      open("anchor", references.anchor),
    ])
    return { candidate, strong, control, anchor }
  })
  await phases.time("settle", () => engine.settle())
  const renewing = async (pass: string) => {
    const { rejected, kib } = await phases.time("connect", () => renewCounted(run, () => renewAll(arms, operations)))
    noteBeside(run, pass, kib)
    return rejected
  }
  const refused = await renewing("position")
  if (refused) return { rejected: refused }
  const ownReads = () => trafficOf(candidate).systemReads
  const beforePosition = ownReads()
  const found = await phases.time("position", () => position(run, arms, stage.id, pod.hostCpuNanos))
  const positioned = ownReads() - beforePosition
  const anew = await renewing("peak")
  if (anew) return { rejected: anew }
  const beforePeak = ownReads()
  const held = await phases.time("peak", () =>
    peak(run, { candidate, strong: arms.strong }, stage.id, stages.at(-1)?.work ?? [], pod.hostCpuNanos),
  )
  const reads = Math.max(positioned, ownReads() - beforePeak)
  if (reads > MOST_SYSTEM_READS) return { rejected: readsSystem(reads) }
  run.progress("peak", 1, `${question.title}: all passes done`)
  return { position: found, peak: held }
}

/** They are the engine's work beside everybody's calls, and no count holds them. */
const readsSystem = (reads: number): Rejection => ({
  stage: "quota",
  message: `Over quota: ${reads} reads of the engine's own tables while calls were timed; at most ${MOST_SYSTEM_READS} are taken, and one of a whole table counts as ten: read what is needed of them in \`connect\`.`,
})

/** A reference that cannot be started is our fault, and thrown, whatever became of the candidate beside it; a candidate that cannot is its own. */
export async function renewAll(arms: Arms, operations: Operations): Promise<Rejection | null> {
  const all = Object.values(arms)
  const renewed = await Promise.all(all.map((arm) => renew(arm, operations)))
  for (const [index, { name }] of all.entries()) {
    const rejected = renewed[index]
    if (rejected && name !== "candidate")
      throw new Error(`${name} could not be started for a timed pass: ${rejected.message}`)
  }
  await Promise.all(all.map((arm) => endTurn(arm)))
  return renewed[all.indexOf(arms.candidate)] ?? null
}

/** Counts of the load per call; what concurrency alone explains (a statement prepared once per process) is left out. */
function perLoadedCall(delta: Counts, calls: number): Counts {
  return Object.fromEntries(Object.entries(delta).map(([name, value]) => [name, value / Math.max(1, calls)]))
}
