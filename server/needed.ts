/** What a part of the platform cannot do without. */
import { Refusal } from "./refusal.ts"
import type { PlatformSettings } from "./settings.ts"

/** Throws a `Refusal` that names what is missing. */
export function needed({ databaseUrl, redisUrl }: PlatformSettings): { databaseUrl: string; redisUrl: string } {
  if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl }
  const missing = [databaseUrl === undefined && "DATABASE_URL", redisUrl === undefined && "REDIS_URL"].filter(Boolean)
  throw new Refusal(`Set ${missing.join(" and ")}, or start everything on this machine with ./proofrun up.`)
}
