/** Runs every query shape of an engine serially inside its name space, in interleaved blocks, and prints counts and engine CPU per call. */
import type { Client } from "cassandra-driver"
import { connect } from "../../sandboxes/engines/cassandra/client.mjs"
import cassandra from "../../sandboxes/engines/cassandra/engine.ts"
import {
  fillShapes,
  type QueryShape,
  SHAPES,
  SHAPES_SCHEMA,
  type Statement,
} from "../../sandboxes/engines/cassandra/shapes.ts"
import type { Counts } from "../../sandboxes/engines/engine.ts"

export interface Measured {
  shape: string
  counts: Counts
  cpuMicros: number
}

const WARM_UP_ROUNDS = 3
const ROUNDS = 9
const CALLS = 40
const WRITERS = 32

const engine = await cassandra.start({ deadlineMs: 60_000 })
const space = await engine.createSpace("shapes")
const applied = await space.applySchema(SHAPES_SCHEMA)
if (!applied.ok) throw new Error(applied.rejected.message)
const { client } = await connect(space.clientSettings, space.address)
const { inserts, deletes } = fillShapes()
await writeAll(inserts)
await writeAll(deletes)
await engine.settle()

const costs = new Map<string, number[]>()
const counts = new Map<string, Counts>()
let next = 0
for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++)
  for (const shape of SHAPES) {
    const before = await space.counts()
    const cpu = await space.cpuNanos()
    for (let i = 0; i < CALLS; i++) await send(client, shape, next++)
    const spent = ((await space.cpuNanos()) - cpu) / 1000 / CALLS
    const after = await space.counts()
    if (round < WARM_UP_ROUNDS) continue
    costs.set(shape.name, [...(costs.get(shape.name) ?? []), spent])
    counts.set(
      shape.name,
      Object.fromEntries(Object.entries(after).map(([name, value]) => [name, (value - before[name]) / CALLS])),
    )
  }
for (const { name } of SHAPES) {
  const sorted = (costs.get(name) ?? []).sort((a, b) => a - b)
  const line: Measured = {
    shape: name,
    counts: counts.get(name) ?? {},
    cpuMicros: sorted[Math.floor(sorted.length / 2)],
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
process.exit(0)

function send(client: Client, shape: QueryShape, i: number): Promise<unknown> {
  const call = shape.call(i)
  if ("batch" in call) return client.batch(call.batch, { prepare: true, logged: call.logged })
  return client.execute(call.query, call.params, {
    prepare: true,
    ...(shape.fetchSize && { fetchSize: shape.fetchSize }),
  })
}

async function writeAll(statements: Statement[]): Promise<void> {
  let at = 0
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (at < statements.length) {
        const { query, params } = statements[at++]
        await client.execute(query, params, { prepare: true })
      }
    }),
  )
}
