/** Cassandra, as the driver uses it: one node, a keyspace for each arm, counts from our counter inside the engine. */
import { z } from "zod"
import { openAdminPort } from "../admin-port.ts"
import type { Engine, EngineDefinition } from "../engine.ts"
import { countNames } from "./counts.ts"
import { AdministratorSchema, connectAs, makeSpace } from "./spaces.ts"
import { inspectCql } from "./wire.ts"

const address = { host: "127.0.0.1", port: 9042 }
const ADMIN_PORT = 9043

async function start({ deadlineMs }: { deadlineMs: number }): Promise<Engine> {
  const admin = await openAdminPort({ engine: "Cassandra", host: address.host, port: ADMIN_PORT, deadlineMs })
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
    facts: () => admin.ask("facts", z.record(z.string(), z.string())),
    async close() {
      await client.shutdown()
      admin.close()
    },
  }
}

const cassandra: EngineDefinition = {
  name: "cassandra",
  model: "partitions",
  countNames,
  start,
  inspect: (settings) => inspectCql(settings === undefined ? undefined : String(settings.user)),
  clientPackages: ["cassandra-driver"],
  mostInFlight: 1024,
  statementsAreShapes: false,
}
export default cassandra
