/** Query shapes over one small data set; see `../shapes.ts`. */
import type { Client } from "cassandra-driver"
import type { Counts, Space } from "../engine.ts"
import type { EngineShapes } from "../shapes.ts"

interface Statement {
  query: string
  params: unknown[]
}

interface CqlShape {
  name: string
  /** The i-th call: one statement, or several in one batch. */
  call(i: number): Statement | { batch: Statement[]; logged: boolean }
  counts: Counts
}

const SCHEMA = `
CREATE TABLE slice (pk int, ck int, v text, PRIMARY KEY (pk, ck)) WITH CLUSTERING ORDER BY (ck DESC);
CREATE TABLE wide (pk int, ck int, v text, PRIMARY KEY (pk, ck));
CREATE TABLE plain (id int PRIMARY KEY, grp int, v text);
CREATE TABLE indexed (id int PRIMARY KEY, grp int, v text);
CREATE INDEX indexed_grp ON indexed (grp);
CREATE TABLE attached (id int PRIMARY KEY, grp int, v text);
CREATE INDEX attached_grp ON attached (grp) USING 'sai';
CREATE TABLE collected (id int PRIMARY KEY, tags set<text>);
CREATE TABLE deleted (pk int, ck int, v text, PRIMARY KEY (pk, ck));
CREATE TABLE once (id int PRIMARY KEY, v text);
CREATE TABLE target (id int PRIMARY KEY, v text);
CREATE TABLE blobs (id int PRIMARY KEY, v blob);
`

const SLICE_ROWS = 2_000
const WIDE_ROWS = 4_000
const PLAIN_ROWS = 10_000
const INDEXED_ROWS = 5_000
const GROUPS = 100
const DELETED_ROWS = 500
const TOMBSTONES = 300
const BLOB_BYTES = 16 * 1024

const up = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const to =
  (query: string) =>
  (params: unknown[]): Statement => ({ query, params })

const intoSlice = to("INSERT INTO slice (pk, ck, v) VALUES (?, ?, ?)")
const intoWide = to("INSERT INTO wide (pk, ck, v) VALUES (?, ?, ?)")
const intoPlain = to("INSERT INTO plain (id, grp, v) VALUES (?, ?, ?)")
const intoIndexed = to("INSERT INTO indexed (id, grp, v) VALUES (?, ?, ?)")
const intoAttached = to("INSERT INTO attached (id, grp, v) VALUES (?, ?, ?)")
const intoCollected = to("INSERT INTO collected (id, tags) VALUES (?, ?)")
const intoDeleted = to("INSERT INTO deleted (pk, ck, v) VALUES (?, ?, ?)")
const outOfDeleted = to("DELETE FROM deleted WHERE pk = ? AND ck = ?")
const intoTarget = to("INSERT INTO target (id, v) VALUES (?, ?)")
const intoBlobs = to("INSERT INTO blobs (id, v) VALUES (?, ?)")

/** Writes that fill the tables. The deletes come after all inserts. */
function writes(): { inserts: Statement[]; deletes: Statement[] } {
  const text = (index: number) => `value-${index}`.padEnd(64, ".")
  return {
    inserts: [
      ...up(SLICE_ROWS).map((ck) => intoSlice([ck % 4, ck, text(ck)])),
      ...up(WIDE_ROWS).map((ck) => intoWide([1, ck, text(ck)])),
      ...up(PLAIN_ROWS).map((id) => intoPlain([id, id % GROUPS, text(id)])),
      ...up(INDEXED_ROWS).map((id) => intoIndexed([id, id % GROUPS, text(id)])),
      ...up(INDEXED_ROWS).map((id) => intoAttached([id, id % GROUPS, text(id)])),
      ...up(20).map((id) => intoCollected([id, up(40).map((tag) => `tag-${tag}`)])),
      ...up(DELETED_ROWS).map((ck) => intoDeleted([1, ck, text(ck)])),
      ...up(20).map((id) => intoBlobs([id, Buffer.alloc(BLOB_BYTES, id + 1)])),
      to("INSERT INTO once (id, v) VALUES (?, ?)")([-1, "there"]),
    ],
    deletes: up(TOMBSTONES).map((ck) => outOfDeleted([1, ck])),
  }
}

const reading = { requests: 1, statements: 1 }

