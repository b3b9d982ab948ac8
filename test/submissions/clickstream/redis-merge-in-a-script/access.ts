import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const KEPT_SECONDS = 31 * 24 * 60 * 60

const RECORD = `
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`

/** Elements and scores of both days, newest first. */
const LAST_DAY = `
local found = redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')
for _, value in ipairs(redis.call('ZREVRANGEBYSCORE', KEYS[2], ARGV[1], ARGV[2], 'WITHSCORES')) do
  found[#found + 1] = value
end
return found`

const dayKey = (userId: string, at: number) => `{${userId}}:${Math.floor(at / DAY_MS)}`

export default async function connect({ redis }: Engines): Promise<Access> {
  const [record, lastDay] = (await Promise.all(
    [RECORD, LAST_DAY].map((script) => redis.script("LOAD", script)),
  )) as string[]

  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await redis.evalsha(record, 1, dayKey(userId, at), at, `${eventId} ${type} ${pageUrl}`, KEPT_SECONDS)
    },

    async lastDay(userId, now) {
      const keys = [dayKey(userId, now), dayKey(userId, now - DAY_MS)]
      const flat = (await redis.evalsha(lastDay, 2, ...keys, now, `(${now - DAY_MS}`)) as string[]
      return Array.from({ length: flat.length / 2 }, (_, index): Event => {
        const [eventId, type, pageUrl] = flat[2 * index].split(" ")
        return { userId, eventId, at: Number(flat[2 * index + 1]), type, pageUrl }
      })
    },
  }
}
