/**
 * Everything that an installation keeps, as one stream, and back. The stream is zstd over text: a line that says what is in it, then each table as
 * Postgres' own COPY writes it, ended by `\.`, then a line with how many rows each had. Sessions are left out: whoever uses the copy signs in again.
 */
import type { Readable, Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib"
import pg from "pg"
import { from as copyFrom, to as copyTo } from "pg-copy-streams"
import { z } from "zod"
import { migrateDatabase } from "./migrate.ts"

const LEFT_OUT = ["session", "verification"]

const ManifestSchema = z.strictObject({
  format: z.literal("proofrun backup"),
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  /** Hashes of the migrations that made its tables. */
  migrations: z.array(z.string()),
  /** The installation's secret, hex: the same design is measured with the same data after a restore. */
  secret: z.string().regex(/^[0-9a-f]{64}$/),
  tables: z.array(z.strictObject({ name: z.string(), columns: z.array(z.string()) })),
})
const EndSchema = z.strictObject({ rows: z.record(z.string(), z.number().int()) })

export interface Backup {
  secret: Buffer
  madeAt: string
  rows: Record<string, number>
}

/** What the file is, rather than what went wrong in our code. */
export class NoBackup extends Error {
  override name = "NoBackup"
}

/** One moment of the database, whatever is written meanwhile. Ends `out`. */
export async function backUp(url: string, secret: Buffer, out: Writable): Promise<Backup> {
  const client = await connected(url)
  // With a checksum: a byte that went wrong on a disk would otherwise be restored as it is.
  const packer = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } })
  const written = pipeline(packer, out)
  try {
    await client.query("begin transaction isolation level repeatable read, read only")
    const manifest: z.infer<typeof ManifestSchema> = {
      format: "proofrun backup",
      version: 1,
      madeAt: new Date().toISOString(),
      migrations: await migrationsOf(client),
      secret: secret.toString("hex"),
      tables: await tablesOf(client),
    }
    packer.write(`${JSON.stringify(manifest)}\n`)
    const rows: Record<string, number> = {}
    for (const { name, columns } of manifest.tables) {
      const table = client.query(copyTo(`copy ${named(name)} (${columns.map(named).join(", ")}) to stdout`))
      // `end: false`: the next table follows in the same stream.
      await pipeline(table, packer, { end: false })
      packer.write("\\.\n")
      rows[name] = table.rowCount
    }
    packer.end(`${JSON.stringify({ rows })}\n`)
    await written
    return { secret, madeAt: manifest.madeAt, rows }
  } catch (error) {
    packer.destroy()
    await written.catch(() => {})
    throw error
  } finally {
    await client.end()
  }
}

/** All or nothing, into a database without people. Throws `NoBackup` with a sentence where the stream is not one of ours, is cut off, or does not fit. */
export async function restore(url: string, input: Readable): Promise<Backup> {
  await migrateDatabase(url)
  const client = await connected(url)
  const lines = linesOf(input)
  try {
    const filled = await filledTable(client)
    if (filled) throw new NoBackup(`The database has rows in "${filled}" already. A backup goes into an empty one.`)
    const manifest = parsed(ManifestSchema, await nextLine(lines), "This file is no backup of Proofrun's.")
    const known = await migrationsOf(client)
    if (manifest.migrations.some((hash, at) => known[at] !== hash))
      throw new NoBackup("The backup was made by a newer version of Proofrun: restore it with that version.")
    await client.query("begin")
    const rows: Record<string, number> = {}
    // An older one may lack what this version asks of a row.
    const whatIsWrong =
      manifest.migrations.length < known.length
        ? "The backup, made by an older version of Proofrun, is damaged or does not fit this one"
        : "The backup is damaged"
    for (const { name, columns } of manifest.tables) {
      const table = client.query(copyFrom(`copy ${named(name)} (${columns.map(named).join(", ")}) from stdin`))
      await pipeline(async function* () {
        for (;;) {
          const line = await nextLine(lines)
          if (line === "\\.") return
          yield `${line}\n`
        }
      }, table).catch((error) => {
        if (!isOfTheRows(error)) throw error
        throw new NoBackup(`${whatIsWrong}: ${name}: ${error.message}. Nothing was restored.`, { cause: error })
      })
      rows[name] = table.rowCount
    }
    const end = parsed(EndSchema, await nextLine(lines), "The backup does not end as one should.")
    for (const [name, count] of Object.entries(end.rows))
      if (rows[name] !== count)
        throw new NoBackup(`The backup is damaged: ${name} has ${rows[name]} rows of ${count}. Nothing was restored.`)
    // The checksum stands at the end of the stream: only who has read all of it has seen that it holds.
    if (!(await lines.next()).done)
      throw new NoBackup("The backup is damaged: something follows its end. Nothing was restored.")
    await countOn(client)
    await client.query("commit")
    return { secret: Buffer.from(manifest.secret, "hex"), madeAt: manifest.madeAt, rows }
  } finally {
    await client.end()
  }
}

