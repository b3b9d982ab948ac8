/** The open-loop generator: each call leaves at its intended time, whatever came back so far. Latency is the caller's to take, from that time. */
import type { Arrival } from "./schedule.ts"

/** Timers are late by up to a millisecond or so: the last stretch before a call is waited out in turns of the event loop. */
const SPIN_BELOW_MS = 1.5

/**
 * Fires each arrival at `startMs + atMs` (performance.now()). `fire` must return at once; false ends the loop.
 * @returns how late each call left, milliseconds
 */
export async function openLoop<A extends Arrival>(
  schedule: A[],
  startMs: number,
  fire: (arrival: A, dueMs: number, position: number) => boolean,
): Promise<number[]> {
  const lags: number[] = []
  for (const [position, arrival] of schedule.entries()) {
    const due = startMs + arrival.atMs
    await until(due)
    lags.push(performance.now() - due)
    if (!fire(arrival, due, position)) break
  }
  return lags
}

/** Resolves at `dueMs` (performance.now()), early by nothing and late by as little as the event loop allows. */
export async function until(dueMs: number): Promise<void> {
  for (let left = dueMs - performance.now(); left > 0; left = dueMs - performance.now()) {
    if (left > SPIN_BELOW_MS) await new Promise((resolve) => setTimeout(resolve, left - SPIN_BELOW_MS))
    else await new Promise((resolve) => setImmediate(resolve))
  }
}
