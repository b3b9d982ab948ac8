import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Person, type Platform, startPlatform } from "../../support/platform.ts"
import {
  freshInvitation,
  freshMember,
  type TwoOrganisations,
  twoOrganisations,
  type World,
} from "../../support/two-organisations.ts"
import { CALLERS, type Caller, MATRIX, type May, type Row } from "./authorisation-matrix.ts"
import { callersOf, callRoute, ROUTES } from "./call-route.ts"

let platform: Platform
let worlds: TwoOrganisations
let callers: Record<Caller, Person>

beforeAll(async () => {
  platform = await startPlatform()
  await platform.addWorker()
  worlds = await twoOrganisations(platform)
  callers = callersOf(platform, worlds)
})
afterAll(() => platform?.stop())

describe("who may call which route on whose things", () => {
  it("is said of every route, and of nothing else", () => {
    expect(Object.keys(MATRIX).sort()).toEqual([...ROUTES.keys()].sort())
  })

  it.each(Object.entries<Row | Row[]>(MATRIX))("%s", async (name, rows) => {
    const [found, expected]: Record<string, unknown>[] = [{}, {}]
    for (const [n, row] of [rows].flat().entries())
      for (const caller of CALLERS)
        for (const [index, whose] of (["own", "others'"] as const).entries()) {
          const cell = `${n} ${caller}, ${whose}`
          const target = whose === "own" ? worlds.here : worlds.there
          expected[cell] = outcome(row.who[caller][index]!, row)
          found[cell] = (await call(name, row, callers[caller], target)).status
        }
    expect(found).toEqual(expected)
  })

  it("answers for what is hidden as for what is not there", async () => {
    const nothing = Object.fromEntries(
      ["organisation", "interview", "sitting", "sat", "practised"].map((what) => [what, randomUUID()]),
    )
    const nowhere: World = { ...worlds.there, ...nothing }
    for (const [name, rows] of Object.entries<Row | Row[]>(MATRIX))
      for (const row of [rows].flat()) {
        // What is made anew is there by being made.
        if (row.input === undefined || row.input.length > 1) continue
        for (const caller of CALLERS.filter((one) => row.who[one][1] === 404)) {
          const [hidden, missing] = await Promise.all(
            [worlds.there, nowhere].map(async (of) => (await call(name, row, callers[caller], of)).text()),
          )
          expect(hidden, `${name} as ${caller}`).toBe(missing)
        }
      }
  })

  it("reaches nothing of others through a second id beside one's own", async () => {
    const { here, there, admin } = worlds
    const { organisation } = here
    const theirs = await freshInvitation(platform, there)
    const person = await freshMember(platform, there)
    const { api } = here.admin
    await expect(api.organisations.revoke({ organisation, invitation: theirs.invitation.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    })
    await expect(api.organisations.setRole({ organisation, person, role: "admin" })).rejects.toMatchObject({
      code: "CONFLICT",
    })
    await expect(api.organisations.removeMember({ organisation, person })).rejects.toMatchObject({ code: "CONFLICT" })
    const { members } = await there.admin.api.organisations.get({ organisation: there.organisation })
    expect(members.find((one) => one.person === person)?.role).toBe("mentor")
    expect((await there.candidate.api.invitations.accept({ token: theirs.token })).organisation).toBe(
      there.organisation,
    )
    const [other] = await admin.api.rubrics.list({ question: "fan-out-feed" })
    const publish = admin.api.rubrics.publish({ question: "clickstream", hash: other!.hash })
    await expect(publish).rejects.toMatchObject({ code: "NOT_FOUND" })
  })

  it("left the fixtures as they were", async () => {
    const { here } = worlds
    const members = (await here.admin.api.organisations.get({ organisation: here.organisation })).members
    expect(members.filter(({ email }) => [here.admin.email, here.mentor.email].includes(email))).toHaveLength(2)
    const { closedAt, revealedAt } = await here.recruiter.api.interviews.get({ interview: here.interview })
    expect({ closedAt, revealedAt }).toEqual({ closedAt: null, revealedAt: null })
  })
})

const outcome = (may: May, { answer = 200 }: Row) => (may === "yes" ? answer : may)

async function call(name: string, row: Row, caller: Person, of: World): Promise<Response> {
  return callRoute(name, caller, { ...(await row.input?.(of, platform)) })
}
