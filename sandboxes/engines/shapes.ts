/**
 * What an engine's `shapes.ts` exports as default: calls over one small data set whose work is known. The bench fits the cost weights on them,
 * and the conformance suite holds the counts to the values given there.
 */
import type { Counts, Space } from "./engine.ts"

export interface EngineShapes {
  /** Makes and fills what the calls need. */
  prepare(space: Space): Promise<void>
  shapes: readonly QueryShape[]
  /** Counts that stand for different work; the others are sums or repetitions of these. */
  fitted: readonly string[]
}

export interface QueryShape {
  name: string
  /** The i-th call through the engine's ordinary client, in one dependent round trip. Calls of one shape cost the same for every i. */
  send(client: unknown, i: number): Promise<unknown>
  /** Counts of one call that are known beforehand; the others are only required to repeat. */
  counts: Counts
}
