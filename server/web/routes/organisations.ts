/** Organisations, their members, and invitations. */
import {
  acceptInvitation,
  createOrganisation,
  findInvitation,
  type Invited,
  invite,
  listInvitations,
  membersOf,
  readOrganisation,
  revokeInvitation,
  setMemberRole,
} from "../../store/organisations.ts"
import { bounded } from "../bounded.ts"
import { api, type Context, callerIn } from "../context.ts"
import { refuse } from "../refuse.ts"
import { invitationView } from "../views.ts"

export const organisations = {
  create: api.organisations.create.handler(({ context, input }) =>
    createOrganisation(context.store.db, input.name, callerIn(context).id),
  ),

  get: api.organisations.get.handler(async ({ context, input }) => {
    const { db } = context.store
    const [one, members] = await Promise.all([
      readOrganisation(db, input.organisation),
      membersOf(db, input.organisation),
    ])
    if (!one) throw refuse.notFound("There is no such organisation.")
    return { id: one.id, name: one.name, members: members.map((row) => ({ ...row, since: row.since.toISOString() })) }
  }),

  invite: api.organisations.invite.handler(async ({ context, input }) => {
    await bounded(context, "invite", context.who, "invitations")
    const { organisation, email, role } = input
    const given = { organisation, interview: null, role, email, by: callerIn(context).id }
    return sent(context, await invite(context.store.db, given), "join an organisation on Proofrun")
  }),

  invitations: api.organisations.invitations.handler(async ({ context, input }) =>
    (await listInvitations(context.store.db, { organisation: input.organisation })).map(invitationView),
  ),

  revoke: api.organisations.revoke.handler(async ({ context, input }) => {
    const { organisation, invitation } = input
    if (!(await revokeInvitation(context.store.db, organisation, invitation, callerIn(context).id)))
      throw refuse.notFound("There is no such invitation, or it has been used.")
    return {}
  }),

  setRole: api.organisations.setRole.handler(async ({ context, input }) => {
    await change(context, input)
    return {}
  }),

  removeMember: api.organisations.removeMember.handler(async ({ context, input }) => {
    await change(context, { ...input, role: null })
    return {}
  }),
}

export const invitations = {
  look: api.invitations.look.handler(async ({ context, input }) => {
    await bounded(context, "invite", context.who, "invitations")
    const found = await findInvitation(context.store.db, input.token)
    if (!found) throw refuse.notFound(NOT_OPEN)
    const { invitation, organisation, interview } = found
    return {
      organisation,
      interview: interview?.title ?? null,
      email: invitation.email,
      expiresAt: invitation.expiresAt.toISOString(),
    }
  }),

  accept: api.invitations.accept.handler(async ({ context, input }) => {
    await bounded(context, "invite", context.who, "invitations")
    const accepted = await acceptInvitation(context.store.db, input.token, callerIn(context))
    if (accepted.ok) return { organisation: accepted.organisation, sitting: accepted.sitting }
    switch (accepted.because) {
      case "not open":
        throw refuse.notFound(NOT_OPEN)
      case "another address":
        throw refuse.forbidden("This invitation was made out to another e-mail address. Sign in with that one.")
      case "closed":
        throw refuse.conflict("This interview is closed.")
      default:
        throw new Error(accepted.because satisfies never)
    }
  }),
}

const NOT_OPEN = "This invitation is not open: it was used, taken back, has run out, or never was. Ask for a new one."

async function change(
  context: Context,
  given: { organisation: string; person: string; role: "recruiter" | "mentor" | "admin" | null },
): Promise<void> {
  if (!(await setMemberRole(context.store.db, { ...given, by: callerIn(context).id })))
    throw refuse.conflict("That is no member, or the organisation's only admin.")
}

/** By mail where there is one; else the link is shown to who invites. */
export async function sent({ mail, address, log }: Context, { invitation, token }: Invited, what: string) {
  const link = `${address}/invitation#${token}`
  const text = `You are invited to ${what}.\n\n${link}\n\nThe link works once, until ${invitation.expiresAt.toISOString().slice(0, 10)}, for this e-mail address.\n`
  const mailed = await mail
    .send({ to: invitation.email, subject: `You are invited to ${what}`, text })
    .catch((error) => {
      log.warn(
        { err: error, invitation: invitation.id },
        "an invitation could not be mailed; its link is shown instead",
      )
      return false
    })
  return { invitation: invitationView(invitation), link: mailed ? null : link }
}
