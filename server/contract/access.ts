/** Who may call a route. Every route says it, and `web/access.ts` holds callers to it before the route's own code runs. */
import { oc } from "@orpc/contract"
import type { MemberRole, PlatformRole } from "../store/tables.ts"

export type Access =
  /** Also who is not signed in. */
  | { who: "anyone" }
  /** About the caller's own things only: there is nothing in the request that could name somebody else's. */
  | { who: "signed in" }
  /** The owner of what the path names, and people with one of these roles on the platform. To everybody else it does not exist. */
  | { who: "owner"; of: "submission" | "sitting"; or?: PlatformRole[] }
  /** Members of the organisation that what the path names belongs to, with one of these roles. To who is no member it does not exist. */
  | { who: "member"; of: "organisation" | "interview" | "sitting"; roles: MemberRole[] }
  /** People with one of these roles on the platform. */
  | { who: "platform"; roles: PlatformRole[] }

export interface Meta {
  access: Access
}

/** Where every route begins: `route(access)`. Without saying otherwise nobody but an admin may call it. */
const base = oc.$meta<Meta>({ access: { who: "platform", roles: ["admin"] } })

export const route = (access: Access) => base.meta({ access })

export const anyone: Access = { who: "anyone" }
export const signedIn: Access = { who: "signed in" }
export const member = (of: "organisation" | "interview" | "sitting", ...roles: MemberRole[]): Access => ({
  who: "member",
  of,
  roles,
})
export const owner = (of: "submission" | "sitting", ...or: PlatformRole[]): Access => ({ who: "owner", of, or })
export const platform = (...roles: PlatformRole[]): Access => ({ who: "platform", roles })
