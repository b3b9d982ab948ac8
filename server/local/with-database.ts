/** Opens the installation's database for a command that does one thing: the one that is named, or this machine's own, which is started where `up` does not run. */
import { mkdir } from "node:fs/promises"
import pg from "pg"
import { settings } from "../settings.ts"
import { localPostgresUrl, startPostgres } from "./postgres.ts"

/** `work` gets the database's address; what it throws is thrown. */
export async function withDatabase<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const { platform, stateFolder } = settings()
  if (platform.databaseUrl !== undefined) return work(platform.databaseUrl)
  const own = localPostgresUrl(stateFolder)
  if (await answers(own)) return work(own)
  await mkdir(stateFolder, { recursive: true })
  const postgres = await startPostgres(stateFolder)
  try {
    return await work(postgres.url)
  } finally {
    await postgres.stop()
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on("error", () => {})
  return client
    .connect()
    .then(
      () => true,
      () => false,
    )
    .finally(() => client.end().catch(() => {}))
}
