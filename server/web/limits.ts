/** How often one may call: per person where one is signed in, else per address; counted in Redis, for all servers together. Where Redis is away each server counts for itself. */
import type { Redis } from "ioredis"
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible"

export const LIMITS = {
  /** Tries to sign in, to sign up, or to get a new password, per address (IPv6: per network). */
  "sign-in": { points: 30, seconds: 300 },
  /** The same, per e-mail address that is tried. */
  "sign-in of one": { points: 10, seconds: 300 },
  invite: { points: 60, seconds: 3600 },
  submit: { points: 120, seconds: 600 },
  /** Everything else. */
  call: { points: 1200, seconds: 60 },
} as const
export type Limit = keyof typeof LIMITS

export interface Limits {
  /** Seconds until it may be tried again; 0: go on. */
  take(limit: Limit, who: string): Promise<number>
}

/** `scale` multiplies all of them, for benchmarks. */
export function openLimits(redis: Redis, scale = 1): Limits {
  const limiters = new Map(
    Object.entries(LIMITS).map(([name, { points, seconds }]) => {
      const options = {
        points: points * scale,
        duration: seconds,
        keyPrefix: `proofrun-limit-${name.replaceAll(" ", "-")}`,
      }
      const limiter = new RateLimiterRedis({
        ...options,
        storeClient: redis,
        insuranceLimiter: new RateLimiterMemory(options),
        rejectIfRedisNotReady: true,
      })
      return [name, limiter] as const
    }),
  )
  return {
    async take(limit, who) {
      try {
        await limiters.get(limit)!.consume(who)
        return 0
      } catch (refused) {
        const { msBeforeNext } = refused as { msBeforeNext?: number }
        if (msBeforeNext === undefined) throw refused
        return Math.max(1, Math.ceil(msBeforeNext / 1000))
      }
    },
  }
}
