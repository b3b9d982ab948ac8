/** What Prometheus is told. One registry per process, made here and handed on. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client"
import type { Report } from "../graders/report.ts"
import type { Database } from "./store/database.ts"
import { queueFacts } from "./store/dispatch.ts"
import { judgeSpent } from "./store/judge-calls.ts"
import type { PhaseProgress } from "./store/tables.ts"

export type Metrics = ReturnType<typeof openMetrics>

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 240]

/** A server's: `db` is asked for the queue's state when metrics are read, and `watchers` for the open streams. A worker has neither. */
export function openMetrics(server?: { db: Database; watchers: () => number }) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const labelled = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    ({ name: `proofrun_${name}`, help, labelNames, registers }) as const
  const metrics = {
    registry,
    requestSeconds: new Histogram({
      ...labelled("request_seconds", "Time to answer a request", ["route", "status"]),
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    }),
    stageSeconds: new Histogram({
      ...labelled("stage_seconds", "Time that a stage took", ["stage"]),
      buckets: SECONDS,
    }),
    phaseSeconds: new Histogram({
      ...labelled("phase_seconds", "Time that a phase of a run took", ["phase"]),
      buckets: SECONDS,
    }),
    verdicts: new Counter(labelled("verdicts_total", "What stages came to", ["stage", "verdict"])),
    evidence: new Counter(labelled("evidence_total", "Where a submission's evidence came from", ["from"])),
    faults: new Counter(labelled("faults_total", "Failures on our side", ["kind"])),
    poolWarm: new Gauge(labelled("pool_warm", "Warm sandboxes", ["question", "engine"])),
    judgeCalls: new Counter(labelled("judge_calls_total", "Judgements of written answers", ["came_to"])),
    candidateP99: new Histogram({
      ...labelled("candidate_p99_ms", "p99 of candidates' calls at peak, milliseconds", [
        "question",
        "engine",
        "operation",
      ]),
      buckets: [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000],
    }),
    engineBytes: new Histogram({
      ...labelled("engine_live_bytes", "Bytes that a submission kept in the engine at its largest size", [
        "question",
        "engine",
      ]),
      buckets: [1e5, 1e6, 5e6, 1e7, 2.5e7, 5e7, 1e8, 5e8],
    }),
    /** Phases of a run that are over, each once. */
    observePhases(token: number, phases: PhaseProgress[]): void {
      const seen = phasesSeen.get(token) ?? 0
      const over = phases.slice(seen, -1)
      // The size that is worked on is part of a phase's name ("load 4-days"), and no label.
      for (const { phase, seconds } of over)
        metrics.phaseSeconds.observe({ phase: phase.split(" ")[0] ?? phase }, seconds)
      phasesSeen.set(token, seen + over.length)
      if (phasesSeen.size > 1_000) phasesSeen.delete(phasesSeen.keys().next().value!)
    },
    observeReport({ question, engine, evidence, judgement }: Report): void {
      for (const { operation, candidate } of evidence?.peak?.operations ?? [])
        metrics.candidateP99.observe({ question, engine, operation }, candidate.p99)
      const stored = evidence?.stages.at(-1)?.storage?.liveBytes
      if (stored !== undefined) metrics.engineBytes.observe({ question, engine }, stored)
      for (const { verdict, review } of judgement?.written ?? [])
        metrics.judgeCalls.inc({ came_to: verdict ?? review?.because ?? "nothing" })
    },
  }
  const phasesSeen = new Map<number, number>()
  if (server) serverGauges(server, registers)
  return metrics
}

function serverGauges({ db, watchers }: { db: Database; watchers: () => number }, registers: Registry[]): void {
  const gauge = (name: string, help: string) => new Gauge({ name: `proofrun_${name}`, help, registers })
  const depth = new Gauge({
    name: "proofrun_queue",
    help: "Submissions by what they wait for",
    labelNames: ["state"],
    registers,
  })
  const oldest = gauge("queue_oldest_seconds", "How long the longest waiting has waited")
  new Gauge({
    name: "proofrun_open_streams",
    help: "Live streams that are open",
    registers,
    collect() {
      this.set(watchers())
    },
  })
  new Gauge({
    name: "proofrun_judge_spent_usd",
    help: "US dollars spent on the judge's model today, and set aside",
    labelNames: ["what"],
    registers,
    async collect() {
      const spent = await judgeSpent(db, new Date().toISOString().slice(0, 10)).catch(() => null)
      if (!spent) return
      this.set({ what: "settled" }, spent.settled)
      this.set({ what: "set aside" }, spent.setAside)
    },
  })
  new Gauge({
    name: "proofrun_database_up",
    help: "Whether the database answers",
    registers,
    async collect() {
      const facts = await queueFacts(db).catch(() => null)
      this.set(facts ? 1 : 0)
      if (!facts) return
      for (const state of ["waiting", "interviewsWaiting", "running", "grading"] as const)
        depth.set({ state }, facts[state])
      oldest.set(facts.oldestSeconds)
    },
  })
}
