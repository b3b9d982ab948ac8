import type { Access, Engines, Event } from "proofrun/clickstream"

const DAY_MS = 24 * 60 * 60 * 1000
const SHARDS = 1024
const OPTIONS = { prepare: true, isIdempotent: true }

const INSERT = `INSERT INTO events_by_shard (day, shard, user_id, at, event_id, type, page_url) VALUES (?, ?, ?, ?, ?, ?, ?)`
const SELECT = `SELECT at, event_id, type, page_url FROM events_by_shard
                WHERE day IN ? AND shard = ? AND user_id = ? AND at > ? AND at <= ?`

const dayOf = (at: number) => Math.floor(at / DAY_MS)

function shardOf(userId: string): number {
  let hash = 0
  for (let index = 0; index < userId.length; index++) hash = (Math.imul(hash, 31) + userId.charCodeAt(index)) | 0
  return (hash >>> 0) % SHARDS
}

export default async function connect({ cassandra }: Engines): Promise<Access> {
  return {
    async record({ userId, eventId, at, type, pageUrl }) {
      await cassandra.execute(INSERT, [dayOf(at), shardOf(userId), userId, at, eventId, type, pageUrl], OPTIONS)
    },

    async lastDay(userId, now) {
      const days = [dayOf(now), dayOf(now) - 1]
      const events: Event[] = []
      const result = await cassandra.execute(SELECT, [days, shardOf(userId), userId, now - DAY_MS, now], OPTIONS)
      for await (const row of result)
        events.push({ userId, eventId: row.event_id, at: row.at.getTime(), type: row.type, pageUrl: row.page_url })
      // IN gives the partitions in the order of their tokens.
      return events.sort((a, b) => b.at - a.at || (a.eventId < b.eventId ? 1 : -1))
    },
  }
}