/**
 * What the rows are, rather than how the database does: their values (class 22), what holds them together (23), their tables and columns
 * (42P01, 42703). A damaged stream is unpacked as far as it goes before its checksum is looked at, so its rows get here first.
 */
const isOfTheRows = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && /^(22|23|42P01|42703)/.test(error.code ?? "")

async function filledTable(client: pg.Client): Promise<string | null> {
  for (const { name } of await tablesOf(client)) {
    const { rows } = await client.query(`select 1 from ${named(name)} limit 1`)
    if (rows.length > 0) return name
  }
  return null
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on("error", () => {})
  await client.connect()
  return client
}

const named = (name: string) => pg.escapeIdentifier(name)

async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ hash: string }>("select hash from drizzle.__drizzle_migrations order by id")
  return rows.map(({ hash }) => hash)
}

/** What others refer to comes first. */
async function tablesOf(client: pg.Client): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; needs: string[] }>(`
    select c.relname as name,
      (select json_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(json_agg(distinct r.relname), '[]') from pg_constraint f join pg_class r on r.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
    from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by c.relname`)
  const left = rows.filter(({ name }) => !LEFT_OUT.includes(name))
  const ordered: { name: string; columns: string[] }[] = []
  while (left.length > 0) {
    const at = left.findIndex(({ needs }) => needs.every((need) => ordered.some(({ name }) => name === need)))
    if (at < 0) throw new Error(`Tables refer to each other in a circle: ${left.map(({ name }) => name).join(", ")}`)
    const [{ name, columns }] = left.splice(at, 1) as [(typeof left)[number]]
    ordered.push({ name, columns })
  }
  return ordered
}

/** Numbers that the database gives itself go on after the highest there is. */
async function countOn(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(`
    select c.relname as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0
      and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null`)
  for (const { table, column } of rows)
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), (select coalesce(max(${named(column)}), 0) + 1 from ${named(table)}), false)`,
      [named(table), column],
    )
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  const unpacked = input.pipe(createZstdDecompress())
  input.on("error", (error) => unpacked.destroy(error))
  let parts: Buffer[] = []
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      let from = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        yield Buffer.concat([...parts, chunk.subarray(from, end)]).toString("utf8")
        parts = []
        from = end + 1
      }
      if (from < chunk.length) parts.push(chunk.subarray(from))
    }
  } catch (error) {
    throw new NoBackup("This file is no backup of Proofrun's, or it is damaged.", { cause: error })
  }
}

async function nextLine(lines: AsyncGenerator<string>): Promise<string> {
  const { value, done } = await lines.next()
  if (done) throw new NoBackup("The backup is cut off. Nothing was restored.")
  return value
}

function parsed<T>(schema: z.ZodType<T>, line: string, otherwise: string): T {
  try {
    return schema.parse(JSON.parse(line))
  } catch (error) {
    throw new NoBackup(otherwise, { cause: error })
  }
}
