/** Cassandra, as the driver uses it: one node, a keyspace for each arm, counts from our counter inside the engine. */
import { z } from "zod"
import type { Engine, EngineDefinition } from "../engine.ts"
import { AdministratorSchema, openAdminPort } from "./admin-port.ts"
import { countNames } from "./counts.ts"
import { connectAs, makeSpace } from "./spaces.ts"
import { inspectCql } from "./wire.ts"

const address = { host: "127.0.0.1", port: 9042 }

async function start({ deadlineMs }: { deadlineMs: number }): Promise<Engine> {
  const admin = await openAdminPort({ host: address.host, deadlineMs })
  const administrator = await admin.ask("admin", AdministratorSchema)
  const client = connectAs({ ...address, role: administrator, administrator })
  try {
    await client.connect()
  } catch (error) {
    admin.close()
    throw error
  }
  return {
    createSpace: (arm) => makeSpace(arm, { ...address, admin, administrator, client }),
    async settle() {
      await admin.ask("settle", z.object({ settled: z.literal(true) }))
    },
    async cpuNanos() {
      return (await admin.ask("cpu", z.object({ nanos: z.number() }))).nanos
    },
    facts: () => admin.ask("facts", z.record(z.string(), z.string())),
    async close() {
      await client.shutdown()
      admin.close()
    },
  }
}

const cassandra: EngineDefinition = {
  name: "cassandra",
  countNames,
  start,
  inspect: (settings) => inspectCql(settings === undefined ? undefined : String(settings.user)),
  clientPackages: ["cassandra-driver"],
  address,
}
export default cassandra
