/**
 * Loads our own references quickly: looks like the host's client to their access modules, but groups writes into unlogged batches.
 * Never given to a candidate. Writes of one group have one time stamp: a reference that writes different values to the same cell at the
 * same moment must not be loaded with it.
 */
import type { Client, types } from "cassandra-driver"

/** Under the engine's limit of 50 KiB for a batch over several partitions, with room for names and stamps. */
const GROUP_BYTES = 24 * 1024
const GROUP_STATEMENTS = 100
const GROUPS_IN_FLIGHT = 6
/** A connection carries no more than 2,048 requests. */
const READS_IN_FLIGHT = 512

interface Write {
  query: string
  params: unknown[]
}

export interface Bulk {
  client: Record<string, unknown>
  /** Resolves when all that was written is acknowledged; throws the first failure. */
  flush(): Promise<void>
}

/** @param client connected to the keyspace that is loaded */
export function groupWrites(client: Client): Bulk {
  let group: Write[] = []
  let groupBytes = 0
  let failure: unknown
  const inFlight = new Set<Promise<void>>()

  async function send(writes: Write[]): Promise<void> {
    try {
      if (writes.length === 1) await single(writes[0])
      else await client.batch(writes, { prepare: true, logged: false })
    } catch (error) {
      // Counters, and batches that are too large after all: one by one they say what is really wrong.
      try {
        if (writes.length === 1) throw error
        for (const write of writes) await single(write)
      } catch (again) {
        failure ??= again
      }
    }
  }
  const single = ({ query, params }: Write) => client.execute(query, params as types.Row[], { prepare: true })

  function dispatch(): void {
    if (group.length === 0) return
    const sent = send(group).finally(() => inFlight.delete(sent))
    inFlight.add(sent)
    group = []
    groupBytes = 0
  }

  async function add(write: Write): Promise<void> {
    group.push(write)
    groupBytes += bytesOf(write)
    if (group.length >= GROUP_STATEMENTS || groupBytes >= GROUP_BYTES) dispatch()
    while (inFlight.size >= GROUPS_IN_FLIGHT) await Promise.race(inFlight)
    if (failure) throw failure
  }

  async function flush(): Promise<void> {
    while (group.length > 0 || inFlight.size > 0) {
      dispatch()
      await Promise.all(inFlight)
    }
    if (failure) throw failure
  }

  let reading = 0
  const waiting: (() => void)[] = []
  /** What is no plain write sees all writes before it, and is sent by itself. */
  async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
    await flush()
    while (reading >= READS_IN_FLIGHT) await new Promise<void>((resolve) => waiting.push(resolve))
    reading++
    try {
      return await ask()
    } finally {
      reading--
      waiting.shift()?.()
    }
  }

  const acknowledged = () => ({ rows: [], rowLength: 0, first: () => null, wasApplied: () => true })
  const own: Record<string, unknown> = {
    async execute(query: string, params?: unknown[] | Record<string, unknown>, options?: object) {
      if (isGroupable(query) && (params === undefined || Array.isArray(params))) {
        await add({ query, params: params ?? [] })
        return acknowledged()
      }
      return inTurn(() => client.execute(query, params as unknown[], options))
    },
    async batch(queries: (string | Write)[], options?: object) {
      const writes = queries.map((one) =>
        typeof one === "string" ? { query: one, params: [] } : { ...one, params: one.params ?? [] },
      )
      if (writes.every(({ query, params }) => isGroupable(query) && Array.isArray(params))) {
        for (const write of writes) await add(write)
        return acknowledged()
      }
      return inTurn(() => client.batch(writes, options as object))
    },
  }
  const looksLikeClient = new Proxy(client as unknown as Record<string, unknown>, {
    get(target, name: string) {
      if (name in own) return own[name]
      const value = target[name]
      return typeof value === "function" ? value.bind(client) : value
    },
  })
  return { client: looksLikeClient, flush }
}

/** Plain writes; a condition must be answered, and a delete must not change places with an insert. */
function isGroupable(query: string): boolean {
  return /^\s*(insert|update)\b/i.test(query) && !/\bif\b|\busing\s+timestamp\b/i.test(query)
}

function bytesOf({ params }: Write): number {
  let bytes = 32
  for (const value of params) bytes += typeof value === "string" || Buffer.isBuffer(value) ? value.length + 8 : 24
  return bytes
}