const SHAPES: readonly CqlShape[] = [
  {
    name: "one row by its key",
    call: (i) => to("SELECT * FROM plain WHERE id = ?")([i % PLAIN_ROWS]),
    counts: { ...reading, reads: 1, lookups: 1, ranges: 0, rows: 1, tombstones: 0 },
  },
  {
    name: "a key that is not there",
    call: (i) => to("SELECT * FROM plain WHERE id = ?")([-1 - i]),
    counts: { ...reading, reads: 1, lookups: 1, rows: 0 },
  },
  {
    name: "slice of 20 rows",
    call: (i) => to("SELECT * FROM slice WHERE pk = ? LIMIT 20")([i % 4]),
    counts: { ...reading, reads: 1, lookups: 1, ranges: 0, rows: 20, tombstones: 0, mutations: 0 },
  },
  {
    name: "slice of 200 rows",
    call: (i) => to("SELECT * FROM slice WHERE pk = ? LIMIT 200")([i % 4]),
    counts: { ...reading, reads: 1, lookups: 1, rows: 200 },
  },
  {
    name: "partition of 2,000 rows",
    call: () => to("SELECT * FROM wide WHERE pk = 1 LIMIT 2000")([]),
    counts: { ...reading, reads: 1, lookups: 1, rows: 2_000 },
  },
  {
    name: "partition of 4,000 rows, counted",
    call: () => to("SELECT count(*) FROM wide WHERE pk = 1")([]),
    counts: { ...reading, lookups: 1, rows: 4_000 },
  },
  {
    name: "20 rows from the far end",
    call: () => to("SELECT * FROM wide WHERE pk = 1 ORDER BY ck DESC LIMIT 20")([]),
    counts: { ...reading, reads: 1, lookups: 1, rows: 20 },
  },
  {
    name: "filtering over 10,000 rows",
    call: (i) => to("SELECT * FROM plain WHERE grp = ? ALLOW FILTERING")([i % GROUPS]),
    counts: { ...reading, reads: 1, lookups: 0, ranges: 1, rows: 10_000, tombstones: 0 },
  },
  {
    name: "IN on 5 partitions",
    call: (i) => to("SELECT * FROM plain WHERE id IN ?")([up(5).map((k) => (i + k * 7) % PLAIN_ROWS)]),
    counts: { ...reading, reads: 5, lookups: 5, rows: 5 },
  },
  {
    name: "IN on 50 partitions",
    call: (i) => to("SELECT * FROM plain WHERE id IN ?")([up(50).map((k) => (i + k * 7) % PLAIN_ROWS)]),
    counts: { ...reading, reads: 50, lookups: 50, ranges: 0, rows: 50, tombstones: 0 },
  },
  {
    name: "secondary index, 50 of 5,000",
    call: (i) => to("SELECT * FROM indexed WHERE grp = ?")([i % GROUPS]),
    counts: { ...reading, reads: 1, ranges: 1, lookups: 51, rows: 50, tombstones: 0 },
  },
  {
    name: "attached index (SAI), 50 of 5,000",
    call: (i) => to("SELECT * FROM attached WHERE grp = ?")([i % GROUPS]),
    counts: { ...reading, reads: 1, ranges: 1, lookups: 50, rows: 50, tombstones: 0 },
  },
  {
    name: "collection of 40",
    call: (i) => to("SELECT tags FROM collected WHERE id = ?")([i % 20]),
    counts: { ...reading, reads: 1, lookups: 1, rows: 1, tombstones: 0 },
  },
  {
    name: "slice behind 300 tombstones",
    call: () => to("SELECT * FROM deleted WHERE pk = 1 LIMIT 20")([]),
    counts: { ...reading, reads: 1, lookups: 1, rows: 20, tombstones: 300 },
  },
  {
    name: "blob of 16 KiB",
    call: (i) => to("SELECT v FROM blobs WHERE id = ?")([i % 20]),
    counts: { ...reading, reads: 1, lookups: 1, rows: 1 },
  },
  {
    name: "insert of one row",
    call: (i) => intoTarget([i % 500, "value"]),
    counts: { ...reading, reads: 0, lookups: 0, rows: 0, mutations: 1, partitionsWritten: 1, rowsWritten: 1 },
  },
  {
    name: "insert of 4 KiB",
    call: (i) => intoBlobs([1_000 + (i % 50), Buffer.alloc(4 * 1024, i % 251)]),
    counts: { ...reading, mutations: 1, partitionsWritten: 1, rowsWritten: 1 },
  },
  {
    name: "insert into an indexed table",
    call: (i) => intoIndexed([INDEXED_ROWS + (i % 500), -1, "value"]),
    counts: { ...reading, mutations: 1 },
  },
  {
    name: "unlogged batch of 10 rows in one partition",
    call: (i) => ({ batch: up(10).map((k) => intoSlice([10 + (i % 10), k, "value"])), logged: false }),
    counts: { requests: 1, statements: 10, mutations: 1, partitionsWritten: 1, rowsWritten: 10 },
  },
  {
    name: "logged batch over 10 partitions",
    call: (i) => ({ batch: up(10).map((k) => intoTarget([(i * 10 + k) % 500, "value"])), logged: true }),
    counts: { requests: 1, statements: 10, reads: 0, mutations: 12, partitionsWritten: 10, rowsWritten: 10 },
  },
  {
    name: "conditional insert, row is there",
    call: () => to("INSERT INTO once (id, v) VALUES (?, ?) IF NOT EXISTS")([-1, "again"]),
    counts: { ...reading, conditional: 1, reads: 1, lookups: 1, rows: 1, mutations: 2 },
  },
  {
    name: "conditional insert, row is new",
    call: (i) => to("INSERT INTO once (id, v) VALUES (?, ?) IF NOT EXISTS")([i, "new"]),
    counts: { ...reading, conditional: 1, reads: 2, lookups: 2, rows: 0, mutations: 4 },
  },
]

async function prepare(space: Space): Promise<void> {
  const outcome = await space.applySchema(SCHEMA)
  if (!outcome.ok) throw new Error(outcome.rejected.message)
  const { engines, flush, close } = await space.bulkClient()
  const client = engines.cassandra as Client
  const { inserts, deletes } = writes()
  for (const group of [inserts, deletes]) {
    for (const { query, params } of group) await client.execute(query, params, { prepare: true })
    await flush()
  }
  await close()
}

function send(client: Client, call: ReturnType<CqlShape["call"]>): Promise<unknown> {
  if ("batch" in call) return client.batch(call.batch, { prepare: true, logged: call.logged })
  return client.execute(call.query, call.params, { prepare: true })
}

const engineShapes: EngineShapes = {
  prepare,
  shapes: SHAPES.map(({ name, call, counts }) => ({
    name,
    counts,
    send: (client, i) => send(client as Client, call(i)),
  })),
  fitted: [
    "requests",
    "lookups",
    "ranges",
    "rows",
    "readKiB",
    "tombstones",
    "mutations",
    "rowsWritten",
    "writtenKiB",
    "conditional",
  ],
}
export default engineShapes
