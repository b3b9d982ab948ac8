/** Calls and spending in memory, by the same rules as on disk. */
import type { CallStore } from "../../graders/judge/ask.ts"
import type { Call } from "../../graders/judge/judgement.ts"

export interface MemoryCallStore extends CallStore {
  kept: Map<string, Call>
  /** Everything that was kept, also what came to nothing. */
  all: Call[]
  /** US dollars. */
  spent(): number
}

const isSpoilt = ({ outcome, completion }: Call): boolean =>
  completion !== null && outcome !== "answered" && outcome !== "refused"

export function memoryCallStore(): MemoryCallStore {
  const kept = new Map<string, Call>()
  const all: Call[] = []
  const aside = new Map<string, number>()
  let settled = 0
  const spent = () => settled + [...aside.values()].reduce((sum, usd) => sum + usd, 0)
  return {
    kept,
    all,
    spent,
    spoilt: async (key) => all.filter((call) => call.key === key && isSpoilt(call)).length,
    find: async (key) => kept.get(key) ?? null,
    async reserve(key, usd, limitUsd) {
      if (spent() + usd > limitUsd) return false
      aside.set(key, usd)
      return true
    },
    async release(key) {
      aside.delete(key)
    },
    async keep(call) {
      all.push(call)
      if ((call.outcome === "answered" || call.outcome === "refused") && !kept.has(call.key)) kept.set(call.key, call)
      settled += call.usd ?? aside.get(call.key) ?? 0
      aside.delete(call.key)
    },
  }
}
