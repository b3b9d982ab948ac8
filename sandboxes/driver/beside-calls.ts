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

/** As `renew`, for the candidate, with what the new processes do before they have a call. */
export async function renewCounted(
  run: Run,
  pass: string,
  renewing = () => renew(run.candidate, run.operations),
): Promise<Rejection | null> {
  const before = movedKiB(await countsOf(run.candidate))
  const rejected = await renewing()
  noteBeside(run, pass, movedKiB(await countsOf(run.candidate)) - before)
  return rejected
}

/** Keeps the pass in which most was moved beside the calls, where that is more than an honest design has to. */
export function noteBeside(
  { suspicions, storedKiB }: Pick<Run, "suspicions" | "storedKiB">,
  pass: string,
  kib: number,
): void {
  const mostKiB = ALWAYS_KIB + SHARE_OF_STORED * storedKiB
  if (kib > mostKiB && kib > (suspicions.beside?.kib ?? 0)) suspicions.beside = { pass, kib, storedKiB, mostKiB }
}
