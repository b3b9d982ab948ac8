/** Runs every query shape of an engine serially inside its name space, in interleaved blocks, and prints counts and engine CPU per call. */
import type { Counts, EngineDefinition, Space } from "../../sandboxes/engines/engine.ts"
import type { EngineShapes } from "../../sandboxes/engines/shapes.ts"

export interface Measured {
  shape: string
  counts: Counts
  cpuMicros: number
}

const WARM_UP_ROUNDS = 3
export const ROUNDS = 9
export const CALLS = 40

/** Prints a line for each shape. `connect` is that of the engine's own `client.mjs`. */
export async function measureShapes(
  definition: EngineDefinition,
  { prepare, shapes }: EngineShapes,
  connect: (settings: Space["clientSettings"], address: Space["address"]) => Promise<{ client: unknown }>,
): Promise<void> {
  const engine = await definition.start({ deadlineMs: 60_000 })
  const space = await engine.createSpace("shapes")
  await prepare(space)
  const { client } = await connect(space.clientSettings, space.address)
  await engine.settle()

  const costs = new Map<string, number[]>()
  const counts = new Map<string, Counts>()
  let next = 0
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++)
    for (const shape of shapes) {
      const before = await space.counts()
      const cpu = await space.cpuNanos()
      for (let i = 0; i < CALLS; i++) await shape.send(client, next++)
      const spent = ((await space.cpuNanos()) - cpu) / 1000 / CALLS
      const after = await space.counts()
      if (round < WARM_UP_ROUNDS) continue
      costs.set(shape.name, [...(costs.get(shape.name) ?? []), spent])
      const perCall = Object.entries(after).map(([name, value]) => [name, (value - before[name]!) / CALLS])
      // The calls are sent one after the other.
      counts.set(shape.name, { ...Object.fromEntries(perCall), waves: 1 })
    }
  for (const { name } of shapes) {
    const sorted = (costs.get(name) ?? []).sort((a, b) => a - b)
    const line: Measured = {
      shape: name,
      counts: counts.get(name) ?? {},
      cpuMicros: sorted[Math.floor(sorted.length / 2)]!,
    }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
  process.exit(0)
}
