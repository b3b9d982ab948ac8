/** What every engine must do, as checks that run in its network name space. Each has a space of its own; none waits by the clock. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict"
import type { Counts, Engine, Space } from "../../../sandboxes/engines/engine.ts"
import type { ConnectedClient, EngineUnderTest } from "./under-test.ts"

export interface Check {
  title: string
  run(engine: Engine, under: EngineUnderTest): Promise<void>
}

export function checksOf(under: EngineUnderTest): Check[] {
  return [
    {
      title: "tells its version and settings",
      async run(engine) {
        const facts = await engine.facts()
        match(facts.version ?? "", /^\d+\.\d+/)
      },
    },
    {
      title: "keeps the data of two arms apart",
      run: (engine) =>
        inSpaces(engine, under, ["one", "two"], async ([one, two]) => {
          await one!.client.put("key", "of one")
          equal(await two!.client.get("key"), undefined)
          await two!.client.put("key", "of two")
          equal(await one!.client.get("key"), "of one")
        }),
    },
    ...under.forbidden.map(({ title, attempt }) => ({
      title: `refuses a run's client ${title}`,
      run: (engine: Engine) =>
        inSpaces(engine, under, ["one", "two"], async ([one, two]) => {
          await two!.client.put("key", "of two")
          await rejects(async () => attempt(one!.client, { own: one!.space, other: two!.space }))
          equal(await two!.client.get("key"), "of two")
        }),
    })),
    ...under.mistakes.map(({ title, schema, line, message, excerpt }) => ({
      title: `refuses a schema with ${title}`,
      async run(engine: Engine) {
        const space = await engine.createSpace("one")
        try {
          const outcome = await space.applySchema(schema)
          ok(!outcome.ok, "the schema was taken")
          equal(outcome.rejected.stage, "schema")
          match(outcome.rejected.message, message)
          if (line !== undefined) equal(outcome.rejected.line, line)
          if (excerpt) match(outcome.rejected.excerpt ?? "", excerpt)
        } finally {
          await space.drop()
        }
      },
    })),
    ...(under.pasted ? [pastedSchema(under.pasted)] : []),
    {
      title: "tells its schema as it was handed in",
      run: (engine) =>
        inSpaces(engine, under, ["one"], async ([one]) => {
          const { tables } = await one!.space.schemaFacts()
          ok(under.schema === undefined || tables.length > 0)
          for (const table of tables) ok(table.partitionKey.length > 0 && (table.line ?? 0) > 0, JSON.stringify(table))
        }),
    },
    {
      title: "finds out about each statement what must be known",
      run: (engine) =>
        inSpaces(engine, under, ["one"], async ([one]) => {
          const facts = await one!.space.explain(under.explained.map(({ statement }) => statement))
          for (const [index, { statement, fact }] of under.explained.entries())
            for (const [name, due] of Object.entries(fact)) {
              const got = (facts[index] as unknown as Record<string, unknown>)[name]
              if (due instanceof RegExp) match(String(got), due)
              else deepEqual(got, due, `${name} of ${statement}`)
            }
        }),
    },
    {
      title: "counts each call the same at every repeat, before and after settling, and as its table says",
      async run(engine) {
        const space = await engine.createSpace("one")
        await under.prepare(space)
        const client = await under.connect(space)
        try {
          await countAll(space, client, under)
          await engine.settle()
          await countAll(space, client, under)
        } finally {
          await client.close()
          await space.drop()
        }
      },
    },
    {
      title: "counts nothing for what its client does to connect, and nothing for another arm",
      run: (engine) =>
        inSpaces(engine, under, ["one", "two"], async ([one, two]) => {
          const before = await one!.space.counts()
          const again = await under.connect(one!.space)
          await again.close()
          await two!.client.put("key", "value")
          deepEqual(await one!.space.counts(), before)
        }),
    },
    {
      title: "has every count that it names",
      run: (engine) =>
        inSpaces(engine, under, ["one"], async ([one]) => {
          const names = under.definition.countNames.map(({ name }) => name)
          deepEqual(Object.keys(await one!.space.counts()).sort(), names.sort())
        }),
    },
    {
      title: "tells live bytes that grow with the data, and stored bytes to the largest partition",
      run: (engine) =>
        inSpaces(engine, under, ["one"], async ([one]) => {
          const before = await one!.space.liveBytes()
          for (let index = 0; index < 40; index++) await one!.client.put(`key-${index}`, "x".repeat(8_000))
          await one!.client.put("key-40", "y".repeat(60_000))
          const grown = (await one!.space.liveBytes()) - before
          ok(grown > 300_000, `live bytes grew by ${grown}`)
          await engine.settle()
          const storage = await one!.space.storage()
          ok(storage.liveBytes > 380_000, `${storage.liveBytes} bytes are stored`)
          // Where an engine says what its memory takes, a value takes up to a quarter more than it has.
          ok(storage.largestPartitionBytes > 60_000 && storage.largestPartitionBytes < 76_000)
          const table = storage.tables.find(({ largestPartitionBytes }) => largestPartitionBytes > 60_000)
          deepEqual([table?.largestPartitionKey, table?.partitions], ["key-40", 41])
        }),
    },
    {
      title: "reads its CPU time finely enough for single calls",
      run: (engine) =>
        inSpaces(engine, under, ["one"], async ([one]) => {
          const used: number[] = []
          for (let index = 0; index < 20; index++) {
            const before = await one!.space.cpuNanos()
            await one!.client.put("key", "value")
            used.push((await one!.space.cpuNanos()) - before)
          }
          const median = used.sort((a, b) => a - b)[10]!
          ok(median > 0 && median < 10_000_000, `${median} ns for one write`)
        }),
    },
    {
      title: "loads a reference in groups, all of it there after the flush",
      run: (engine) =>
        inSpaces(engine, under, ["one"], async ([one]) => {
          const bulk = await one!.space.bulkClient()
          const client = bulkAs(under, one!.client, bulk.engines[under.definition.name])
          await Promise.all(Array.from({ length: 2_000 }, (_, index) => client.put(`bulk-${index}`, String(index))))
          await bulk.flush()
          await bulk.close()
          for (const index of [0, 999, 1_999]) equal(await one!.client.get(`bulk-${index}`), String(index))
        }),
    },
    {
      title: "is followed at the wire by its inspector to the last reply",
      run: (engine) =>
        inSpaces(engine, under, ["one"], async ([one]) => {
          await followed(under, one!.space)
        }),
    },
    {
      title: "leaves nothing of a space that is dropped",
      async run(engine) {
        const space = await engine.createSpace("one")
        await space.applySchema(under.schema)
        const client = await under.connect(space)
        await client.put("key", "value")
        await client.close()
        await space.drop()
        await rejects(async () => {
          const again = await under.connect(space)
          await again.get("key").finally(() => again.close())
        })
        await rejects(space.storage())
      },
    },
  ]
}

interface Open {
  space: Space
  client: ConnectedClient
}

async function inSpaces(
  engine: Engine,
  under: EngineUnderTest,
  arms: string[],
  use: (opened: Open[]) => Promise<void>,
): Promise<void> {
  const opened: Open[] = []
  try {
    for (const arm of arms) {
      const space = await engine.createSpace(arm)
      const outcome = await space.applySchema(under.schema)
      ok(outcome.ok, outcome.ok ? "" : outcome.rejected.message)
      opened.push({ space, client: await under.connect(space) })
    }
    await use(opened)
  } finally {
    for (const { client, space } of opened) {
      await client.close()
      await space.drop()
    }
  }
}

async function countAll(space: Space, client: ConnectedClient, under: EngineUnderTest): Promise<void> {
  for (const { title, call, counts } of under.counted) {
    const seen: Counts[] = []
    // The first one prepares its statement.
    await call(client, fresh++)
    for (let repeat = 0; repeat < 3; repeat++) {
      const before = await space.counts()
      await call(client, fresh++)
      const after = await space.counts()
      seen.push(Object.fromEntries(Object.keys(after).map((name) => [name, after[name]! - before[name]!])))
    }
    for (const one of seen) {
      deepEqual(one, seen[0], `${title}: differs between repeats`)
      for (const [name, due] of Object.entries(counts)) equal(one[name], due, `${title}: ${name}`)
    }
  }
}
/** Counted calls never repeat a number, so that a row which must be new is new. */
let fresh = 0

