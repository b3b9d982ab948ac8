/** Counts turned into the engine's one unit by the fitted weights. Pure arithmetic; knows nothing of failures or CPU. */
import type { Weights } from "../sandboxes/evidence.ts"
import { type Measured, referenceCounts, STRONG } from "./measured.ts"

/** Cost of one call with these counts, in the unit of the weights. A count that has no weight costs nothing. */
export function costOf(counts: Record<string, number>, weights: Weights): number {
  let cost = 0
  for (const [name, weight] of Object.entries(weights.weights)) cost += weight * (counts[name] ?? 0)
  return cost
}

export function referenceCost(measured: Measured, reference: string, stage: string, operation: string): number | null {
  const counts = referenceCounts(measured, reference, stage, operation)
  return counts ? costOf(counts, measured.weights) : null
}

export const strongCost = (measured: Measured, stage: string, operation: string) =>
  referenceCost(measured, STRONG, stage, operation)
