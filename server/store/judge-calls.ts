/** Calls to the judge's model in Postgres: any number of workers share them and the day's limit. */
import { and, asc, eq, sql } from "drizzle-orm"
import type { CallStore } from "../../graders/judge/ask.ts"
import { CallSchema } from "../../graders/judge/judgement.ts"
import type { Database } from "./database.ts"
import { judgeCall, judgeFailure, judgeSpending } from "./tables.ts"

/** For one lock per day: two that set money aside at the same moment must see each other. */
const LOCK = 4_731_903

/** @param persist runs what must not be lost again where the database was away; left out: once */
export function judgeCalls(
  db: Database,
  persist: <T>(run: () => Promise<T>) => Promise<T> = (run) => run(),
): CallStore {
  /** Lines that this process has set aside, by key: the same call may be on its way twice. */
  const mine = new Map<string, number[]>()
  const taken = (key: string): number | undefined => {
    const line = mine.get(key)?.shift()
    if (mine.get(key)?.length === 0) mine.delete(key)
    return line
  }
  return {
    async find(key) {
      const [row] = await persist(async () => db.select().from(judgeCall).where(eq(judgeCall.key, key)))
      return row ? CallSchema.parse(row.call) : null
    },
    async spoilt(key) {
      return db.$count(judgeFailure, and(eq(judgeFailure.key, key), eq(judgeFailure.spoilt, true)))
    },
    async reserve(key, usd, limitUsd, at) {
      const day = at.toISOString().slice(0, 10)
      const line = await db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}, hashtext(${day}))`)
        const [{ spent } = { spent: 0 }] = await tx
          .select({ spent: sql<number>`coalesce(sum(${judgeSpending.usd}), 0)::float8` })
          .from(judgeSpending)
          .where(eq(judgeSpending.day, day))
        if (spent + usd > limitUsd) return null
        const [made] = await tx.insert(judgeSpending).values({ day, key, usd }).returning({ id: judgeSpending.id })
        return made!.id
      })
      if (line === null) return false
      mine.set(key, [...(mine.get(key) ?? []), line])
      return true
    },
    async keep(call) {
      const answered = call.outcome === "answered" || call.outcome === "refused"
      const line = taken(call.key)
      // It was paid for.
      const write = () =>
        db.transaction(async (tx) => {
          if (answered) await tx.insert(judgeCall).values({ key: call.key, call }).onConflictDoNothing()
          else await tx.insert(judgeFailure).values({ key: call.key, spoilt: call.completion !== null, call })
          if (line === undefined) return
          // What a model without a price cost is not known: what was set aside for it stands.
          await tx
            .update(judgeSpending)
            .set({ settled: true, ...(call.usd !== null && { usd: call.usd }) })
            .where(eq(judgeSpending.id, line))
        })
      await persist(write)
    },
    async release(key) {
      const line = taken(key)
      if (line !== undefined) await db.delete(judgeSpending).where(eq(judgeSpending.id, line))
    },
  }
}

/** US dollars of a day (UTC, "2026-11-25"): settled, and set aside for calls that are on their way or never came back. */
export async function judgeSpent(db: Database, day: string): Promise<{ settled: number; setAside: number }> {
  const rows = await db
    .select({ settled: judgeSpending.settled, usd: sql<number>`sum(${judgeSpending.usd})::float8` })
    .from(judgeSpending)
    .where(eq(judgeSpending.day, day))
    .groupBy(judgeSpending.settled)
    .orderBy(asc(judgeSpending.settled))
  const of = (settled: boolean) => rows.find((row) => row.settled === settled)?.usd ?? 0
  return { settled: of(true), setAside: of(false) }
}
