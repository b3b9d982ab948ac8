/** Organisations, who belongs to them with which role, and the invitations to them and to their interviews. */
import { createHash, randomBytes } from "node:crypto"
import { and, desc, eq, gt, isNull, sql } from "drizzle-orm"
import { note } from "./audit.ts"
import type { Database, Transaction } from "./database.ts"
import { interview, invitation, type MemberRole, membership, organisation, person, sitting } from "./tables.ts"

export type InvitationRow = typeof invitation.$inferSelect

const INVITATION_DAYS = 14

export async function createOrganisation(
  db: Database,
  name: string,
  by: string,
): Promise<{ id: string; name: string }> {
  return db.transaction(async (tx) => {
    const [made] = await tx.insert(organisation).values({ name }).returning()
    await tx.insert(membership).values({ organisation: made!.id, person: by, role: "admin" })
    await note(tx, { actor: by, action: "organisation.create", subject: `organisation ${made!.id}` })
    return { id: made!.id, name }
  })
}

export async function roleIn(db: Database, organisationId: string, personId: string): Promise<MemberRole | null> {
  const [row] = await db
    .select({ role: membership.role })
    .from(membership)
    .where(and(eq(membership.organisation, organisationId), eq(membership.person, personId)))
  return row?.role ?? null
}

export async function readOrganisation(db: Database, id: string) {
  const [row] = await db.select().from(organisation).where(eq(organisation.id, id))
  return row ?? null
}

export async function membersOf(db: Database, id: string) {
  return db
    .select({
      person: person.id,
      name: person.name,
      email: person.email,
      role: membership.role,
      since: membership.createdAt,
    })
    .from(membership)
    .innerJoin(person, eq(person.id, membership.person))
    .where(eq(membership.organisation, id))
    .orderBy(person.name)
}

/** null takes the membership away. False: they are the last admin of the organisation, or no member. */
export async function setMemberRole(
  db: Database,
  {
    organisation: id,
    person: who,
    role,
    by,
  }: { organisation: string; person: string; role: MemberRole | null; by: string },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const members = await tx.select().from(membership).where(eq(membership.organisation, id)).for("update")
    const one = members.find((member) => member.person === who)
    if (!one) return false
    const admins = members.filter((member) => member.role === "admin")
    if (role !== "admin" && one.role === "admin" && admins.length === 1) return false
    const which = and(eq(membership.organisation, id), eq(membership.person, who))
    if (role === null) await tx.delete(membership).where(which)
    else await tx.update(membership).set({ role }).where(which)
    await note(tx, { actor: by, action: "member.role", subject: `organisation ${id}`, detail: { person: who, role } })
    return true
  })
}

export interface Invited {
  invitation: InvitationRow
  /** Told once, here; only its hash is kept. */
  token: string
}

export async function invite(
  db: Database,
  given: { organisation: string; interview: string | null; role: MemberRole | null; email: string; by: string },
): Promise<Invited> {
  const token = randomBytes(32).toString("base64url")
  return db.transaction(async (tx) => {
    const [made] = await tx
      .insert(invitation)
      .values({
        organisation: given.organisation,
        interview: given.interview,
        role: given.role,
        email: given.email.toLowerCase(),
        tokenHash: hashToken(token),
        createdBy: given.by,
        expiresAt: sql`now() + ${INVITATION_DAYS} * interval '1 day'`,
      })
      .returning()
    await note(tx, { actor: given.by, action: "invitation.create", subject: `invitation ${made!.id}` })
    return { invitation: made!, token }
  })
}

export async function listInvitations(db: Database, of: { organisation: string } | { interview: string }) {
  const { id, email, role, createdAt, expiresAt, usedAt, revokedAt } = invitation
  return db
    .select({ id, email, role, createdAt, expiresAt, usedAt, revokedAt })
    .from(invitation)
    .where(
      "interview" in of
        ? eq(invitation.interview, of.interview)
        : and(eq(invitation.organisation, of.organisation), isNull(invitation.interview)),
    )
    .orderBy(desc(invitation.createdAt))
}

/** False: there is no such invitation of this organisation that could still be used. */
export async function revokeInvitation(db: Database, organisationId: string, id: string, by: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(invitation)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(invitation.id, id), eq(invitation.organisation, organisationId), isNull(invitation.usedAt)))
      .returning()
    if (row) await note(tx, { actor: by, action: "invitation.revoke", subject: `invitation ${id}` })
    return row !== undefined
  })
}

/** The open invitation that a link's secret belongs to, with what it is to. */
export async function findInvitation(db: Database, token: string) {
  const [row] = await db
    .select({ invitation, organisation: organisation.name, interview })
    .from(invitation)
    .innerJoin(organisation, eq(organisation.id, invitation.organisation))
    .leftJoin(interview, eq(interview.id, invitation.interview))
    .where(open(token))
  return row ?? null
}

export type Accepted =
  | { ok: true; organisation: string; interview: string | null; sitting: string | null }
  | { ok: false; because: "not open" | "another address" | "closed" }

/** Uses the invitation up. It must be open, and made out to this person's address. */
export async function acceptInvitation(
  db: Database,
  token: string,
  who: { id: string; email: string },
): Promise<Accepted> {
  return db.transaction(async (tx): Promise<Accepted> => {
    const [row] = await tx.select().from(invitation).where(open(token)).for("update")
    if (!row) return { ok: false, because: "not open" }
    if (row.email !== who.email.toLowerCase()) return { ok: false, because: "another address" }
    const sat = row.interview === null ? null : await sit(tx, row.interview, who.id)
    if (sat?.closed) return { ok: false, because: "closed" }
    if (row.role !== null)
      await tx
        .insert(membership)
        .values({ organisation: row.organisation, person: who.id, role: row.role })
        .onConflictDoNothing()
    await tx.update(invitation).set({ usedAt: sql`now()` }).where(eq(invitation.id, row.id))
    await note(tx, { actor: who.id, action: "invitation.accept", subject: `invitation ${row.id}` })
    return { ok: true, organisation: row.organisation, interview: row.interview, sitting: sat?.sitting ?? null }
  })
}

async function sit(
  tx: Transaction,
  interviewId: string,
  personId: string,
): Promise<{ closed: boolean; sitting: string }> {
  const [one] = await tx.select().from(interview).where(eq(interview.id, interviewId)).for("update")
  if (!one || one.closedAt) return { closed: true, sitting: "" }
  await tx.insert(sitting).values({ interview: interviewId, person: personId }).onConflictDoNothing()
  const [row] = await tx
    .select({ id: sitting.id })
    .from(sitting)
    .where(and(eq(sitting.interview, interviewId), eq(sitting.person, personId)))
  return { closed: false, sitting: row!.id }
}

const open = (token: string) =>
  and(
    eq(invitation.tokenHash, hashToken(token)),
    isNull(invitation.usedAt),
    isNull(invitation.revokedAt),
    gt(invitation.expiresAt, sql`now()`),
  )

const hashToken = (token: string) => createHash("sha256").update(token).digest("hex")
