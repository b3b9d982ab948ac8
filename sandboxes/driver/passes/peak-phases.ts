/** What a question lets happen in the middle of the peak: when, by whom, and how the others fared meanwhile. Shown, never scored. */
import type { Phase } from "../../../prompts/question.ts"
import type { PhaseWindow } from "../../evidence.ts"
import type { Arrival } from "../../measurement/schedule.ts"
import { type Arrived, latency } from "./peak-latency.ts"

const ARMS = ["candidate", "strong"] as const

export interface Window {
  phase: Phase
  by: (typeof ARMS)[number]
  startMs: number
  endMs: number
}

/** Seconds that the peak is longer for its phases, so that what is scored is as long as without. */
export const secondsOf = (phases: Phase[]): number =>
  phases.reduce((sum, { windowMs }) => sum + (ARMS.length * windowMs) / 1000, 0)

export const windowsOf = (phases: Phase[], seconds: number): Window[] =>
  phases.flatMap((phase) =>
    ARMS.map((by) => {
      const startMs = phase.at[by] * seconds * 1000
      return { phase, by, startMs, endMs: startMs + phase.windowMs }
    }),
  )

export type PhasedArrival = Arrival & { phase?: string }

/** The calls of the phases themselves, all of one window at once. */
export const arrivalsOf = (windows: Window[]): PhasedArrival[] =>
  windows.flatMap(({ phase, by, startMs }, turn) =>
    Array.from({ length: phase.calls }, (_, index) => ({
      atMs: startMs,
      operation: phase.operation,
      index: turn * phase.calls + index,
      arm: by === "candidate" ? (0 as const) : (1 as const),
      phase: phase.id,
    })),
  )

export const isWithin = (windows: Window[], atMs: number): boolean =>
  windows.some(({ startMs, endMs }) => atMs >= startMs && atMs < endMs)

export function phaseEvidence(windows: Window[], arrived: Arrived[]): PhaseWindow[] {
  return windows.map((window) => {
    const { phase, by, startMs, endMs } = window
    const within = arrived.filter((one) => isWithin([window], one.atMs))
    const others = (arm: 0 | 1) =>
      latency(within.filter((one) => one.phase === undefined && one.arm === arm && one.operation === phase.watch))
    return {
      phase: phase.id,
      by,
      startMs,
      endMs,
      own: latency(within.filter((one) => one.phase === phase.id)),
      others: { candidate: others(0), strong: others(1) },
    }
  })
}
