/** One's own account. */
import { deletePerson, exportPerson, membershipsOf } from "../../store/people.ts"
import { bounded } from "../bounded.ts"
import { api, callerIn } from "../context.ts"
import { refuse } from "../refuse.ts"

export const account = {
  get: api.account.get.handler(async ({ context }) => {
    const { caller, store } = context
    if (!caller) return null
    const { id, name, email, role, createdAt } = caller
    const organisations = await membershipsOf(store.db, id)
    return { id, name, email, role, organisations, createdAt: createdAt.toISOString() }
  }),

  export: api.account.export.handler(async ({ context }) => {
    const data = await exportPerson(context.store.db, callerIn(context).id)
    // Dates as text, like everywhere else in the API.
    return JSON.parse(JSON.stringify(data)) as Record<string, unknown>
  }),

  remove: api.account.remove.handler(async ({ context, input }) => {
    const { accounts, store, headers } = context
    const { id, email } = callerIn(context)
    // Whoever has somebody's open session is not to find the password out by it.
    await bounded(context, "sign-in of one", email, "tries")
    const known = await accounts.auth.api
      .verifyPassword({ body: { password: input.password }, headers })
      .then(({ status }) => status)
      .catch(() => false)
    if (!known) throw refuse.forbidden("The password is not right; nothing was deleted.")
    const done = await deletePerson(store.db, id, id)
    if (done !== "deleted") throw refuse.conflict(WHY_NOT[done])
    return {}
  }),
}

const WHY_NOT = {
  "only admin": "You are the only admin. Make somebody else one first, or nobody could look after this installation.",
  "only admin of an organisation":
    "You are the only admin of an organisation that others belong to. Make one of them an admin first.",
}
