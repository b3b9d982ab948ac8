/** Latencies of the calls at peak as figures to keep: percentiles and enough quantiles to draw. Judges nothing. */
import type { Latency, PeakCalls } from "../../evidence.ts"
import { ascending, quantile } from "../../measurement/statistics.ts"
import type { Sent } from "../arm.ts"

const QUANTILES = 200

/** A call at peak that was answered, or given up. */
export interface Arrived {
  operation: string
  arm: 0 | 1
  /** The phase that it belongs to; undefined for the stated mix. */
  phase: string | undefined
  /** When it was meant to leave: milliseconds after the start, and of performance.now(). */
  atMs: number
  dueMs: number
  latencyMs: number
  sent: Sent
}

export function latency(calls: Arrived[]): Latency {
  const sorted = ascending(calls.map((one) => one.latencyMs))
  const at = (q: number) => (sorted.length === 0 ? 0 : quantile(sorted, q))
  return {
    count: calls.length,
    failed: calls.filter((one) => !one.sent.reply.ok).length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
    quantiles: Array.from({ length: QUANTILES + 1 }, (_, index) => at(index / QUANTILES)),
  }
}

/** Single calls to keep, to a hundredth of a millisecond: those that count, and those of the phases. `startMs` of performance.now(). */
export function columnsOf(arrived: Arrived[], startMs: number): PeakCalls[] {
  const kept = arrived.filter((one) => one.atMs >= 0).sort((a, b) => a.dueMs - b.dueMs)
  const groups = Map.groupBy(kept, ({ operation, arm, phase }) => JSON.stringify([operation, arm, phase]))
  return [...groups.values()].map((calls) => {
    const { operation, arm, phase } = calls[0]
    return {
      operation,
      arm: arm === 0 ? "candidate" : "strong",
      ...(phase !== undefined && { phase }),
      dueMs: calls.map((one) => hundredths(one.dueMs - startMs)),
      latencyMs: calls.map((one) => hundredths(one.latencyMs)),
      failed: calls.flatMap((one, index) => (one.sent.reply.ok ? [] : [index])),
    }
  })
}

const hundredths = (ms: number) => Math.round(ms * 100) / 100
