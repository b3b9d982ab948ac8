/**
 * What an arm's processes read and write beside the calls that are counted: while they begin, in `connect`, or behind their first calls. A copy of all that is stored, or
 * work that was put off until nobody counts, would make every call cheap.
 */
import type { Counts } from "../engines/engine.ts"
import type { Rejection } from "../evidence.ts"
import { countsOf, renew } from "./arm.ts"
import type { Run } from "./run.ts"

/** Both processes together may look up so much, whatever is stored: settings, scripts, who is famous. */
const ALWAYS_KIB = 128
/** And so much of what is stored. A copy of it, in two processes, is fifty times as much. */
const SHARE_OF_STORED = 0.04

/** What the engine handed out and took, KiB. */
export const movedKiB = ({ readKiB = 0, writtenKiB = 0 }: Counts): number => readKiB + writtenKiB

/** As `renew`, for the candidate; with what the new processes moved before they had a call, KiB. */
export async function renewCounted(
  { candidate, operations }: Run,
  renewing = () => renew(candidate, operations),
): Promise<{ rejected: Rejection | null; kib: number }> {
  const before = movedKiB(await countsOf(candidate))
  const rejected = await renewing()
  return { rejected, kib: movedKiB(await countsOf(candidate)) - before }
}

/** Keeps the pass that comes nearest to what an honest design may have to move, or goes farthest beyond it. */
export function noteBeside(run: Pick<Run, "beside" | "storedKiB">, pass: string, kib: number): void {
  const { beside, storedKiB } = run
  const mostKiB = ALWAYS_KIB + SHARE_OF_STORED * storedKiB
  if (beside === null || kib / mostKiB > beside.kib / beside.mostKiB) run.beside = { pass, kib, storedKiB, mostKiB }
}
