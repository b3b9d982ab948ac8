/** Calls routes of the contract over HTTP by their names, as people of two organisations and of the platform. */
import { contract } from "../../../server/contract.ts"
import type { Person, Platform } from "../../support/platform.ts"
import type { TwoOrganisations } from "../../support/two-organisations.ts"
import type { Caller } from "./authorisation-matrix.ts"

export const ROUTES = new Map<string, { method?: string; path?: string }>(
  Object.entries(contract).flatMap(([group, routes]) =>
    Object.entries(routes).map(([name, route]) => [`${group}.${name}`, route["~orpc"].route] as const),
  ),
)

/** Whose own are the things of `here`. */
export function callersOf(platform: Platform, { here, mentor, admin }: TwoOrganisations): Record<Caller, Person> {
  return {
    "signed out": platform.visitor(),
    candidate: here.candidate,
    recruiter: here.recruiter,
    "member mentor": here.mentor,
    "member admin": here.admin,
    "platform mentor": mentor,
    "platform admin": admin,
  }
}

/** What the path names is taken from what is given; the rest, or its `body`, is sent as JSON where the method has a body. */
export function callRoute(name: string, caller: Person, given: Record<string, unknown>): Promise<Response> {
  const { method = "POST", path = "" } = ROUTES.get(name)!
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key!)
  const filled = inPath.reduce(
    (so_far, key) => so_far.replace(`{${key}}`, () => encodeURIComponent(String(given[key]).toWellFormed())),
    path,
  )
  if (method === "GET") return caller.fetch(`/api${filled}`)
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !inPath.includes(key)))
  return sendJson(caller, `/api${filled}`, JSON.stringify("body" in rest ? rest.body : rest), method)
}

export const sendJson = (who: Person, path: string, body: string, method = "POST") =>
  who.fetch(path, { method, headers: { "content-type": "application/json" }, body })
