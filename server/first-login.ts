/** The first login of a new installation: an admin whose password is made here, shown until it is changed. */
import { randomBytes } from "node:crypto"
import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { verifyPassword } from "better-auth/crypto"
import { and, eq } from "drizzle-orm"
import { z } from "zod"
import type { Database } from "./store/database.ts"
import { countPeople, personByEmail, setPlatformRole } from "./store/people.ts"
import { account } from "./store/tables.ts"
import type { Accounts } from "./web/accounts.ts"

const LoginSchema = z.strictObject({ email: z.string(), password: z.string() })
export type Login = z.infer<typeof LoginSchema>

const FIRST = "admin@proofrun.local"

/** null: somebody has changed the password, or the installation's people came from elsewhere. */
export async function firstLogin(db: Database, accounts: Accounts, stateFolder: string): Promise<Login | null> {
  const file = join(stateFolder, "first-login.json")
  if ((await countPeople(db)) === 0) {
    const login = { email: FIRST, password: randomBytes(12).toString("base64url") }
    // Written first: a login that nobody can read is one that nobody can use.
    await writeFile(file, `${JSON.stringify(login)}\n`, { mode: 0o600 })
    await makeAdmin(db, accounts, login)
  }
  const text = await readFile(file, "utf8").catch(() => null)
  if (text === null) return null
  const login = LoginSchema.parse(JSON.parse(text))
  if (await worksStill(db, login)) return login
  await rm(file, { force: true })
  return null
}

/** Makes the person, or makes them an admin. */
export async function makeAdmin(db: Database, accounts: Accounts, { email, password }: Login): Promise<void> {
  if (!(await personByEmail(db, email)))
    await accounts.auth.api.signUpEmail({ body: { email, password, name: email.split("@")[0]! } })
  const person = await personByEmail(db, email)
  await setPlatformRole(db, person!.id, "admin", null)
}

async function worksStill(db: Database, { email, password }: Login): Promise<boolean> {
  const person = await personByEmail(db, email)
  if (!person) return false
  const [row] = await db
    .select({ hash: account.password })
    .from(account)
    .where(and(eq(account.userId, person.id), eq(account.providerId, "credential")))
  return row?.hash ? verifyPassword({ hash: row.hash, password }) : false
}
