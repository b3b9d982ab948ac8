/**
 * Which keys the same writes name at two times that lie far apart: one that is named at both is not closed as time goes by, whatever other keys there are.
 * Leaves more data behind, so it comes last. Says nothing of what that means.
 */
import type { Call, TimesApart } from "../../../prompts/workload.ts"
import type { KeysApart } from "../../evidence.ts"
import { endTurn, renew, runOn, send } from "../arm.ts"
import type { Run } from "../run.ts"

/** undefined where the engine does not show keys on the wire, or where a write failed. */
export async function keysApart(run: Run, { days, early, late }: TimesApart): Promise<KeysApart[] | undefined> {
  const { candidate, engine, operations } = run
  if (!engine.patternOf) return undefined
  // A process that remembers what it wrote might not write it again.
  if ((await renew(candidate, operations)) !== null) return undefined
  const first = await named(run, early)
  const second = first && (await named(run, late))
  await endTurn(candidate)
  if (!first || !second) return undefined
  const keys = Map.groupBy(new Set([...first, ...second]), engine.patternOf)
  return [...keys].map(([table, its]) => ({
    table,
    days,
    early: its.filter((key) => first.has(key)).length,
    late: its.filter((key) => second.has(key)).length,
    both: its.filter((key) => first.has(key) && second.has(key)).length,
  }))
}

/** The keys that these writes name, with what they leave to be done after their replies; null where one of them fails. */
async function named({ candidate, operations }: Run, writes: Call[]): Promise<Set<string> | null> {
  const takeKeys = () => candidate.hosts.flatMap((host) => [...host.takeKeys().keys()])
  takeKeys()
  for (const [index, call] of writes.entries()) {
    const { reply } = await send(candidate, (index % 2) as 0 | 1, call, operations)
    if (!reply.ok) return null
    await runOn(candidate)
  }
  return new Set(takeKeys())
}
