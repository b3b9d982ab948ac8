/** Cassandra for the conformance suite: its statements, its mistakes, and the counts that its shapes must have. */
import type { Client } from "cassandra-driver"
import { connect } from "../../../../sandboxes/engines/cassandra/client.mjs"
import cassandra from "../../../../sandboxes/engines/cassandra/engine.ts"
import shapes from "../../../../sandboxes/engines/cassandra/shapes.ts"
import type { Space } from "../../../../sandboxes/engines/engine.ts"
import type { ConnectedClient, EngineUnderTest } from "../under-test.ts"

const TABLE = "CREATE TABLE pairs (k text PRIMARY KEY, v text);"

function pairs(client: Client): ConnectedClient {
  return {
    raw: client,
    async put(key, value) {
      await (this.raw as Client).execute("INSERT INTO pairs (k, v) VALUES (?, ?)", [key, value], { prepare: true })
    },
    async get(key) {
      const { rows } = await client.execute("SELECT v FROM pairs WHERE k = ?", [key], { prepare: true })
      return rows[0]?.v
    },
    close: () => client.shutdown(),
  }
}

async function connectTo(space: Space): Promise<ConnectedClient> {
  const port = Number(space.clientSettings.port ?? space.address.port)
  const { client } = await connect(space.clientSettings, { host: space.address.host, port })
  return pairs(client)
}

const raw = (client: ConnectedClient) => client.raw as Client

const under: EngineUnderTest = {
  definition: cassandra,
  connect: connectTo,
  schema: `-- The table of the suite.\n${TABLE}\n`,
  mistakes: [
    {
      title: "a syntax error on the third line",
      schema: `${TABLE}\n\nCREATE TABEL u (id int PRIMARY KEY);`,
      line: 3,
      message: /line 3:7 no viable alternative|line 3:7 mismatched/,
      excerpt: /CREATE TABEL/,
    },
    {
      title: "a syntax error inside a long statement",
      schema: `${TABLE}\nCREATE TABLE u (\n  id int PRIMARY KEY,\n  v txet text\n);`,
      line: 4,
      message: /line 4:/,
    },
    {
      title: "an unknown type",
      schema: `${TABLE}\nCREATE TABLE u (id strnig PRIMARY KEY);`,
      line: 2,
      message: /[Uu]nknown type/,
      excerpt: /strnig/,
    },
    { title: "a table twice", schema: `${TABLE}\n${TABLE}`, line: 2, message: /already existing table/ },
    {
      title: "a DROP of another keyspace",
      schema: `${TABLE}\nDROP KEYSPACE system_auth;`,
      line: 2,
      message: /keyspaces/,
    },
    {
      title: "too many columns",
      schema: `CREATE TABLE u (${Array.from({ length: 70 }, (_, i) => `c${i} int`).join()}, PRIMARY KEY (c0));`,
      message: /columns/i,
    },
  ],
  pasted: {
    schema: `CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};
USE shop;
CREATE TABLE shop.pairs (k text PRIMARY KEY, v text)
  WITH additional_write_policy = '99p' AND bloom_filter_fp_chance = 0.01
  AND caching = {'keys': 'ALL', 'rows_per_partition': 'NONE'} AND comment = ''
  AND compaction = {'class': 'org.apache.cassandra.db.compaction.TimeWindowCompactionStrategy', 'max_threshold': '32', 'compaction_window_size': '6', 'compaction_window_unit': 'HOURS'}
  AND compression = {'chunk_length_in_kb': '16', 'class': 'org.apache.cassandra.io.compress.LZ4Compressor'}
  AND memtable = 'default' AND default_time_to_live = 0 AND gc_grace_seconds = 864000;`,
    notes: [/CREATE KEYSPACE shop was skipped/, /bloom_filter_fp_chance/, /max_threshold/],
  },
  explained: [
    {
      statement: "SELECT v FROM pairs WHERE k = ?",
      fact: { kind: "select", table: "pairs", filtering: null, in: null },
    },
    { statement: "SELECT * FROM pairs WHERE v = ? ALLOW FILTERING", fact: { filtering: /data filtering/ } },
    { statement: "SELECT * FROM pairs WHERE k = ? ALLOW FILTERING", fact: { filtering: null } },
    { statement: "SELECT * FROM pairs WHERE k IN ?", fact: { in: "partition" } },
    {
      statement: "INSERT INTO pairs (k, v) VALUES (?, ?) USING TTL 60",
      fact: { kind: "insert", table: "pairs", ttl: 60 },
    },
    {
      statement: "UPDATE pairs USING TTL ? SET v = ? WHERE k = ? IF EXISTS",
      fact: { ttl: "bound", conditional: true },
    },
    {
      statement: "DELETE v FROM pairs WHERE k = ?",
      fact: { kind: "delete", table: "pairs", conditional: false, ttl: null },
    },
  ],
  prepare: shapes.prepare,
  counted: shapes.shapes.map((shape) => ({
    title: shape.name,
    call: (client, i) => shape.send(raw(client), i),
    counts: shape.counts,
  })),
  forbidden: [
    {
      title: "to read another arm's table",
      attempt: (client, { other }) => raw(client).execute(`SELECT * FROM ${other.clientSettings.keyspace}.pairs`),
    },
    {
      title: "to write to another arm's table",
      attempt: (client, { other }) =>
        raw(client).execute(`INSERT INTO ${other.clientSettings.keyspace}.pairs (k, v) VALUES ('key', 'x')`),
    },
    {
      title: "to drop another arm's keyspace",
      attempt: (client, { other }) => raw(client).execute(`DROP KEYSPACE ${other.clientSettings.keyspace}`),
    },
    { title: "to make a table", attempt: (client) => raw(client).execute("CREATE TABLE more (id int PRIMARY KEY)") },
    {
      title: "to change its table",
      attempt: (client) => raw(client).execute("ALTER TABLE pairs WITH comment = 'data'"),
    },
    { title: "to make a role", attempt: (client) => raw(client).execute("CREATE ROLE another") },
    {
      title: "to change its own password",
      attempt: (client, { own }) => raw(client).execute(`ALTER ROLE ${own.clientSettings.user} WITH PASSWORD = 'mine'`),
    },
    { title: "to read the traces", attempt: (client) => raw(client).execute("SELECT * FROM system_traces.sessions") },
    { title: "to read passwords", attempt: (client) => raw(client).execute("SELECT * FROM system_auth.roles") },
    { title: "to see other clients", attempt: (client) => raw(client).execute("SELECT * FROM system_views.clients") },
    {
      title: "a row of 300 KiB",
      attempt: (client) =>
        raw(client).execute("INSERT INTO pairs (k, v) VALUES ('a', ?)", ["x".repeat(300 * 1024)], { prepare: true }),
    },
    {
      title: "to be the well-known administrator",
      attempt: async (_, { own }) => {
        const settings = { keyspace: "system", user: "cassandra", password: "cassandra", datacenter: "datacenter1" }
        const { client } = await connect(settings, own.address)
        await client.shutdown()
      },
    },
  ],
}
export default under
