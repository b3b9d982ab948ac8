/** Looking after an installation. */
import { auditLines, note } from "../../store/audit.ts"
import { queueFacts } from "../../store/dispatch.ts"
import { listPeople, readPerson, setPlatformRole } from "../../store/people.ts"
import { api, callerIn } from "../context.ts"
import { refuse } from "../refuse.ts"

export const admin = {
  people: api.admin.people.handler(async ({ context, input }) =>
    (await listPeople(context.store.db, input)).map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
  ),

  setRole: api.admin.setRole.handler(async ({ context, input }) => {
    const { db } = context.store
    if (!(await readPerson(db, input.person))) throw refuse.notFound("There is no such person.")
    if (!(await setPlatformRole(db, input.person, input.role, callerIn(context).id)))
      throw refuse.conflict("That is the only admin. Make somebody else one first.")
    return {}
  }),

  passwordLink: api.admin.passwordLink.handler(async ({ context, input }) => {
    const { store, accounts } = context
    const person = await readPerson(store.db, input.person)
    if (!person) throw refuse.notFound("There is no such person.")
    const link = await accounts.resetLink(person)
    await note(store.db, {
      actor: callerIn(context).id,
      action: "person.password-link",
      subject: `person ${person.id}`,
    })
    return { link }
  }),

  queue: api.admin.queue.handler(({ context }) => queueFacts(context.store.db)),

  audit: api.admin.audit.handler(async ({ context, input }) =>
    (await auditLines(context.store.db, input)).map((row) => ({ ...row, at: row.at.toISOString() })),
  ),
}
