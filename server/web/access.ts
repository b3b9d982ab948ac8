/** Holds callers to what a route says of its access. To who may not know of a thing, it does not exist. */
import { ORPCError } from "@orpc/server"
import { eq } from "drizzle-orm"
import type { Access } from "../contract/access.ts"
import { IdSchema } from "../contract/forms.ts"
import type { Database } from "../store/database.ts"
import { readSitting } from "../store/interviews.ts"
import { roleIn } from "../store/organisations.ts"
import type { PersonRow } from "../store/people.ts"
import { interview, sitting, submission } from "../store/tables.ts"

/** Throws `ORPCError` where the caller may not. `input` is what the route was called with; ids are read from it by the names of the path. */
export async function permit(db: Database, access: Access, caller: PersonRow | null, input: unknown): Promise<void> {
  if (access.who === "anyone") return
  if (!caller) throw new ORPCError("UNAUTHORIZED", { message: "Sign in first." })
  switch (access.who) {
    case "signed in":
      return
    case "platform":
      if (access.roles.includes(caller.role)) return
      throw new ORPCError("FORBIDDEN", { message: `This is for: ${access.roles.join(", ")}.` })
    case "owner": {
      if (access.or?.includes(caller.role)) return
      const table = access.of === "submission" ? submission : sitting
      const [row] = await db
        .select({ person: table.person })
        .from(table)
        .where(eq(table.id, named(input, access.of)))
      if (row?.person === caller.id) return
      throw missing(access.of)
    }
    case "member": {
      const organisation = await organisationOf(db, access.of, named(input, access.of))
      const role = organisation === null ? null : await roleIn(db, organisation, caller.id)
      if (role === null) throw missing(access.of)
      if (access.roles.includes(role)) return
      throw new ORPCError("FORBIDDEN", { message: `In this organisation this is for: ${access.roles.join(", ")}.` })
    }
    default:
      return access satisfies never
  }
}

export const missing = (what: string) => new ORPCError("NOT_FOUND", { message: `There is no such ${what}.` })

async function organisationOf(
  db: Database,
  of: "organisation" | "interview" | "sitting",
  id: string,
): Promise<string | null> {
  if (of === "organisation") return id
  if (of === "sitting") return (await readSitting(db, id))?.interview.organisation ?? null
  const [row] = await db.select({ organisation: interview.organisation }).from(interview).where(eq(interview.id, id))
  return row?.organisation ?? null
}

/** The id in the input. What is none can belong to nobody. */
function named(input: unknown, what: string): string {
  const { success, data } = IdSchema.safeParse((input as Record<string, unknown> | undefined)?.[what])
  if (!success) throw missing(what)
  return data
}