function pastedSchema({ schema, notes }: { schema: string; notes: RegExp[] }): Check {
  return {
    title: "takes a pasted schema and says what it left out",
    async run(engine) {
      const space = await engine.createSpace("one")
      try {
        const outcome = await space.applySchema(schema)
        ok(outcome.ok, outcome.ok ? "" : outcome.rejected.message)
        for (const words of notes) match(outcome.notes.join("\n"), words)
      } finally {
        await space.drop()
      }
    },
  }
}

/** `put` of the engine's description, over the bulk client in place of the ordinary one. */
function bulkAs(under: EngineUnderTest, like: ConnectedClient, raw: unknown): ConnectedClient {
  ok(raw, `bulkClient gives no client named ${under.definition.name}`)
  return Object.assign(Object.create(like), { raw })
}

async function followed(under: EngineUnderTest, space: Space): Promise<void> {
  const { createServer, connect } = await import("node:net")
  const inspectors: ReturnType<typeof under.definition.inspect>[] = []
  const seen = { messages: 0, replies: 0, logins: 0, refused: "" }
  const { host, port } = space.address
  const server = createServer((incoming) => {
    const outgoing = connect({ host, port })
    const inspector = under.definition.inspect(space.clientSettings)
    inspectors.push(inspector)
    incoming.on("data", (chunk) => {
      const { pass, messages, logins, refuse } = inspector.request(chunk)
      seen.messages += messages
      seen.logins += logins
      seen.refused ||= refuse ?? ""
      for (const bytes of pass) outgoing.write(bytes)
    })
    outgoing.on("data", (chunk) => {
      const { pass, messages, refuse } = inspector.reply(chunk)
      seen.replies += messages
      seen.refused ||= refuse ?? ""
      for (const bytes of pass) incoming.write(bytes)
    })
    incoming.on("close", () => outgoing.destroy()).on("error", () => {})
    outgoing.on("close", () => incoming.destroy()).on("error", () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const through = server.address() as { port: number }
  const client = await under.connect({ ...space, clientSettings: { ...space.clientSettings, port: through.port } })
  equal(seen.messages, 0, "connecting is housekeeping")
  for (let index = 0; index < 20; index++) await client.put(`key-${index}`, "value")
  equal(await client.get("key-7"), "value")
  const work = seen.messages
  await Promise.all(Array.from({ length: 50 }, (_, index) => client.get(`key-${index}`)))
  deepEqual(
    { ...seen, outstanding: inspectors.reduce((sum, one) => sum + one.outstanding(), 0) },
    { messages: work + 50, replies: work + 50, logins: seen.logins, refused: "", outstanding: 0 },
  )
  ok(seen.logins >= 1 && work >= 21)
  await client.close()
  server.close()
}
