/** Brings the tables to what this version of the program needs. Any number of processes may start at once: one does it, the others wait. */
import { fileURLToPath } from "node:url"
import { drizzle } from "drizzle-orm/node-postgres"
import { migrate } from "drizzle-orm/node-postgres/migrator"
import pg from "pg"

const FOLDER = fileURLToPath(new URL("migrations", import.meta.url))
/** Any number that nobody else uses in this database. */
const LOCK = 4_731_902

/** Throws where the database cannot be reached or a migration fails; a failed one leaves nothing behind. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    // drizzle's own migrate takes no lock.
    await client.query("select pg_advisory_lock($1)", [LOCK])
    await migrate(drizzle(client), { migrationsFolder: FOLDER })
  } finally {
    await client.end()
  }
}
