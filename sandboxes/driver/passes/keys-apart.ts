/**
 * Which keys the same writes name at two times that lie far apart: one that is named at both is not closed as time goes by, whatever other keys there are.
 * And in which of them something stays that is older than anything may get: a command that cuts off what is old may cut off nothing. Leaves more data
 * behind, so it comes last. Says nothing of what that means.
 */
import type { Call, TimesApart } from "../../../prompts/workload.ts"
import type { KeysApart } from "../../evidence.ts"
import { endTurn, renew, runOn, send } from "../arm.ts"
import type { Run } from "../run.ts"

/**
 * undefined where the engine, or the design, does not show keys on the wire; empty where a write failed, though the statement allows each of them: then nothing was shown, and whoever
 * refuses them must not be believed for it.
 */
export async function keysApart(run: Run, times: TimesApart): Promise<KeysApart[] | undefined> {
  const { candidate, engine, operations } = run
  if (!engine.patternOf) return undefined
  // A process that remembers what it wrote might not write it again.
  if ((await renew(candidate, operations)) !== null) return []
  const first = await named(run, times.early)
  const second = first && (await named(run, times.late))
  const stays = second && candidate.space.elements ? await outliving(run, times, [...second]) : undefined
  await endTurn(candidate)
  if (!first || !second || stays === null) return []
  // Scripts that make their names inside show none.
  if (first.size + second.size === 0) return undefined
  const keys = Map.groupBy(new Set([...first, ...second]), engine.patternOf)
  return [...keys].map(([table, its]) => ({
    table,
    days: times.days,
    early: its.filter((key) => first.has(key)).length,
    late: its.filter((key) => second.has(key)).length,
    both: its.filter((key) => first.has(key) && second.has(key)).length,
    ...(stays && {
      growing: its.filter((key) => stays.has(key)).length,
      outlived: its.filter((key) => stays.get(key)).length,
    }),
  }))
}

/**
 * Of these keys those into which a write puts something more, each with whether something expired is still in it after many more, made by processes that have
 * just begun: then these and the expired one together added more than so many times what one write does. null where a write failed.
 */
async function outliving(
  run: Run,
  { next, expired, after }: TimesApart,
  keys: string[],
): Promise<Map<string, boolean> | null> {
  const elements = (of: string[]) => run.candidate.space.elements!(of)
  const before = await elements(keys)
  if (!(await named(run, next))) return null
  const between = await elements(keys)
  // A design may refuse what is that old.
  await named(run, expired)
  if ((await renew(run.candidate, run.operations)) !== null || !(await named(run, after))) return null
  const atLast = await elements(keys)
  const each = after.length / next.length
  return new Map(
    keys.flatMap((key, index) => {
      const byOne = between[index]! - before[index]!
      return byOne > 0 ? [[key, atLast[index]! - between[index]! > byOne * each] as const] : []
    }),
  )
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
