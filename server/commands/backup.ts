/** `proofrun backup FILE`: everything that this installation keeps, in one file. */
import { createWriteStream, existsSync } from "node:fs"
import { rename, rm } from "node:fs/promises"
import { parseArgs } from "node:util"
import { readSecret } from "../attempt-key.ts"
import { withDatabase } from "../local/with-database.ts"
import { Refusal } from "../refusal.ts"
import { settings } from "../settings.ts"
import { backUp } from "../store/backup.ts"

export const usage = `proofrun backup FILE

Writes everything that is kept (people, submissions, evidence, reports, rubrics, interviews, audit) into one new file, as it is at one moment; whoever
works meanwhile is not disturbed. The file holds password hashes and the installation's secret: keep it where only you can read it. DATABASE_URL says
which installation; left out: this machine's own, whether ./proofrun up runs or not. Back again: ./proofrun restore FILE`

export async function run(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true })
  const [file] = positionals
  if (!file || positionals.length !== 1) throw new Refusal(`Give one file to write.\n\n${usage}`)
  if (existsSync(file)) throw new Refusal(`There is a ${file} already: give another name, or move it away.`)
  const half = `${file}.half`
  const { rows } = await withDatabase(async (databaseUrl) =>
    backUp(databaseUrl, await readSecret(settings().stateFolder), createWriteStream(half, { mode: 0o600 })),
  ).catch(async (error) => {
    await rm(half, { force: true })
    throw error
  })
  await rename(half, file)
  process.stdout.write(`${file}: ${counted(rows)}\n`)
  return 0
}

export function counted({ person = 0, submission = 0, report = 0 }: Record<string, number>): string {
  return `${person} people, ${submission} submissions, ${report} reports`
}
