/** `proofrun admin EMAIL`: makes somebody an admin of an installation whose database is elsewhere. `up` makes a first one by itself. */
import { randomBytes } from "node:crypto"
import { parseArgs } from "node:util"
import { readSecret } from "../attempt-key.ts"
import { EmailSchema } from "../contract/forms.ts"
import { makeAdmin } from "../first-login.ts"
import { withDatabase } from "../local/with-database.ts"
import { Refusal } from "../refusal.ts"
import { settings } from "../settings.ts"
import { openStore } from "../store/database.ts"
import { migrateDatabase } from "../store/migrate.ts"
import { personByEmail } from "../store/people.ts"
import { openAccounts } from "../web/accounts.ts"
import { openMail } from "../web/mail.ts"

export const usage = `proofrun admin EMAIL

Makes the person with this e-mail address an admin. Whoever has no account yet gets one, and the password is printed, once.
DATABASE_URL says which installation, PROOFRUN_SECRET its secret; left out: this machine's own.`

export async function run(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true })
  const { data: email } = EmailSchema.safeParse(positionals[0])
  if (!email || positionals.length !== 1) throw new Refusal(`Give one e-mail address.\n\n${usage}`)
  process.stdout.write(await withDatabase((databaseUrl) => make(databaseUrl, email)))
  return 0
}

async function make(databaseUrl: string, email: string): Promise<string> {
  const { platform, stateFolder } = settings()
  await migrateDatabase(databaseUrl)
  const store = openStore(databaseUrl, { connections: 2 })
  try {
    const known = await personByEmail(store.db, email)
    const password = randomBytes(12).toString("base64url")
    const address = platform.address ?? `http://localhost:${platform.port}`
    const secret = await readSecret(stateFolder)
    await makeAdmin(store.db, openAccounts({ db: store.db, address, secret, mail: openMail(platform) }), {
      email,
      password,
    })
    return known
      ? `${email} is an admin now.\n`
      : `${email} is an admin now. Password: ${password}   (shown only here)\n`
  } finally {
    await store.close()
  }
}
