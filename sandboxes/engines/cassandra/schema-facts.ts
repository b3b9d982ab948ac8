/** Tables, keys, types and indexes of one keyspace, as the engine itself tells them in system_schema. Reads only. */
import type { Client, types } from "cassandra-driver"
import type { SchemaFacts, TableFact } from "../../evidence.ts"

/** @param lines table -> line of its CREATE TABLE in the schema as handed in */
export async function readSchemaFacts(
  administrator: Client,
  keyspace: string,
  lines: ReadonlyMap<string, number>,
): Promise<SchemaFacts> {
  const of = (table: string) =>
    administrator
      .execute(`SELECT * FROM system_schema.${table} WHERE keyspace_name = ?`, [keyspace], { prepare: true })
      .then(({ rows }) => rows)
  const [tables, columns, indexes] = await Promise.all([of("tables"), of("columns"), of("indexes")])
  return {
    tables: tables.map((table): TableFact => {
      const own = columns.filter((column) => column.table_name === table.table_name)
      const key = (kind: string) => own.filter((column) => column.kind === kind).sort((a, b) => a.position - b.position)
      const line = lines.get(table.table_name)
      return {
        name: table.table_name,
        partitionKey: key("partition_key").map(column),
        clusteringKey: key("clustering").map((item) => ({
          ...column(item),
          order: item.clustering_order === "desc" ? ("desc" as const) : ("asc" as const),
        })),
        columns: own.map(column),
        ttlSeconds: table.default_time_to_live,
        compaction: String(table.compaction.class).split(".").at(-1)!,
        gcGraceSeconds: table.gc_grace_seconds,
        indexes: indexes
          .filter((index) => index.table_name === table.table_name)
          .map((index) => ({ name: index.index_name, kind: kindOf(index), target: index.options.target })),
        ...(line === undefined ? {} : { line }),
      }
    }),
  }
}

const column = (row: types.Row) => ({ name: row.column_name, type: row.type })

function kindOf(index: types.Row): string {
  if (index.kind !== "CUSTOM") return "secondary"
  return /sai|StorageAttached/i.test(index.options.class_name ?? "") ? "sai" : index.options.class_name
}
