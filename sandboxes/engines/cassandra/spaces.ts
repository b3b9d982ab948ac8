/** One arm's space: a keyspace, a role that applies the schema and is dropped, and a role that runs. Names cannot be guessed. */
import { randomBytes } from "node:crypto"
import { Client, type errors } from "cassandra-driver"
import { z } from "zod"
import type { StorageFacts } from "../../evidence.ts"
import type { AdminPort } from "../admin-port.ts"
import type { SchemaOutcome, Space } from "../engine.ts"
import { groupWrites } from "./bulk.ts"
import { countsFrom, TotalsSchema } from "./counts.ts"
import { explainStatement } from "./explain.ts"
import { readSchemaFacts } from "./schema-facts.ts"
import { planSchema, type SchemaStatement } from "./statements.ts"

const TableSchema = z.object({
  name: z.string(),
  partitions: z.number(),
  bytes: z.number(),
  largestPartitionBytes: z.number(),
  largestPartitionKey: z.string(),
  sstables: z.number(),
  rows: z.number().optional(),
  lastingRows: z.number().optional(),
  longestTtlSeconds: z.number().optional(),
})
const StoredSchema = z.object({ tables: z.array(TableSchema) })
export const AdministratorSchema = z.object({ user: z.string(), password: z.string(), datacenter: z.string() })
type Administrator = z.infer<typeof AdministratorSchema>

const SCHEMA_RIGHTS = ["CREATE", "ALTER", "DROP", "SELECT", "MODIFY"]
const RUN_RIGHTS = ["SELECT", "MODIFY"]

export interface SpaceTools {
  host: string
  port: number
  admin: AdminPort
  administrator: Administrator
  /** Connected as the administrator, no keyspace. */
  client: Client
}

/** Makes the space. The grants come before the first log-in: the engine caches them for a day. */
export async function makeSpace(arm: string, tools: SpaceTools): Promise<Space> {
  const { admin, administrator, client } = tools
  const secret = () => randomBytes(16).toString("hex")
  const keyspace = `k${randomBytes(8).toString("hex")}`
  const schemaRole = { user: `s${secret()}`, password: secret() }
  const runRole = { user: `r${secret()}`, password: secret() }
  const lines = new Map<string, number>()

  await client.execute(
    `CREATE KEYSPACE ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', '${administrator.datacenter}': 1}`,
  )
  for (const { role, rights } of [
    { role: schemaRole, rights: SCHEMA_RIGHTS },
    { role: runRole, rights: RUN_RIGHTS },
  ]) {
    await client.execute(`CREATE ROLE ${role.user} WITH PASSWORD = '${role.password}' AND LOGIN = true`)
    for (const right of rights)
      await client.execute(`GRANT ${right} ON ALL TABLES IN KEYSPACE ${keyspace} TO ${role.user}`)
  }

  return {
    arm,
    engine: "cassandra",
    address: { host: tools.host, port: tools.port },
    clientSettings: { keyspace, ...runRole, datacenter: administrator.datacenter },
    async applySchema(text) {
      const plan = planSchema(text ?? "")
      if (!plan.ok) return plan
      const session = connectAs({ ...tools, role: schemaRole, keyspace })
      try {
        for (const statement of plan.statements) {
          const refused = await apply(session, statement)
          if (refused) return refused
          if (statement.creates !== null) lines.set(statement.creates, statement.line)
        }
      } finally {
        await session.shutdown()
        await client.execute(`DROP ROLE IF EXISTS ${schemaRole.user}`)
      }
      return { ok: true, statements: plan.statements.length, notes: plan.notes }
    },
    async counts() {
      return countsFrom(await admin.ask(`counts ${runRole.user}`, TotalsSchema))
    },
    // One process serves all arms: what the others do at that moment is in it.
    async cpuNanos() {
      return (await admin.ask("cpu", z.object({ nanos: z.number() }))).nanos
    },
    async storage(): Promise<StorageFacts> {
      const { tables } = await admin.ask(`storage ${keyspace}`, StoredSchema)
      return {
        liveBytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
        largestPartitionBytes: Math.max(0, ...tables.map(({ largestPartitionBytes }) => largestPartitionBytes)),
        tables,
      }
    },
    async liveBytes() {
      return (await admin.ask(`live ${keyspace}`, z.object({ bytes: z.number() }))).bytes
    },
    schemaFacts: () => readSchemaFacts(client, keyspace, lines),
    async explain(statements) {
      const schema = await readSchemaFacts(client, keyspace, lines)
      const needsFiltering = async (statement: string) => {
        const encoded = Buffer.from(statement).toString("base64")
        return (await admin.ask(`filtering ${keyspace} ${encoded}`, z.object({ filtering: z.string().nullable() })))
          .filtering
      }
      return Promise.all(statements.map((statement) => explainStatement(statement, schema, needsFiltering)))
    },
    async bulkClient() {
      // As the administrator: what loads a reference is not the reference's counted work.
      const session = connectAs({ ...tools, role: administrator, keyspace })
      await session.connect()
      const { client: bulk, flush } = groupWrites(session)
      return { engines: { cassandra: bulk }, flush, close: () => session.shutdown() }
    },
    async drop() {
      await client.execute(`DROP KEYSPACE IF EXISTS ${keyspace}`)
      for (const role of [schemaRole, runRole]) await client.execute(`DROP ROLE IF EXISTS ${role.user}`)
    },
  }
}

/** A client of the driver's own, not yet connected. */
export function connectAs(options: {
  host: string
  port: number
  role: { user: string; password: string }
  administrator: Administrator
  keyspace?: string
}): Client {
  const { host, port, role, administrator, keyspace } = options
  return new Client({
    contactPoints: [`${host}:${port}`],
    localDataCenter: administrator.datacenter,
    credentials: { username: role.user, password: role.password },
    ...(keyspace === undefined ? {} : { keyspace }),
    protocolOptions: { maxVersion: 4 },
    isMetadataSyncEnabled: false,
    monitorReporting: { enabled: false },
    // A table with several indexes takes the engine a while to make.
    socketOptions: { readTimeout: 60_000 },
  })
}

async function apply(session: Client, statement: SchemaStatement): Promise<SchemaOutcome | null> {
  try {
    await session.execute(statement.text)
    return null
  } catch (error) {
    const words = engineWords(error)
    if (words === null) throw error
    const at = placeIn(words, statement)
    return {
      ok: false,
      rejected: { stage: "schema", message: at.message, file: "schema.cql", line: at.line, excerpt: statement.excerpt },
    }
  }
}

/** What the engine answered; null where it did not answer at all, which is our fault and not the schema's. */
function engineWords(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== "ResponseError") return null
  return (error as errors.ResponseError).message
}

/** The engine counts lines from the statement's beginning; people count them from the file's. */
function placeIn(words: string, statement: SchemaStatement): { message: string; line: number } {
  let line = statement.line
  const message = words.replace(/^line (\d+):(\d+)/, (_, inStatement, column) => {
    line = statement.line + Number(inStatement) - 1
    return `line ${line}:${Number(column) + (inStatement === "1" ? statement.column - 1 : 0)}`
  })
  return { message, line }
}
