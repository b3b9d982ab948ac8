/** People: what the platform knows of them beyond their sign-in, all of it handed out to them and deleted with them on their word. */
import { and, asc, count, eq, gt, sql } from "drizzle-orm"
import type { Report } from "../../graders/report.ts"
import { forCandidate, type Statements } from "../report/for-candidate.ts"
import { note } from "./audit.ts"
import { readBlob } from "./blobs.ts"
import { type Database, once } from "./database.ts"
import { statementsFor } from "./history.ts"
import {
  account,
  blob,
  draft,
  evidence,
  mark,
  membership,
  organisation,
  type PlatformRole,
  person,
  report,
  seen,
  session,
  sitting,
  submission,
} from "./tables.ts"

export type PersonRow = typeof person.$inferSelect

export async function readPerson(db: Database, id: string): Promise<PersonRow | null> {
  const [row] = await db.select().from(person).where(eq(person.id, id))
  return row ?? null
}

/** Whose session this is, and until when; null: it has run out or was ended. */
export async function personOfSession(db: Database, token: string): Promise<{ person: PersonRow; until: Date } | null> {
  const [row] = await sessionQuery(db).execute({ token })
  return row ?? null
}

/** Asked with every call of anybody, so its text is made once. */
const sessionQuery = once((db: Database) =>
  db
    .select({ person, until: session.expiresAt })
    .from(session)
    .innerJoin(person, eq(person.id, session.userId))
    .where(and(eq(session.token, sql.placeholder("token")), gt(session.expiresAt, sql`now()`)))
    .prepare("person_of_session"),
)

export async function personByEmail(db: Database, email: string): Promise<PersonRow | null> {
  const [row] = await db.select().from(person).where(eq(person.email, email.toLowerCase()))
  return row ?? null
}

export async function countPeople(db: Database): Promise<number> {
  const [row] = await db.select({ n: count() }).from(person)
  return row?.n ?? 0
}

export async function listPeople(db: Database, { after, limit }: { after?: string | undefined; limit: number }) {
  const { id, name, email, role, createdAt } = person
  return db
    .select({ id, name, email, role, createdAt })
    .from(person)
    .where(after === undefined ? undefined : sql`${person.email} > ${after}`)
    .orderBy(asc(person.email))
    .limit(limit)
}

/** Of the last admin the role is not taken: false. */
export async function setPlatformRole(
  db: Database,
  id: string,
  role: PlatformRole,
  by: string | null,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const admins = await tx.select({ id: person.id }).from(person).where(eq(person.role, "admin")).for("update")
    if (role !== "admin" && admins.length === 1 && admins[0]!.id === id) return false
    await tx.update(person).set({ role }).where(eq(person.id, id))
    // What an open session may do is read from here at each request, so there is nothing to end.
    await note(tx, { actor: by, action: "person.role", subject: `person ${id}`, detail: { role } })
    return true
  })
}

export async function membershipsOf(db: Database, id: string) {
  return db
    .select({ id: organisation.id, name: organisation.name, role: membership.role })
    .from(membership)
    .innerJoin(organisation, eq(organisation.id, membership.organisation))
    .where(eq(membership.person, id))
    .orderBy(organisation.name)
}

/** Everything of theirs, as plain data: evidence and reports in full, passwords and session tokens not. */
export async function exportPerson(db: Database, id: string): Promise<Record<string, unknown>> {
  const [me, memberships, drafts, shown, sittings, submissions, sessions] = await Promise.all([
    readPerson(db, id),
    membershipsOf(db, id),
    db.select().from(draft).where(eq(draft.person, id)),
    db.select().from(seen).where(eq(seen.person, id)),
    db.select().from(sitting).where(eq(sitting.person, id)),
    db.select().from(submission).where(eq(submission.person, id)).orderBy(submission.createdAt),
    db
      .select({ createdAt: session.createdAt, ipAddress: session.ipAddress, userAgent: session.userAgent })
      .from(session)
      .where(eq(session.userId, id)),
  ])
  const handedIn = []
  // One after another: a hundred reports at once would be hundreds of megabytes.
  const statements = new Map<string, Statements>()
  for (const question of new Set(submissions.map(({ content }) => content.question)))
    statements.set(question, await statementsFor(db, id, question))
  for (const row of submissions) {
    const reports = await db.select().from(report).where(eq(report.submission, row.id)).orderBy(report.createdAt)
    const marks = await db.select().from(mark).where(eq(mark.submission, row.id))
    const contents = []
    const open = statements.get(row.content.question)!
    for (const one of reports) {
      const whole = JSON.parse(await readBlob(db, one.content)) as Report
      contents.push({ cause: one.cause, at: one.createdAt, report: forCandidate(whole, open) })
    }
    const own = open === "open" ? marks.map(({ by: _by, ...rest }) => rest) : []
    handedIn.push({ ...row, reports: contents, marks: own })
  }
  return { person: me, memberships, sessions, drafts, seen: shown, sittings, submissions: handedIn }
}

export type Deleted = "deleted" | "only admin" | "only admin of an organisation"

/**
 * Deletes them with all that is theirs, evidence and reports included; refused where nobody could look after the installation, or after others'
 * organisation, afterwards. Blobs that nobody else names go as well. What the audit log says of their id stays: it names nobody any more.
 */
export async function deletePerson(db: Database, id: string, by: string): Promise<Deleted> {
  return db.transaction(async (tx): Promise<Deleted> => {
    const admins = await tx.select({ id: person.id }).from(person).where(eq(person.role, "admin")).for("update")
    if (admins.length === 1 && admins[0]!.id === id) return "only admin"
    const orphaned = await tx.execute(sql`
      select 1 from ${membership} m where m.person = ${id} and m.role = 'admin'
        and exists (select 1 from ${membership} o where o.organisation = m.organisation and o.person <> ${id})
        and not exists (
          select 1 from ${membership} a where a.organisation = m.organisation and a.person <> ${id} and a.role = 'admin')`)
    if (orphaned.rows.length > 0) return "only admin of an organisation"
    await note(tx, { actor: by, action: "person.delete", subject: `person ${id}` })
    await tx.delete(account).where(eq(account.userId, id))
    const named = await tx.execute<{ hash: string }>(sql`
      select e.outcome as hash from ${evidence} e join ${submission} s on s.id = e.submission where s.person = ${id}
      union select r.content from ${report} r join ${submission} s on s.id = r.submission where s.person = ${id}`)
    await tx.delete(person).where(eq(person.id, id))
    for (const { hash } of named.rows)
      await tx.execute(sql`
        delete from ${blob} where hash = ${hash}
          and not exists (select 1 from ${evidence} where outcome = ${hash})
          and not exists (select 1 from ${report} where content = ${hash})`)
    return "deleted"
  })
}
