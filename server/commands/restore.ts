/** `proofrun restore FILE`: an installation as it was when `proofrun backup` wrote the file. */
import { createReadStream, existsSync } from "node:fs"
import { parseArgs } from "node:util"
import { keepSecret } from "../attempt-key.ts"
import { withDatabase } from "../local/with-database.ts"
import { Refusal } from "../refusal.ts"
import { settings } from "../settings.ts"
import { NoBackup, restore } from "../store/backup.ts"
import { counted } from "./backup.ts"

export const usage = `proofrun restore FILE

Puts a backup into an empty database, all of it or nothing. DATABASE_URL says which; left out: this machine's own, where ./proofrun up must not have
been started yet (PROOFRUN_STATE names another folder). Everybody has to sign in again.`

export async function run(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true })
  const [file] = positionals
  if (!file || positionals.length !== 1) throw new Refusal(`Give one file to read.\n\n${usage}`)
  if (!existsSync(file)) throw new Refusal(`There is no file ${file}.`)
  try {
    const { secret, madeAt, rows } = await withDatabase((databaseUrl) => restore(databaseUrl, createReadStream(file)))
    const same = await keepSecret(settings().stateFolder, secret)
    process.stdout.write(`Restored what was there at ${madeAt}: ${counted(rows)}\n`)
    if (!same)
      process.stdout.write(
        "PROOFRUN_SECRET is not the one that the backup was made with: designs will be measured with other data than before.\n",
      )
    return 0
  } catch (error) {
    if (error instanceof NoBackup) throw new Refusal(error.message, 2)
    throw error
  }
}
