/**
 * Counts are blind to some work (an index with a range: 1 read and 20 rows at every size, while its time went from 12 to 74 ms), so engine CPU is
 * held against them. Where CPU outgrows the counted cost by more than the tolerance, the rest is charged. Never makes a call cheaper.
 */
import type { StageEvidence } from "../sandboxes/evidence.ts"
import { costOf } from "./counted.ts"
import { finished, type Measured, referenceCounts, STRONG, workOf } from "./measured.ts"

/** CPU may differ this much from the counts when it was taken call by call beside the strong reference. */
const pairedTolerance = ({ weights }: Measured) => Math.max(0.5, weights.error)
/** Between two sizes nothing is paired, and the engine warms up meanwhile. */
const unpairedTolerance = ({ weights }: Measured) => Math.max(1, 2 * weights.error)

const beyond = (cpuRatio: number, costRatio: number, tolerance: number) =>
  costRatio > 0 && Number.isFinite(cpuRatio) ? Math.max(1, cpuRatio / (costRatio * (1 + tolerance))) : 1

/**
 * CPU per call against the smallest size's, beside the counted cost's. Work that grows with the data is there at every later size as well, for none is
 * smaller; what shows at one size alone is the machine's or the engine's housekeeping, so the least of them stands.
 */
export function growthFactor(measured: Measured, stage: StageEvidence, operation: string): number {
  const sizes = finished(measured.evidence)
  const later = sizes.slice(Math.max(0, sizes.indexOf(stage)))
  const seen = later.filter((one) => workOf(one, operation)?.cpuMicros)
  return seen.length === 0 ? 1 : Math.min(...seen.map((one) => factorAt(measured, one, operation)))
}

function factorAt(measured: Measured, stage: StageEvidence, operation: string): number {
  const first = finished(measured.evidence)[0]
  const small = workOf(first, operation)
  const here = workOf(stage, operation)
  if (!small?.cpuMicros || !here?.cpuMicros) return 1
  const costRatio = costOf(here.counts, measured.weights) / costOf(small.counts, measured.weights)
  return beyond(here.cpuMicros / small.cpuMicros, costRatio, unpairedTolerance(measured))
}

/** CPU per timed call against the strong reference's, beside the counted cost's; 1 where the position pass did not time this operation. */
export function pairedFactor(measured: Measured, operation: string): number {
  const { position, stages } = measured.evidence
  if (position?.operation !== operation || position.skipped || position.cpuMicros.strong <= 0) return 1
  const stage = stages.find((one) => one.id === position.stage)
  const strong = referenceCounts(measured, STRONG, position.stage, operation)
  const here = workOf(stage, operation)
  if (!strong || !here) return 1
  const costRatio = costOf(here.counts, measured.weights) / costOf(strong, measured.weights)
  return beyond(position.cpuMicros.candidate / position.cpuMicros.strong, costRatio, pairedTolerance(measured))
}

/** What the counted cost of a call is multiplied by, 1 or more. The two observations are one cause: the larger stands, it is not charged twice. */
export function uncountedFactor(measured: Measured, stage: StageEvidence, operation: string): number {
  const grown = growthFactor(measured, stage, operation)
  const timedAt = measured.evidence.stages.find((one) => one.id === measured.evidence.position?.stage)
  if (!timedAt) return grown
  return grown * Math.max(1, pairedFactor(measured, operation) / growthFactor(measured, timedAt, operation))
}
